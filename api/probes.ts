/** Handlers of the desk's own tests: what they say, and a round at once. */

import type { z } from 'zod';
import { operations } from '../contract/operations.ts';
import type { probesSchema } from '../contract/probes.ts';
import { isRefusal, refuse } from '../domain/errors.ts';
import type { ProbesView } from '../domain/probe-view.ts';
import { aimAtTicket } from './aim.ts';
import type { Stores } from './ports.ts';
import { type Route, route } from './route.ts';

/** All of it is codes, counts, instants, hosts and addresses. */
const presentProbes = ({ stop, fix, ...view }: ProbesView): z.output<typeof probesSchema> => ({
  state: stop === null ? 'running' : 'stopped',
  why: stop,
  rounds: view.rounds,
  lastBegunAt: view.lastBegunAt?.toISOString() ?? null,
  budget: { ...view.budget },
  refusedTargets: view.refusedTargets.map(({ at, ...target }) => ({ ...target, at: at.toISOString() })),
  diagnosis: {
    ...view.diagnosis,
    classes: view.diagnosis.classes.map((entry) => ({ ...entry, proofs: [...entry.proofs] })),
  },
  ownSetup: view.ownSetup,
  attempts: view.attempts.map(({ at, ...attempt }) => ({ ...attempt, at: at.toISOString() })),
  fix: fix && { ...fix, reportedAt: fix.reportedAt.toISOString(), toldAt: fix.toldAt?.toISOString() ?? null },
});

export function probeRoutes({ tickets, probes }: Pick<Stores, 'tickets' | 'probes'>): Route[] {
  return [
    route(operations.getProbes, {
      kind: 'read',
      handle: async ({ viewer, params }) => {
        const target = await tickets.find(viewer, params.ticketId);
        if (!target) return refuse('not-found');
        return {
          body: presentProbes(await probes.read(target.ticketId)),
          seen: [{ subjectId: target.subjectId, ticketId: target.ticketId }],
        };
      },
    }),
    route(operations.startProbes, {
      kind: 'direct',
      aim: aimAtTicket(tickets),
      apply: async ({ target: { ticketId }, at }, trx) => {
        if (!ticketId) return refuse('not-found');
        const left = await probes.ask(trx, { ticketId, at });
        return isRefusal(left) ? left : { body: { attemptsLeft: left } };
      },
    }),
  ];
}
