/** A disputed payment's whole way: told, looked at, answered by a click, won, and refundable again; and its warnings before. */

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type Json, listIn } from '../api/client.ts';
import {
  type Cast,
  castOf,
  closedAs,
  control,
  decideClaim,
  putOrder,
  refundsOf,
  untilTicket,
} from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { patienceMs } from '../environment/patience.ts';
import { expectStatus, refusalIn, untilFound } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
});

afterAll(() => desk.close());

const untilDispute = (who: Client, ref: unknown, fits: (dispute: Json) => boolean): Promise<Json> =>
  untilFound(`the dispute ${String(ref)}`, async () => {
    const { json } = await who.get('/v1/disputes?limit=100');
    const found = listIn(json, 'items').find((dispute) => dispute['providerRef'] === ref);
    return found && fits(found) ? found : null;
  });

interface Books {
  readonly files: readonly { readonly id: string; readonly sha256: string; readonly purpose: string }[];
  readonly disputes: readonly {
    readonly id: string;
    readonly evidence: { readonly uncategorized_file: string | null };
    readonly evidence_details: { readonly submission_count: number };
  }[];
}

const booksOf = async (): Promise<Books> => (await (await fetch(`${desk.sandboxUrl}/_sandbox/books`)).json()) as Books;

test('D1, D6, D13: a chargeback beside an open claim is answered by a click, won, and the refund goes', async () => {
  const claim = await decideClaim(desk, cast);
  const { id: ref } = await control(desk, 'disputes', {
    charge: claim.charge,
    status: 'needs_response',
    reason: 'fraudulent',
  });
  const dispute = await untilDispute(cast.finance, ref, ({ submittedAt }) => submittedAt === null);
  expect(dispute).toMatchObject({ label: 'Chargeback', networkReason: '10.4', reason: 'fraudulent', state: 'open' });
  await untilFound('the fee to be told', async () => {
    const { json } = await cast.finance.get(`/v1/disputes/${dispute.id}`);
    return json['fee'] !== null && listIn(json, 'tickets').some(({ id }) => id === claim.ticketId);
  });
  const handle = desk.temporal.client.workflow.getHandle(`dispute/stripe/${ref}`);
  await untilFound('its workflow', async () => (await handle.describe()).status.name === 'RUNNING');
  // D13: the customer is told, and the payout is held.
  await desk.mail.waitForMail((mail) => mail.to.includes(cast.customer.email) && /RP-3\.8/.test(mail.text), patienceMs);
  expectStatus(await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`), 200);
  expect(await refundsOf(desk, claim.charge)).toEqual([]);

  const path = `/v1/disputes/${dispute.id}/evidence`;
  expectStatus(await cast.lead.get(path), 200);
  expectStatus(await cast.finance.post(path, {}), 200);
  const answered = await untilDispute(
    cast.finance,
    ref,
    ({ submittedAt, packet }) => submittedAt !== null && (packet as Json)['state'] === 'submitted',
  );
  expect(answered['submittedBy']).toMatchObject({ id: cast.finance.id });
  const { files, disputes } = await booksOf();
  const sent = disputes.find(({ id }) => id === ref);
  const { bytes } = expectStatus(await cast.finance.get(path), 200);
  expect(sent?.evidence_details.submission_count).toBe(1);
  expect(files.find(({ id }) => id === sent?.evidence.uncategorized_file)).toMatchObject({
    purpose: 'dispute_evidence',
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  expect(refusalIn(await cast.finance.post(path, {}))[1]).toBe('evidence-submitted');

  await control(desk, `disputes/${ref}/transition`, { status: 'won' });
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  expect(await refundsOf(desk, claim.charge)).toHaveLength(1);
  expect(await handle.result()).toEqual({ state: 'won' });
  const { json } = await cast.finance.get(`/v1/disputes/${dispute.id}`);
  expect(json).toMatchObject({
    state: 'won',
    payouts: [{ state: 'settled', providerRef: expect.stringMatching(/^re_/) }],
  });
});

test('R3: where the answer of the submission is lost, the provider is asked, and has the evidence once', async () => {
  const { charge } = await putOrder(desk, cast.service, cast.customer.email);
  const { id: ref } = await control(desk, 'disputes', { charge, status: 'needs_response' });
  const dispute = await untilDispute(cast.finance, ref, () => true);
  await control(desk, 'faults', { kind: 'lose-answer', method: 'POST', path: `/v1/disputes/${ref}`, times: 1 });
  expectStatus(await cast.finance.post(`/v1/disputes/${dispute.id}/evidence`, {}), 200);
  await untilDispute(cast.finance, ref, ({ packet }) => (packet as Json | null)?.['state'] === 'submitted');
  expect((await booksOf()).disputes.find(({ id }) => id === ref)?.evidence_details.submission_count).toBe(1);
  await control(desk, `disputes/${ref}/transition`, { status: 'lost' });
  await untilDispute(cast.finance, ref, ({ state }) => state === 'lost');
});

test('D8: a warned payment’s ticket jumps the queue, and its refund leaves nothing to be done about the warning', async () => {
  const claim = await decideClaim(desk, cast);
  const { id: ref } = await control(desk, 'warnings', { charge: claim.charge });
  const warning = await untilDispute(cast.finance, ref, ({ state }) => state === 'warned');
  expect(warning).toMatchObject({ label: 'Early fraud warning', amount: null, actionable: true, actions: [] });
  await desk.mail.waitForMail(
    (mail) => /early fraud warning/i.test(mail.subject) && mail.to.includes(cast.agent.email),
    20_000,
  );
  expectStatus(await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`), 200);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  await untilDispute(cast.finance, ref, ({ state, actionable }) => state === 'closed' && actionable === false);
});

test('D9: money that the card network gave back by itself in the same minute is not paid a second time', async () => {
  const claim = await decideClaim(desk, cast);
  // Nobody told the desk yet: the paying activity reads it from the provider at the last moment.
  await control(desk, 'faults', { kind: 'webhook-withhold', times: 0 });
  await control(desk, 'disputes', { charge: claim.charge, status: 'prevented' });
  expectStatus(await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`), 200);
  await untilFound('the payout to be held', async () => {
    const { json } = await cast.finance.get(`/v1/payouts/${claim.payoutId}`);
    return json['reason'] === 'disputed';
  });
  await fetch(`${desk.sandboxUrl}/_sandbox/faults`, { method: 'DELETE' });
  await untilTicket(cast.customer, claim.ticketId, closedAs('charged_back'));
  expect(await refundsOf(desk, claim.charge)).toEqual([]);
});
