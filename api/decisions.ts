/** Handlers of decisions: the proposal, deciding and confirming, the customer's choice and appeal, and why, as pages and letter. */

import { operations } from '../contract/operations.ts';
import { isRefusal, refuse } from '../domain/errors.ts';
import type { LetterPrinter } from '../domain/letter.ts';
import type { PolicyLanguage } from '../domain/policy.ts';
import { aimAtTicket } from './aim.ts';
import { letterOf } from './decision-letter.ts';
import type { ExplainedView } from './explained-views.ts';
import type { Stores, TicketTarget } from './ports.ts';
import { presentExplained } from './present-decision.ts';
import { isStaff, type Principal, type Viewer } from './principal.ts';
import { type Route, route, type Seen } from './route.ts';
import { presentTaken } from './ticket-taken.ts';

type DecisionStores = Pick<Stores, 'tickets' | 'proposals' | 'decisions' | 'members'>;

interface Looking {
  readonly viewer: Viewer;
  readonly principal: Principal;
  readonly params: { readonly ticketId: string };
  readonly query: { readonly language?: PolicyLanguage | undefined };
}

export const decisionRoutes = (stores: DecisionStores, letters: LetterPrinter): Route[] => [
  ...writeRoutes(stores),
  ...readRoutes(stores, letters),
];

function writeRoutes({ tickets }: DecisionStores): Route[] {
  const taken = { kind: 'delivered', aim: aimAtTicket(tickets), present: presentTaken(tickets) } as const;
  return [
    route(operations.decideTicket, taken),
    route(operations.confirmDecision, taken),
    route(operations.answerOffer, taken),
    route(operations.appealTicket, taken),
  ];
}

function readRoutes(stores: DecisionStores, letters: LetterPrinter): Route[] {
  const { tickets, proposals } = stores;
  return [
    route(operations.getProposal, {
      kind: 'read',
      handle: async ({ viewer, params, at }) => {
        const target = await tickets.find(viewer, params.ticketId);
        if (!target) return refuse('not-found');
        const assessment = await proposals.read(target.ticketId, at);
        return isRefusal(assessment) ? assessment : { body: assessment, seen: seen(target) };
      },
    }),
    route(operations.getDecisions, {
      kind: 'read',
      handle: async (context) => {
        const found = await explained(stores, context);
        if (!found) return refuse('not-found');
        const { principal } = context;
        const items = found.views.map((view) => presentExplained(view, principal, found.language));
        return { body: { items }, seen: seen(found.target) };
      },
    }),
    route(operations.getDecisionLetter, {
      kind: 'read',
      handle: async (context) => {
        const found = await explained(stores, context);
        const view = found?.views.find(({ id }) => id === context.params.decisionId);
        if (!found || !view) return refuse('not-found');
        const letter = letterOf(view, found.language);
        if (isRefusal(letter)) return letter;
        const fileName = `${view.ticketReference}-${view.kind}-${view.number}-${found.language}.pdf`;
        const bytes = Buffer.from(await letters.print(letter, found.language));
        return { body: null, file: { bytes, contentType: 'application/pdf', fileName }, seen: seen(found.target) };
      },
    }),
  ];
}

const seen = ({ subjectId, ticketId }: TicketTarget): Seen[] => [{ subjectId, ticketId }];

/** The ticket's decisions and closings as far as the one who asks may know of them, and the language in which they are told. */
async function explained({ tickets, decisions, members }: DecisionStores, looking: Looking) {
  const { principal, viewer, params, query } = looking;
  const target = await tickets.find(viewer, params.ticketId);
  if (!target) return null;
  const views = await decisions.explain(target.ticketId);
  return {
    target,
    views: views.filter((view) => isStaff(principal.role) || holds(view)),
    language: query.language ?? (await members.languageOf(principal.subjectId)),
  };
}

/** What waits for a second person, or was rejected by them, was never decided to a customer. */
const holds = (view: ExplainedView): boolean => view.kind === 'closing' || view.state === 'final';
