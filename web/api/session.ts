/** Who is signed in, and signing in and out. The cookie is the API's; nothing of a session is kept by the pages. */

import { queryOptions } from '@tanstack/react-query';
import { answerOf, get, post, type Schemas } from './client.ts';

export type Me = Schemas['Me'];

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Me | null> => (await answerOf(get('/v1/session', { signal }))).me,
  staleTime: Number.POSITIVE_INFINITY,
});

export const sendCode = async (email: string): Promise<void> => {
  await answerOf(post('/v1/auth/email-otp/send-verification-otp', { body: { email, type: 'sign-in' } }));
};

export const signInByCode = async (email: string, otp: string, rememberMe: boolean): Promise<void> => {
  await answerOf(post('/v1/auth/sign-in/email-otp', { body: { email, otp, rememberMe } }));
};

export type PasswordOutcome = 'signed-in' | 'second-factor';

/** `second-factor` where a code of the person's device is asked for besides. */
export async function signInByPassword(email: string, password: string, rememberMe: boolean): Promise<PasswordOutcome> {
  const answer = await answerOf(post('/v1/auth/sign-in/email', { body: { email, password, rememberMe } }));
  return answer.twoFactorRedirect ? 'second-factor' : 'signed-in';
}

export const signInByDevice = async (code: string): Promise<void> => {
  await answerOf(post('/v1/auth/two-factor/verify-totp', { body: { code } }));
};

export const signOut = async (): Promise<void> => {
  await answerOf(post('/v1/auth/sign-out', { body: {} }));
};
