/** The outside as the tour has it act: the card provider and the shop by their sandboxes' own controls, and caught mail. */

import { z } from 'zod';
import { until } from './until.ts';

const waitMs = 20_000;

const refundSchema = z.object({ id: z.string(), amount: z.number(), status: z.string(), charge: z.string() });
const planSchema = z.object({
  id: z.string(),
  endsAt: z.string().nullable(),
  bytes: z.string().nullable(),
  ended: z.boolean(),
});
const mailSchema = z.object({ receivedAt: z.string(), subject: z.string(), text: z.string() });
const madeSchema = z.object({ id: z.string() });

export type Refund = z.output<typeof refundSchema>;
export type Plan = z.output<typeof planSchema>;
export type Mail = z.output<typeof mailSchema>;

async function ask<Schema extends z.ZodType>(
  schema: Schema,
  url: string,
  method = 'GET',
  body?: object,
): Promise<z.output<Schema>> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${await answer.text()}`);
  return schema.parse(await answer.json());
}

export interface Provider {
  /** A captured charge; answers with its id. */
  charges(minor: number, currency: string): Promise<string>;
  refundsOf(charge: string): Promise<Refund[]>;
  /** The buyer goes to their bank; answers with the dispute's id. */
  opensDispute(charge: string): Promise<string>;
  movesDispute(dispute: string, status: 'won' | 'lost'): Promise<void>;
  /** Takes an action that has money sent, and waits until the provider's books hold one refund more. */
  sends(charge: string, action: () => Promise<void>): Promise<void>;
  /** The same, while nobody else sends and the answer to the call is lost after the work is done (R3). */
  sendsWithoutAnswer(charge: string, action: () => Promise<void>): Promise<void>;
}

export function createProvider(url: string): Provider {
  const control = (path: string, body: object) => ask(z.unknown(), `${url}/_sandbox/${path}`, 'POST', body);
  const refundsOf = async (charge: string): Promise<Refund[]> => {
    const { refunds } = await ask(z.object({ refunds: z.array(refundSchema) }), `${url}/_sandbox/books`);
    return refunds.filter((refund) => refund.charge === charge);
  };
  const sent = async (charge: string, action: () => Promise<void>): Promise<void> => {
    const before = (await refundsOf(charge)).length;
    await action();
    if (!(await until(async () => (await refundsOf(charge)).length > before, { withinMs: waitMs })))
      throw new Error('the provider was not asked for the refund');
  };
  // A switch acts on the next call whoever makes it, so that whoever throws one must send alone.
  const gate = createGate();
  return {
    charges: async (minor, currency) =>
      madeSchema.parse(await control('charges', { amount: minor, currency: currency.toLowerCase() })).id,
    refundsOf,
    opensDispute: async (charge) =>
      madeSchema.parse(await control('disputes', { charge, status: 'needs_response' })).id,
    movesDispute: async (dispute, status) => void (await control(`disputes/${dispute}/transition`, { status })),
    sends: (charge, action) => gate.together(() => sent(charge, action)),
    sendsWithoutAnswer: (charge, action) =>
      gate.alone(async () => {
        await control('faults', { kind: 'lose-answer', method: 'POST', path: '/v1/refunds' });
        await sent(charge, action);
      }),
  };
}

interface Gate {
  together(work: () => Promise<void>): Promise<void>;
  alone(work: () => Promise<void>): Promise<void>;
}

/** Many at once, or one alone, in the order in which they came. */
function createGate(): Gate {
  let lastAlone: Promise<unknown> = Promise.resolve();
  let since: Promise<unknown>[] = [];
  const quiet = (work: Promise<void>): Promise<void> => work.catch(() => undefined);
  return {
    together(work) {
      const done = lastAlone.then(work);
      since.push(quiet(done));
      return done;
    },
    alone(work) {
      const done = Promise.all([lastAlone, ...since]).then(work);
      lastAlone = quiet(done);
      since = [];
      return done;
    },
  };
}

export interface Shop {
  sells(orderRef: string, plan: { endsAt: string | null; bytes: string | null }): Promise<void>;
  plan(orderRef: string): Promise<Plan>;
}

export const createShop = (url: string): Shop => ({
  sells: async (orderRef, plan) => void (await ask(z.unknown(), `${url}/_sandbox/plans/${orderRef}`, 'PUT', plan)),
  plan: async (orderRef) => {
    const { plans } = await ask(z.object({ plans: z.array(planSchema) }), `${url}/_sandbox/plans`);
    const plan = plans.find(({ id }) => id === orderRef);
    if (!plan) throw new Error(`the shop knows no plan of ${orderRef}`);
    return plan;
  },
});

export interface Mails {
  /** To an address, oldest first. */
  to(email: string): Promise<Mail[]>;
  /** The code of the newest sign-in. */
  code(email: string): Promise<string>;
}

export function createMails(url: string): Mails {
  const to = async (email: string): Promise<Mail[]> =>
    (await ask(z.array(mailSchema), `${url}/api/mails?to=${encodeURIComponent(email)}`)).toReversed();
  return {
    to,
    async code(email) {
      let code: string | undefined;
      const look = async (): Promise<boolean> => {
        code = (await to(email))
          .map(({ subject }) => /\b\d{8}\b/.exec(subject)?.[0])
          .findLast((found) => found !== undefined);
        return code !== undefined;
      };
      await until(look, { withinMs: waitMs });
      if (code === undefined) throw new Error(`no code was mailed to ${email}`);
      return code;
    },
  };
}
