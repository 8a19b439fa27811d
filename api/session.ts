/**
 * Who has a session, if anybody: what a page asks first. Unlike `whoAmI` it refuses nobody, since to have no session is
 * no fault.
 */

import type { Express } from 'express';
import { getSession } from '../contract/sign-in.ts';
import type { Authenticator } from './auth.ts';
import { presentMe } from './inputs.ts';
import type { Members } from './ports.ts';

export function mountSession(app: Express, parts: { authenticator: Authenticator; members: Members }): void {
  app.get(getSession.path, async (request, response) => {
    const identity = await parts.authenticator.identify(request.headers);
    if (!identity) {
      response.json({ me: null });
      return;
    }
    const accounts = identity.role === 'customer' ? await parts.members.accountsOf(identity.subjectId) : [];
    response.json({ me: presentMe({ ...identity, accounts }) });
  });
}
