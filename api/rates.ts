/** Rate limits of the door: per address before anyone is known, per principal afterwards. Counted in each process. */

import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { sendProblem } from './problem.ts';
import { requestIdOf } from './request-id.ts';

export interface Rates {
  readonly perAddressPerMinute: number;
  readonly perPrincipalPerMinute: number;
  readonly signInsPerAddressPerMinute: number;
}

/** Generous: they stop floods, not work. */
export const defaultRates: Rates = {
  perAddressPerMinute: 1_200,
  perPrincipalPerMinute: 600,
  signInsPerAddressPerMinute: 60,
};

const limiter = (limit: number, key: (request: Request) => string): RequestHandler =>
  rateLimit({
    windowMs: 60_000,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: key,
    handler: (_request, response) => sendProblem(response, { refused: 'rate-limited' }, requestIdOf(response)),
  });

export const limitByAddress = (perMinute: number): RequestHandler =>
  limiter(perMinute, (request) => ipKeyGenerator(request.ip ?? ''));

export const limitByPrincipal = (perMinute: number, principalOf: (request: Request) => string): RequestHandler =>
  limiter(perMinute, principalOf);
