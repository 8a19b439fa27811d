/** Handlers of the registry of incidents, and of the waves of offers that make them good. */

import { operations } from '../contract/operations.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { Interval } from '../domain/facts.ts';
import type { IncidentId } from '../domain/ids.ts';
import { isOver, lostProblem, measured } from '../domain/incident.ts';
import type { IncidentDoing, IncidentGiven, WaveChange } from './incident-port.ts';
import type { Stores } from './ports.ts';
import {
  presentImpact,
  presentIncident,
  presentIncidentDetail,
  presentIncidentOffer,
  presentSuggestion,
  presentWave,
} from './present-incident.ts';
import { type Route, route, type WriteContext } from './route.ts';
import type { Transactor } from './transactor.ts';

interface GivenScope extends Omit<IncidentGiven, 'until' | 'lost'> {
  readonly until?: string | undefined;
  readonly lost?: readonly Interval[] | undefined;
}

const givenOf = (body: GivenScope): IncidentGiven => ({
  title: body.title,
  planKinds: [...new Set(body.planKinds)].sort(),
  places: [...new Set(body.places)].sort(),
  egress: body.egress,
  from: body.from,
  until: body.until ?? null,
  widelyImpacting: body.widelyImpacting,
  lost: body.lost === undefined ? null : measured(body.lost),
});

const doingOf = ({ doing }: Pick<WriteContext<Route['operation']>, 'doing'>, ground: string): IncidentDoing => ({
  by: doing.by.id,
  ground,
  inputId: doing.inputId,
  at: doing.at,
});

const idOf = ({ incidentId }: { readonly incidentId: string }): IncidentId => incidentId as IncidentId;

export const incidentRoutes = ({ incidents }: Pick<Stores, 'incidents'>): Route[] => [
  ...registryRoutes(incidents),
  ...readingRoutes(incidents),
  offerListRoute(incidents),
  ...waveRoutes(incidents),
];

const registryRoutes = (incidents: Stores['incidents']): Route[] => [
  route(operations.createIncident, {
    kind: 'direct',
    apply: async (context, trx) => {
      const { ref, ground, ...scope } = context.body;
      const created = await incidents.create(trx, { ref, ...givenOf(scope) }, doingOf(context, ground));
      return isRefusal(created) ? created : { body: presentIncident(created) };
    },
  }),
  route(operations.confirmIncident, {
    kind: 'direct',
    apply: async (context, trx) => {
      const { version, ground } = context.body;
      const change = { incidentId: idOf(context.params), move: 'confirm', version, changes: {} } as const;
      const changed = await incidents.change(trx, change, doingOf(context, ground));
      return isRefusal(changed) ? changed : { body: presentIncident(changed) };
    },
  }),
  route(operations.resolveIncident, {
    kind: 'direct',
    apply: async (context, trx) => {
      const { version, ground, until, lost } = context.body;
      const found = await incidents.read(idOf(context.params));
      const wrong = found && wrongEnd(found.incident.from, { until, lost }, context.at);
      if (wrong) return wrong;
      // What was measured before it was over may reach beyond its end, and is told again or counts no more.
      const changes = { until, lost: lost === undefined ? null : measured(lost) };
      const change = { incidentId: idOf(context.params), move: 'resolve', version, changes } as const;
      const changed = await incidents.change(trx, change, doingOf(context, ground));
      return isRefusal(changed) ? changed : { body: presentIncident(changed) };
    },
  }),
  route(operations.retractIncident, {
    kind: 'direct',
    apply: async (context, trx) => {
      const { version, ground } = context.body;
      const change = { incidentId: idOf(context.params), move: 'retract', version, changes: {} } as const;
      const changed = await incidents.change(trx, change, doingOf(context, ground));
      return isRefusal(changed) ? changed : { body: presentIncident(changed) };
    },
  }),
  route(operations.correctIncident, {
    kind: 'direct',
    apply: async (context, trx) => {
      const { version, ground, ...scope } = context.body;
      const change = { incidentId: idOf(context.params), move: 'correct', version, changes: givenOf(scope) } as const;
      const changed = await incidents.change(trx, change, doingOf(context, ground));
      return isRefusal(changed) ? changed : { body: presentIncident(changed) };
    },
  }),
];

