/** Handlers of the technical review and of the remediation: all of them are taken by the ticket's workflow. */

import { operations } from '../contract/operations.ts';
import { aimAtTicket } from './aim.ts';
import type { Stores } from './ports.ts';
import { type Route, route } from './route.ts';
import { presentTaken } from './ticket-taken.ts';

export function reviewRoutes({ tickets }: Pick<Stores, 'tickets'>): Route[] {
  const taken = { kind: 'delivered', aim: aimAtTicket(tickets), present: presentTaken(tickets) } as const;
  return [
    route(operations.recordReview, taken),
    route(operations.requestInformation, taken),
    route(operations.answerInformationRequest, taken),
    route(operations.reportRemediation, taken),
    route(operations.answerRemediation, taken),
  ];
}
