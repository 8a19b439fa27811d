/**
 * What a newcomer does: clone, `npm start`, a ticket paid for real with the demo logins, Ctrl-C, and the same again. The
 * clone is of what is committed; servers come from the cache that all clones share, and packages from this tree, where
 * `npm test` itself has installed them.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findFreePorts, type Ports, portNames, portUses } from '../../dev/ports.ts';
import { isAlive, type ProcessIdentity } from '../../dev/process-identity.ts';
import { until } from '../../dev/until.ts';
import { type Answer, type Client, createClient, listIn } from '../api/client.ts';
import { createTicket, decideRefund, review } from '../api/orders-and-tickets.ts';
import { closedAs, payoutOf, refundsOf, untilTicket } from '../environment/claims.ts';
import { repositoryRoot } from '../tidy/sources.ts';
import { runInTerminal, type Started, stackProcesses } from './terminal.ts';

const ready = 'Refund Desk is ready';
const startMs = 400_000;
/** Of the demo data: an order of Carol's, paid by card. */
const demoOrder = { ref: 'DEMO-1001', customer: 'carol@acme.example', minor: '4999' } as const;

let folder: string;
let clone: string;
let ports: Ports;
let started: Started;
let agent: Client;
let ticketId: string;
let processes: ProcessIdentity[] = [];

const npmStart = ['npm', 'start'] as const;

const begin = (command: readonly [string, ...string[]] = npmStart, more: Record<string, string> = {}): Started => {
  const moved: Record<string, string> = {};
  for (const name of portNames) moved[portUses[name].variable] = String(ports[name]);
  return runInTerminal(command, clone, { ...moved, ...more });
};

/** Where a link cannot be made, as to another disk, `npm start` installs them. */
function linkPackages(): void {
  const { status } = spawnSync('cp', ['-al', join(repositoryRoot, 'node_modules'), clone]);
  if (status !== 0) rmSync(join(clone, 'node_modules'), { recursive: true, force: true });
}

const addressOf = (name: keyof Ports): string => `http://127.0.0.1:${ports[name]}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refund-desk-clone-'));
  // PostgreSQL runs as a user without rights where we are root, and must reach what is below.
  await chmod(folder, 0o755);
  clone = join(folder, 'desk');
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${repositoryRoot}`, clone]);
  linkPackages();
  ports = await findFreePorts();
  started = begin();
  await started.untilPrinted(ready);
}, startMs);

afterAll(async () => {
  started.kill();
  await started.end;
  // What a failed test left behind ends itself once its parent is gone.
  await until(() => !processes.some(isAlive), { withinMs: 30_000 });
  await rm(folder, { recursive: true, force: true });
}, 60_000);

test('npm start on a fresh clone brings the whole desk up and prints its addresses and demo logins', async () => {
  expect((await fetch(`${addressOf('api')}/readyz`)).status).toBe(200);
  for (const login of ['agent@desk.example', 'finance@desk.example', demoOrder.customer])
    expect(started.printed()).toContain(login);
  for (const name of [
    'api',
    'temporalUi',
    'mailWeb',
    'stripeSandbox',
    'shopSandbox',
    'paypalSandbox',
    'bankSandbox',
  ] as const)
    expect(started.printed()).toContain(addressOf(name));
  processes = stackProcesses(join(clone, '.data'));
  expect(processes.length).toBeGreaterThanOrEqual(6);
});

test('with the demo logins a ticket goes from the message to a refund that the sandbox holds once', async () => {
  const customer = await signInByCode();
  agent = await signInByPassword('agent');
  const finance = await signInByPassword('finance');
  ticketId = (await createTicket(customer, demoOrder.ref)).id;
  // The desk has tested the plan through the demo seller's gateway.
  const probes = async () => (await agent.get(`/v1/tickets/${ticketId}/probes`)).json;
  expect(await until(async () => Number((await probes())['rounds']) > 0, { withinMs: 30_000 })).toBe(true);
  await confirmIncident(await signInByPassword('lead'));
  await review(agent, ticketId);
  await decideRefund(agent, ticketId, demoOrder.minor);
  const approved = await finance.post(`/v1/payouts/${await payoutOf(agent, ticketId)}/approve`);
  expect(approved.status).toBe(200);
  await untilTicket(customer, ticketId, closedAs('refunded'));
  const charge = `ch_${demoOrder.ref.replace('-', '')}0`;
  expect(await refundsOf({ sandboxUrl: addressOf('stripeSandbox') }, charge)).toMatchObject([
    { amount: Number(demoOrder.minor), status: 'succeeded' },
  ]);
});

