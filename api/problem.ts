/** Turns refusals into problem details (RFC 9457). The only place that shapes an error's body; it never echoes input. */

import type { Response } from 'express';
import type { FieldProblem, Problem } from '../contract/problem.ts';
import { errorCatalogue, type Refusal } from '../domain/errors.ts';

export const problemContentType = 'application/problem+json';

/** A refusal of the door itself, with what a client needs to mend the request. */
export interface DoorRefusal extends Refusal {
  readonly detail?: string;
  readonly problems?: readonly FieldProblem[];
}

export function problemOf(refusal: DoorRefusal, requestId: string): Problem {
  const { status, title } = errorCatalogue[refusal.refused];
  return {
    type: `urn:refund-desk:${refusal.refused}`,
    id: refusal.refused,
    title,
    status,
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
    ...(refusal.facts === undefined ? {} : { facts: { ...refusal.facts } }),
    ...(refusal.problems === undefined ? {} : { problems: [...refusal.problems] }),
    instance: `urn:uuid:${requestId}`,
  };
}

export function sendProblem(response: Response, refusal: DoorRefusal, requestId: string): void {
  const problem = problemOf(refusal, requestId);
  if (errorCatalogue[refusal.refused].retryable && !response.hasHeader('Retry-After')) response.set('Retry-After', '2');
  response.status(problem.status).type(problemContentType).send(JSON.stringify(problem));
}
