/**
 * Cookies that end with the browser unless the person asked to be remembered (PV-2.2). The library's code sign-in asks
 * for seven days; here every cookie of an unremembered session loses its age, whichever way one signed in.
 */

import { createAuthMiddleware } from 'better-auth/api';

export const sessionLifetimeSeconds = {
  /** How long the session itself holds where its cookie ends with the browser. */
  unremembered: 24 * 60 * 60,
  remembered: 30 * 24 * 60 * 60,
} as const;

const asksToBeRemembered = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'rememberMe' in body && body.rememberMe === true;

/** Takes the age from a cookie that is set; one that is removed keeps its age of zero. */
export const withoutAge = (cookie: string): string =>
  /;\s*max-age=0(;|$)/i.test(cookie) ? cookie : cookie.replace(/;\s*(max-age|expires)=[^;]*/gi, '');

/** The library's note to itself that somebody is not remembered: the session's row says so already. */
const isMarker = (cookie: string): boolean => /^[^=;]*\.dont_remember=/.test(cookie);

export const endWithBrowser = {
  beforeCreate: async (session: object, context: { body?: unknown } | null) => {
    const remembered = asksToBeRemembered(context?.body);
    const seconds = remembered ? sessionLifetimeSeconds.remembered : sessionLifetimeSeconds.unremembered;
    return { data: { ...session, remembered, expiresAt: new Date(Date.now() + seconds * 1000) } };
  },
  afterRequest: createAuthMiddleware(async (context) => {
    const session: Readonly<Record<string, unknown>> | undefined = context.context.newSession?.session;
    if (session?.['remembered'] === true) return;
    const headers = context.context.responseHeaders;
    const cookies = headers?.getSetCookie() ?? [];
    if (!headers || cookies.length === 0) return;
    headers.delete('set-cookie');
    for (const cookie of cookies.filter((text) => !isMarker(text))) headers.append('set-cookie', withoutAge(cookie));
  }),
};

/** Cookies that may outlive the browser: the session's, as judged above, and a device that somebody asked to trust. */
const mayLast = (cookie: string): boolean => /^[^=;]*\.(session_token|trust_device)=/.test(cookie);

/** The last word over an answer: plugins of the library set their cookies after every hook. */
export function endCookiesWithBrowser(answer: Response): Response {
  const cookies = answer.headers.getSetCookie();
  if (cookies.every(mayLast)) return answer;
  const headers = new Headers(answer.headers);
  headers.delete('set-cookie');
  for (const cookie of cookies) headers.append('set-cookie', mayLast(cookie) ? cookie : withoutAge(cookie));
  return new Response(answer.body, { status: answer.status, headers });
}
