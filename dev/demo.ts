/**
 * Loads the demo data once: people of every role, a shop's key, the seller's first policy version, and orders whose
 * payments and plans the sandboxes hold. Policy and orders go in through the API, as an admin's and a shop's would; a start
 * that was cut off is made up for by the next.
 */

import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { createAuth } from '../api/auth.ts';
import { openDatabase } from '../db/database.ts';
import { ensureBuyer } from '../db/members.ts';
import { fromWire } from '../domain/money.ts';
import type { Role } from '../domain/role.ts';
import { toPaypal } from '../providers/paypal-money.ts';
import { type Config, readConfig } from '../runtime/config.ts';
import { type DemoOrder, type DemoTender, demoOrders } from './demo-orders.ts';
import { readFirstVersion } from './first-version.ts';

const dayMs = 86_400_000;
/** As a plan that was barely tried shows; some caps are counted in requests. */
const requestsUsed = 200;
/** Of finance there are two: whoever sends money another way needs a second person (RP-4.4). */
const staff = [
  { role: 'agent', login: 'agent' },
  { role: 'lead', login: 'lead' },
  { role: 'finance', login: 'finance' },
  { role: 'finance', login: 'finance2' },
  { role: 'admin', login: 'admin' },
  { role: 'privacy', login: 'privacy' },
] as const satisfies readonly { readonly role: Role; readonly login: string }[];
const customers = { acme: 'carol@acme.example', solo: 'sam@solo.example' } as const;
const viewer = 'victor@acme.example';
const names = {
  agent: 'Ana Agent',
  lead: 'Leo Lead',
  finance: 'Fay Finance',
  finance2: 'Finn Finance',
  admin: 'Ada Admin',
  privacy: 'Pia Privacy',
  service: 'The shop’s systems',
} as const;

const demoSchema = z.object({
  logins: z.array(z.object({ role: z.string(), email: z.string(), password: z.string().optional() })),
  next: z.string(),
});

type Demo = z.output<typeof demoSchema>;

/** With check digits that hold; no bank has it. */
const demoCustomerIban = 'FR1420041010050500013M02606';

const config = readConfig(process.env);
const demoFile = join(process.env['REFUND_DESK_DATA'] ?? '.data', 'demo.json');

async function load(settings: Config): Promise<void> {
  const { logins, apiKey } = await makePeople(settings);
  await postFirstVersion(settings, logins);
  for (const order of demoOrders) await putOrder(settings, apiKey, order);
  const demo: Demo = {
    logins: [...logins, { role: 'service', email: 'header x-api-key', password: apiKey }],
    next: nextStep(settings),
  };
  writeFileSync(`${demoFile}.new`, JSON.stringify(demoSchema.parse(demo), null, 2), { mode: 0o600 });
  renameSync(`${demoFile}.new`, demoFile);
}

const nextStep = ({ PUBLIC_URL }: Config): string =>
  `curl -s ${PUBLIC_URL}/readyz\nthen the walk-through in README.md, from the first message to the refund`;

/** People are made by an operator, not through the API: their administration comes with the desks. */
async function makePeople(settings: Config): Promise<{ logins: Demo['logins']; apiKey: string }> {
  const url = settings.DATABASE_URL.reveal();
  const db = openDatabase({ url, max: 2 });
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const auth = createAuth({
    database: pool,
    secret: settings.AUTH_SECRET.reveal(),
    publicUrl: settings.PUBLIC_URL,
    sendCode: async () => undefined,
    log: { warn: () => undefined, error: () => undefined },
  });
  const person = async (role: Role, email: string, name: string): Promise<string> => {
    const rows: { id: string }[] = await db('people')
      .insert({ role, email, name, email_verified: true })
      .onConflict('email')
      .merge({ name })
      .returning('id');
    return rows[0]?.id ?? '';
  };
  try {
    const logins: Demo['logins'] = [];
    for (const { role, login } of staff) {
      const email = `${login}@desk.example`;
      // Known to all who read this, as the walk-through is typed as written; the stack answers to this machine alone.
      const password = `demo-${login}-password`;
      await auth.setPassword(await person(role, email, names[login]), password);
      logins.push({ role, email, password });
    }
    for (const [account, email] of Object.entries(customers)) {
      await db.transaction((trx) => ensureBuyer(trx, { accountRef: account, email, at: new Date() }));
      logins.push({ role: 'customer', email });
    }
    const looker = await person('customer', viewer, 'Victor Viewer');
    await db.raw(
      `insert into account_members (account_id, person_id, rights) select id, ?, 'viewer' from accounts where ref = 'acme' on conflict do nothing`,
      [looker],
    );
    logins.push({ role: 'customer', email: viewer });
    const apiKey = await auth.createApiKey(await person('service', 'shop@desk.example', names.service), 'demo shop');
    return { logins, apiKey };
  } finally {
    await pool.end();
    await db.destroy();
  }
}

/** Posted before any order is put, by the admin; not again where a start that was cut off has come as far. */
async function postFirstVersion(settings: Config, logins: Demo['logins']): Promise<void> {
  const admin = logins.find(({ role }) => role === 'admin');
  const signIn = await fetch(`${settings.PUBLIC_URL}/v1/auth/sign-in/email`, {
    method: 'POST',
    headers: { origin: settings.PUBLIC_URL, 'content-type': 'application/json' },
    body: JSON.stringify({ email: admin?.email, password: admin?.password }),
  });
  if (!signIn.ok) throw new Error(`the admin's sign-in answered ${signIn.status}: ${await signIn.text()}`);
  const cookie = signIn.headers.getSetCookie().map((set) => set.split(';')[0]);
  const proof = { origin: settings.PUBLIC_URL, cookie: cookie.join('; ') };
  const posted = z
    .object({ items: z.array(z.unknown()) })
    .parse(await call(settings, proof, 'GET', '/v1/policy-versions?limit=1'));
  if (posted.items.length === 0) await call(settings, proof, 'POST', '/v1/policy-versions', readFirstVersion());
}