/** Our fault, by an incident that a lead knows of: so nobody waits for 15 days (RP-2.4b). */
async function confirmIncident(lead: Client): Promise<void> {
  const from = new Date(Date.now() - 36 * 3_600_000).toISOString();
  const incident = { ref: 'INC-1', confirmed: true, widelyImpacting: true, covers: true, from };
  const answer = await lead.post(`/v1/orders/${demoOrder.ref}/incidents`, incident);
  expect(answer.status).toBe(200);
}

test('RP-6.1: the seller’s first policy version was posted, and names what the demo orders are judged by', async () => {
  expect(await policyVersions()).toMatchObject([{ number: 1, effectiveAt: '2026-01-01T00:00:00.000Z' }]);
});

test('a second npm start beside the first is told so in one sentence, and the first goes on', async () => {
  const second = begin();
  expect((await second.end).code).toBe(1);
  expect(second.printed()).toMatch(/already runs with the data directory/);
  expect(second.printed()).not.toMatch(/^\s+at /m);
  expect((await fetch(`${addressOf('api')}/readyz`)).status).toBe(200);
});

test('a port that is taken is named with what moves it, in one sentence', async () => {
  const second = begin(npmStart, { REFUND_DESK_DATA: join(folder, 'other-data') });
  expect((await second.end).code).toBe(1);
  expect(second.printed()).toMatch(
    new RegExp(`port ${ports.api}, for pages and API, is taken \\(move it with PORT=`, 'i'),
  );
  expect(second.printed()).not.toMatch(/^\s+at /m);
});

test('Ctrl-C stops everything in order and leaves no process behind', async () => {
  started.interrupt();
  // The shell between npm and the stack waits for it, and then may tell of its own interruption rather than of its end.
  expect([
    { code: 0, signal: null },
    { code: null, signal: 'SIGINT' },
  ]).toContainEqual(await started.end);
  expect(started.printed()).toContain('Everything is stopped.');
  expect(processes.filter(isAlive)).toEqual([]);
});

test('the next start finds the ticket, who is signed in, the one policy version and the refund again, and ends with exit code 0', async () => {
  started = begin(['node', 'dev/start.mjs']);
  await started.untilPrinted(ready);
  processes = stackProcesses(join(clone, '.data'));
  const ticket = await agent.get(`/v1/tickets/${ticketId}`);
  expect([ticket.status, ticket.json['outcome']]).toEqual([200, 'refunded']);
  expect(listIn(ticket.json, 'payouts')).toMatchObject([{ amount: { minor: demoOrder.minor, currency: 'USD' } }]);
  expect(await policyVersions()).toHaveLength(1);
  started.interrupt();
  expect(await started.end).toEqual({ code: 0, signal: null });
  expect(processes.filter(isAlive)).toEqual([]);
});

const origin = () => ({ origin: addressOf('api') });

const policyVersions = async () => listIn((await agent.get('/v1/policy-versions')).json, 'items');

async function signInByPassword(role: string): Promise<Client> {
  const { logins } = JSON.parse(readFileSync(join(clone, '.data', 'demo.json'), 'utf8')) as {
    logins: { role: string; email: string; password?: string }[];
  };
  const login = logins.find((candidate) => candidate.role === role);
  const open = createClient(addressOf('api'), origin());
  const answer = await open.post('/v1/auth/sign-in/email', { email: login?.email, password: login?.password });
  return signedIn(answer);
}

async function signInByCode(): Promise<Client> {
  const open = createClient(addressOf('api'), origin());
  await open.post('/v1/auth/email-otp/send-verification-otp', { email: demoOrder.customer, type: 'sign-in' });
  let otp: string | undefined;
  const mailed = async (): Promise<boolean> => {
    const mails = await fetch(`${addressOf('mailWeb')}/api/mails?to=${demoOrder.customer}`);
    const subjects = ((await mails.json()) as { subject: string }[]).map(({ subject }) => subject);
    otp = subjects.flatMap((subject) => /\b\d{8}\b/.exec(subject)?.[0] ?? []).at(0);
    return otp !== undefined;
  };
  expect(await until(mailed, { withinMs: 10_000 })).toBe(true);
  return signedIn(await open.post('/v1/auth/sign-in/email-otp', { email: demoOrder.customer, otp }));
}

function signedIn(answer: Answer): Client {
  expect(answer.status).toBe(200);
  const cookie = answer.cookies.map((text) => text.split(';')[0]).join('; ');
  return createClient(addressOf('api'), { ...origin(), cookie });
}
