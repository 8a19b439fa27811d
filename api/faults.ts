/** The last stop of every fault: a database that is away is 503, a full evidence store 507, all else 500; logged by request id, never with its data. */

import type { ErrorRequestHandler } from 'express';
import { RefusedError } from '../domain/errors.ts';
import type { Log } from './ports.ts';
import { type DoorRefusal, sendProblem } from './problem.ts';
import { requestIdOf } from './request-id.ts';

export interface FaultParts {
  readonly log: Log;
  readonly isDatabaseUnavailable: (fault: unknown) => boolean;
}

/** Faults come from other realms as well, where `instanceof` does not hold. */
const memberOf = (fault: unknown, name: string): string | undefined => {
  const value: unknown =
    typeof fault === 'object' && fault !== null ? (fault as Readonly<Record<string, unknown>>)[name] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
};

const framesMax = 12;

/** A fault’s name, code and place say enough to find it; its text may quote a row. */
const told = (fault: unknown) => ({
  name: memberOf(fault, 'name') ?? typeof fault,
  code: memberOf(fault, 'code'),
  at: (memberOf(fault, 'stack') ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, framesMax)
    .join('\n'),
});

/** What express and its parsers say of a request that cannot be read. */
function unreadable(fault: unknown): DoorRefusal | null {
  const status = Number(memberOf(fault, 'status') ?? 0);
  if (status === 413) return { refused: 'request-too-large' };
  return status >= 400 && status < 500 ? { refused: 'request-malformed' } : null;
}

export const answerFaults =
  ({ log, isDatabaseUnavailable }: FaultParts): ErrorRequestHandler =>
  (fault: unknown, request, response, next) => {
    const requestId = requestIdOf(response);
    if (response.headersSent) {
      // A file that broke off midway: whoever takes it sees that, since its end does not come.
      log.warn({ requestId, fault: told(fault) }, 'an answer broke off');
      if (response.destroyed) return;
      next(fault);
      return;
    }
    let refusal = fault instanceof RefusedError ? fault.refusal : unreadable(fault);
    if (refusal === null && isDatabaseUnavailable(fault)) {
      refusal = { refused: 'database-unavailable' };
      log.warn({ requestId, fault: told(fault) }, 'the database could not be reached');
    } else if (refusal === null && memberOf(fault, 'name') === 'EvidenceFull') {
      refusal = { refused: 'evidence-full' };
      log.error({ requestId }, 'the evidence store has no room left');
    } else if (refusal === null) {
      refusal = { refused: 'internal' };
      log.error({ requestId, method: request.method, fault: told(fault) }, 'a request ended by a fault');
    }
    sendProblem(response, refusal, requestId);
  };