async function putOrder(settings: Config, apiKey: string, order: DemoOrder): Promise<void> {
  const now = Date.now();
  const at = (daysAgo: number): string => new Date(now - daysAgo * dayMs).toISOString();
  const boughtAt = at(order.boughtDaysAgo);
  const tenders = [];
  const periodEnd = order.periodDays === undefined ? null : at(order.boughtDaysAgo - order.periodDays);
  await sellPlan(settings, order, periodEnd);
  for (const [index, { method, minor, currency }] of order.tenders.entries()) {
    const captureRef = await capture(settings, order, index);
    tenders.push({
      method,
      amount: { minor, currency },
      tax: { minor: '0', currency },
      capturedAt: boughtAt,
      ...(captureRef ? { captureRef } : {}),
    });
  }
  const proof = { 'x-api-key': apiKey };
  await call(settings, proof, 'PUT', `/v1/orders/${order.ref}`, {
    accountRef: order.account,
    email: customers[order.account],
    channel: order.channel,
    plan: { ...order.plan, key: `${order.plan.kind}/${order.plan.name}`.toLowerCase().replaceAll(/[^a-z0-9/]+/g, '-') },
    firstPurchasedAt: at(order.firstBoughtDaysAgo ?? order.boughtDaysAgo),
    purchasedAt: boughtAt,
    period: periodEnd === null ? null : { from: boughtAt, until: periodEnd },
    metered: order.meteredGb === undefined ? null : { bytes: bytesOf(order.meteredGb) },
    ...(order.renewalOf === undefined ? {} : { renewalOf: order.renewalOf }),
    tenders,
  });
  if (order.usedGb === undefined) return;
  await call(settings, proof, 'POST', `/v1/orders/${order.ref}/usage`, {
    usedBytes: bytesOf(order.usedGb),
    requests: requestsUsed,
    at: new Date().toISOString(),
  });
}

const bytesOf = (gigabytes: number): string => String(Math.round(gigabytes * 1024 ** 3));

/** What the tender's provider holds; the same reference again is the same capture. */
async function capture(settings: Config, order: DemoOrder, index: number): Promise<string | undefined> {
  const tender = order.tenders[index];
  if (tender?.method === 'card') return charge(settings, `${order.ref}-${index}`, tender);
  if (tender?.method === 'paypal') return paypalCapture(settings, `${order.ref}-${index}`, tender);
  const captureRef = `${order.ref}-${index}`;
  if (tender?.method === 'bank') return transfer(captureRef, tender);
  if (tender?.method !== 'store_balance') return undefined;
  const { minor, currency } = tender;
  await tellShop(settings, `payments/${captureRef}`, { accountRef: order.account, minor, currency });
  return captureRef;
}

/** Told to the desk in a statement, as a bank does: the reference is what the customer gave with the transfer. */
async function transfer(captureRef: string, { minor }: DemoTender): Promise<string> {
  const answer = await fetch(`${process.env['BANK_SANDBOX_URL']}/_sandbox/credits/${captureRef}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ minor, name: 'Acme Systèmes SARL', iban: demoCustomerIban }),
  });
  if (!answer.ok) throw new Error(`the bank’s sandbox answered ${answer.status}: ${await answer.text()}`);
  return captureRef;
}

async function charge(settings: Config, id: string, { minor, currency }: DemoTender): Promise<string> {
  const answer = await fetch(`${settings.STRIPE_API_URL}/_sandbox/charges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      id: `ch_${id.replaceAll('-', '')}`,
      amount: Number(minor),
      currency: currency.toLowerCase(),
    }),
  });
  return z.object({ id: z.string() }).parse(await answer.json()).id;
}

async function paypalCapture(settings: Config, id: string, { minor, currency }: DemoTender): Promise<string> {
  const amount = toPaypal(fromWire({ minor, currency }));
  const answer = await fetch(`http://${settings.PAYPAL_STAND_IN}/_sandbox/captures`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, amount }),
  });
  return z.object({ id: z.string() }).parse(await answer.json()).id;
}

/** The plan as the shop has it: what was sold, less what was used. */
const sellPlan = (settings: Config, order: DemoOrder, endsAt: string | null): Promise<void> =>
  tellShop(settings, `plans/${order.ref}`, {
    endsAt,
    bytes: order.meteredGb === undefined ? null : bytesOf(order.meteredGb - (order.usedGb ?? 0)),
  });

async function tellShop(settings: Config, path: string, body: object): Promise<void> {
  const answer = await fetch(`${settings.SHOP_API_URL}/_sandbox/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the shop’s sandbox answered ${answer.status}: ${await answer.text()}`);
}

/** Repeated after a start that was cut off, a call has a new key: what it asks for is the same whoever asks. */
async function call(
  settings: Config,
  proof: Readonly<Record<string, string>>,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await fetch(`${settings.PUBLIC_URL}${path}`, {
    method,
    headers: {
      ...proof,
      'content-type': 'application/json',
      'idempotency-key': `demo-${randomBytes(12).toString('hex')}`,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

if (!existsSync(demoFile)) await load(config);
