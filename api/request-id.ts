/** Gives every request an id of its own: told in the answer, in problems and in the log, so that the three can be joined. */

import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

const header = 'X-Request-Id';

export function giveRequestId(_request: Request, response: Response, next: NextFunction): void {
  response.set(header, randomUUID());
  next();
}

export const requestIdOf = (response: Response): string => String(response.getHeader(header) ?? 'none');
