/** A test's desk as the tour wants it: a clock on which a day lasts seconds, and everybody's way in. */

import type { TourAccess } from '../../dev/tour-desk.ts';
import type { Desk } from './desk.ts';
import { signIn } from './people.ts';

const password = 'a password for the tour';

/**
 * Configuration of a desk whose days last so many seconds, from now on. Where other suites run beside it, a customer needs
 * the seconds of several days for what they would do in minutes.
 */
export const quickClock = (secondsADay: number): Record<string, string> => ({
  CLOCK_START: new Date().toISOString(),
  CLOCK_PACE: String(86_400 / secondsADay),
});

export async function tourAccess(desk: Desk): Promise<TourAccess> {
  const login = async (role: 'agent' | 'lead' | 'finance') => {
    const { id, email } = await signIn(desk, role);
    await desk.auth.setPassword(id, password);
    return { email, password };
  };
  const service = await signIn(desk, 'service');
  return {
    url: desk.url,
    stripeUrl: desk.sandboxUrl,
    shopUrl: desk.shopUrl,
    mailUrl: desk.mailUrl,
    apiKey: await desk.auth.createApiKey(service.id, 'tour'),
    logins: { agent: await login('agent'), lead: await login('lead'), finance: await login('finance') },
  };
}
