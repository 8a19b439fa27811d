/** Sign-in as clients see it: a one-time code by mail for customers, a password for staff. Served by the auth library. */

import { z } from 'zod';
import { meSchema } from './inputs.ts';
import { operation } from './operation.ts';

const emailSchema = z.email('expected an e-mail address');

const rememberMe = z.boolean().optional().meta({
  description: 'Only where true does the session outlive the browser (PV-2.2).',
});

const sendCode = operation({
  id: 'sendSignInCode',
  method: 'post',
  path: '/v1/auth/email-otp/send-verification-otp',
  summary: 'Sends a one-time code by mail; the answer is the same whoever asks.',
  tag: 'account',
  body: z.object({ email: emailSchema, type: z.literal('sign-in') }),
  answers: { 200: z.object({ success: z.boolean() }) },
});

const signInWithCode = operation({
  id: 'signInWithCode',
  method: 'post',
  path: '/v1/auth/sign-in/email-otp',
  summary: 'Signs a customer in by the code; one who is new becomes a customer.',
  tag: 'account',
  body: z.object({ email: emailSchema, otp: z.string(), rememberMe }),
  answers: { 200: z.object({ token: z.string(), user: z.object({ id: z.string() }) }) },
});

const signInWithPassword = operation({
  id: 'signInWithPassword',
  method: 'post',
  path: '/v1/auth/sign-in/email',
  summary: 'Signs a member of staff in; a second factor may be asked for next.',
  tag: 'account',
  body: z.object({ email: emailSchema, password: z.string(), rememberMe }),
  answers: {
    200: z.object({ token: z.string().optional(), twoFactorRedirect: z.boolean().optional() }),
  },
});

const verifySecondFactor = operation({
  id: 'verifySecondFactor',
  method: 'post',
  path: '/v1/auth/two-factor/verify-totp',
  summary: 'Ends a sign-in with the code of the second factor.',
  tag: 'account',
  body: z.object({ code: z.string(), rememberMe }),
  answers: { 200: z.object({ token: z.string().optional() }) },
});

export const getSession = operation({
  id: 'getSession',
  method: 'get',
  path: '/v1/session',
  summary: 'Who is signed in, or nobody, which is no refusal: what a page asks first.',
  tag: 'account',
  answers: { 200: z.object({ me: meSchema.nullable() }).meta({ id: 'Session' }) },
});

const signOut = operation({
  id: 'signOut',
  method: 'post',
  path: '/v1/auth/sign-out',
  summary: 'Ends the session.',
  tag: 'account',
  body: z.object({}),
  answers: { 200: z.object({ success: z.boolean() }) },
});

export const signInOperations = {
  sendCode,
  signInWithCode,
  signInWithPassword,
  verifySecondFactor,
  getSession,
  signOut,
} as const;