/** An end that is before its beginning or still to come, or a measure that lies outside. */
function wrongEnd(
  from: string,
  { until, lost }: { readonly until: string; readonly lost?: readonly Interval[] | undefined },
  at: Date,
): Refusal | null {
  if (Date.parse(until) <= Date.parse(from) || !isOver({ until }, at.toISOString()))
    return refuse('request-invalid', { field: 'until' });
  return lost && lostProblem({ from, until }, lost) !== null ? refuse('request-invalid', { field: 'lost' }) : null;
}

const readingRoutes = (incidents: Stores['incidents']): Route[] => [
  route(operations.listIncidents, {
    kind: 'read',
    handle: async ({ query: { state, limit, cursor } }) => {
      const found = await incidents.list({ state }, { limit, cursor: cursor ?? null });
      if (isRefusal(found)) return found;
      return { body: { items: found.items.map(presentIncident), next: found.next } };
    },
  }),
  route(operations.getIncident, {
    kind: 'read',
    handle: async ({ params }) => {
      const found = await incidents.read(idOf(params));
      return found ? { body: presentIncidentDetail(found) } : refuse('not-found');
    },
  }),
  route(operations.getIncidentImpact, {
    kind: 'read',
    handle: async ({ params, at }) => {
      const impact = await incidents.reckonImpact(idOf(params), at);
      return impact ? { body: presentImpact(impact) } : refuse('not-found');
    },
  }),
  route(operations.listIncidentSuggestions, {
    kind: 'read',
    handle: async ({ at }) => ({ body: { items: (await incidents.suggest(at)).map(presentSuggestion) } }),
  }),
  route(operations.getIncidentWave, {
    kind: 'read',
    handle: async ({ params }) => {
      const wave = await incidents.readWave(idOf(params));
      return wave ? { body: presentWave(wave) } : refuse('not-found');
    },
  }),
];

const offerListRoute = (incidents: Stores['incidents']): Route =>
  route(operations.listIncidentOffers, {
    kind: 'read',
    handle: async ({ params, query: { limit, cursor, ...filter } }) => {
      const found = await incidents.listOffers(idOf(params), filter, { limit, cursor: cursor ?? null });
      if (found === null) return refuse('not-found');
      if (isRefusal(found)) return found;
      return { body: { items: found.items.map(presentIncidentOffer), next: found.next } };
    },
  });

function waveRoutes(incidents: Stores['incidents']): Route[] {
  const shown = async (incidentId: IncidentId, trx: Transactor) => {
    const wave = await incidents.readWave(incidentId, trx);
    return wave ? { body: presentWave(wave) } : refuse('no-wave');
  };
  const change = async (
    context: WriteContext<Route['operation']>,
    wave: WaveChange,
    ground: string,
    trx: Transactor,
  ) => {
    const refusal = await incidents.changeWave(trx, wave, doingOf(context, ground));
    return refusal ?? shown(wave.incidentId, trx);
  };
  return [
    route(operations.offerIncident, {
      kind: 'direct',
      apply: async (context, trx) => {
        const incidentId = idOf(context.params);
        const { ground, ...wave } = context.body;
        const refusal = await incidents.offer(trx, { incidentId, ...wave }, doingOf(context, ground));
        return refusal ?? shown(incidentId, trx);
      },
    }),
    route(operations.confirmIncidentOffers, {
      kind: 'direct',
      apply: (context, trx) => {
        const { waveId, confirm, ground } = context.body;
        const move = confirm ? 'confirm' : 'reject';
        return change(context, { incidentId: idOf(context.params), move, waveId }, ground, trx);
      },
    }),
    route(operations.pauseIncidentOffers, {
      kind: 'direct',
      apply: (context, trx) =>
        change(context, { incidentId: idOf(context.params), move: 'pause' }, context.body.ground, trx),
    }),
    route(operations.resumeIncidentOffers, {
      kind: 'direct',
      apply: (context, trx) => {
        const { waveId, ground } = context.body;
        return change(context, { incidentId: idOf(context.params), move: 'resume', waveId }, ground, trx);
      },
    }),
    route(operations.cancelIncidentOffers, {
      kind: 'direct',
      apply: (context, trx) =>
        change(context, { incidentId: idOf(context.params), move: 'cancel' }, context.body.ground, trx),
    }),
  ];
}
