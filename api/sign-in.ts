/**
 * Lets sign-in's requests through to the library: only the paths named here, with the client's address as the door knows
 * it, and its refusals as problem details like all others.
 */

import { fromNodeHeaders } from 'better-auth/node';
import express, { type Express, type Response as ExpressResponse, type Request } from 'express';
import type { ErrorId } from '../domain/errors.ts';
import { type Authenticator, authBasePath } from './auth.ts';
import { clientAddressHeader } from './auth-tables.ts';
import { sendProblem } from './problem.ts';
import { limitByAddress } from './rates.ts';
import { requestIdOf } from './request-id.ts';

/** What the library offers beyond these, now or in a later version, is not there. */
const paths: ReadonlySet<string> = new Set([
  'POST /email-otp/send-verification-otp',
  'POST /sign-in/email-otp',
  'POST /sign-in/email',
  'POST /sign-out',
  'GET /get-session',
  'GET /list-sessions',
  'POST /revoke-session',
  'POST /revoke-other-sessions',
  'POST /change-password',
  'POST /two-factor/enable',
  'POST /two-factor/disable',
  'POST /two-factor/get-totp-uri',
  'POST /two-factor/verify-totp',
  'POST /two-factor/verify-backup-code',
  'POST /two-factor/generate-backup-codes',
]);

const signInBodyBytesMax = 16 * 1024;

const refusals: Readonly<Record<number, ErrorId>> = {
  400: 'sign-in-refused',
  401: 'sign-in-refused',
  403: 'origin-refused',
  404: 'not-found',
  413: 'request-too-large',
  415: 'request-malformed',
  422: 'sign-in-refused',
  429: 'rate-limited',
};

export function mountSignIn(
  app: Express,
  authenticator: Authenticator,
  settings: { publicUrl: string; perMinute: number },
): void {
  const body = express.text({ limit: signInBodyBytesMax, type: () => true });
  app.all(`${authBasePath}/{*path}`, limitByAddress(settings.perMinute), body, async (request, response) => {
    const path = request.path.slice(authBasePath.length);
    if (!paths.has(`${request.method} ${path}`)) {
      sendProblem(response, { refused: 'not-found' }, requestIdOf(response));
      return;
    }
    const answer = await authenticator.handle(toFetchRequest(request, settings.publicUrl));
    await sendFetchResponse(answer, response);
  });
}

function toFetchRequest(request: Request, publicUrl: string): globalThis.Request {
  const headers = fromNodeHeaders(request.headers);
  headers.set(clientAddressHeader, request.ip ?? '');
  headers.delete('content-length');
  const text: unknown = request.body;
  const body = request.method === 'GET' || typeof text !== 'string' ? undefined : text;
  return new Request(new URL(request.originalUrl, publicUrl), {
    method: request.method,
    headers,
    ...(body ? { body } : {}),
  });
}

async function sendFetchResponse(answer: globalThis.Response, response: ExpressResponse): Promise<void> {
  for (const cookie of answer.headers.getSetCookie()) response.append('Set-Cookie', cookie);
  const text = await answer.text();
  if (answer.status < 400) {
    response
      .status(answer.status)
      .type('application/json')
      .send(text === '' ? 'null' : text);
    return;
  }
  const retryAfter = answer.headers.get('x-retry-after');
  if (retryAfter !== null) response.set('Retry-After', retryAfter);
  const code = codeOf(text);
  const refused = refusals[answer.status] ?? 'internal';
  sendProblem(response, { refused, ...(code === null ? {} : { facts: { reason: code } }) }, requestIdOf(response));
}

/** The library's own code for what was wrong, e.g. `INVALID_OTP`; its text is left out, as it may repeat input. */
function codeOf(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text);
    const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null;
    return typeof code === 'string' && /^[A-Z0-9_]{1,80}$/.test(code) ? code : null;
  } catch {
    return null;
  }
}
