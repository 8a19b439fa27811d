/** The last stop of every fault: a database that is away is 503, all else 500; logged by request id, never with its data. */

import type { ErrorRequestHandler } from 'express';
import { RefusedError } from '../domain/errors.ts';
import type { Log } from './ports.ts';
import { type DoorRefusal, sendProblem } from './problem.ts';
import { requestIdOf } from './request-id.ts';

export interface FaultParts {
  readonly log: Log;
  readonly isDatabaseUnavailable: (fault: unknown) => boolean;
}

/** A fault's name and code say enough to find it; its text may quote a row. */
const told = (fault: unknown) => ({
  name: fault instanceof Error ? fault.name : typeof fault,
  code: fault instanceof Error && 'code' in fault ? String(fault.code) : undefined,
  at: fault instanceof Error ? fault.stack?.split('\n').slice(1, 12).join('\n') : undefined,
});

/** What express and its parsers say of a request that cannot be read. */
function unreadable(fault: unknown): DoorRefusal | null {
  const status = fault instanceof Error && 'status' in fault ? Number(fault.status) : 0;
  if (status === 413) return { refused: 'request-too-large' };
  return status >= 400 && status < 500 ? { refused: 'request-malformed' } : null;
}

export const answerFaults =
  ({ log, isDatabaseUnavailable }: FaultParts): ErrorRequestHandler =>
  (fault: unknown, request, response, next) => {
    const requestId = requestIdOf(response);
    if (response.headersSent) {
      next(fault);
      return;
    }
    let refusal = fault instanceof RefusedError ? fault.refusal : unreadable(fault);
    if (refusal === null && isDatabaseUnavailable(fault)) {
      refusal = { refused: 'database-unavailable' };
      log.warn({ requestId, fault: told(fault) }, 'the database could not be reached');
    } else if (refusal === null) {
      refusal = { refused: 'internal' };
      log.error({ requestId, method: request.method, fault: told(fault) }, 'a request ended by a fault');
    }
    sendProblem(response, refusal, requestId);
  };
