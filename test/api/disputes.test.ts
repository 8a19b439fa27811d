/** Disputes at the door: what finance and leads read of them, in which order, and the click that submits evidence once. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { storeDispute, type ToldDispute } from '../../db/disputes.ts';
import { dayMs } from '../../domain/clocks.ts';
import { money } from '../../domain/money.ts';
import { anOrder, aTicket } from '../db/builders.ts';
import { pdfText } from '../providers/pdf-text.ts';
import { listIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';

let desk: Desk;
let finance: Person;
let lead: Person;

beforeAll(async () => {
  desk = await startDesk();
  finance = await desk.signedIn('finance');
  lead = await desk.signedIn('lead');
});
afterAll(() => desk.close());

const inDays = (days: number): Date => new Date(desk.now().getTime() + days * dayMs);

async function aDispute(given: Partial<ToldDispute> = {}): Promise<{ id: string; ref: string }> {
  const order = await anOrder(desk.db);
  const told: ToldDispute = {
    provider: 'stripe',
    providerRef: `dp_${randomUUID()}`,
    method: 'card',
    captureRefs: [order.tenders[0]?.capture_ref ?? ''],
    state: 'open',
    amount: money(1999n, 'USD'),
    toldAt: desk.now(),
    evidenceDueAt: inDays(10),
    reason: 'fraudulent',
    ...given,
  };
  await desk.db.transaction((trx) => storeDispute(trx, told, desk.now()));
  const row: { id: string } = await desk.db('disputes').where({ provider_ref: told.providerRef }).first('id');
  return { id: row.id, ref: told.providerRef };
}

const refsOf = (json: Parameters<typeof listIn>[0]): string[] =>
  listIn(json, 'items').map(({ providerRef }) => String(providerRef));

const refusalOf = ({ status, json }: { status: number; json: { id?: unknown } }) => [status, json.id];

describe('the list', () => {
  test('shows what must be answered first before what is open, and what has ended last, page by page', async () => {
    const ended = await aDispute({ state: 'won' });
    const silent = await aDispute({ evidenceDueAt: null });
    const later = await aDispute({ evidenceDueAt: inDays(9) });
    const soon = await aDispute({ evidenceDueAt: inDays(2) });
    const known = [ended, silent, later, soon].map(({ ref }) => ref);
    const { json } = await finance.get('/v1/disputes?limit=100');
    expect(refsOf(json).filter((ref) => known.includes(ref))).toEqual(
      [soon, later, silent, ended].map(({ ref }) => ref),
    );
    const paged: string[] = [];
    let next: unknown = null;
    do {
      const cursor: string = typeof next === 'string' ? `&cursor=${next}` : '';
      const page = await lead.get(`/v1/disputes?limit=1${cursor}`);
      paged.push(...refsOf(page.json));
      next = page.json['next'];
    } while (next !== null);
    expect(paged).toEqual(refsOf(json));
  });

  test('is narrowed by state and kind, and refuses a cursor of another list', async () => {
    const inquiry = await aDispute({ state: 'inquiry' });
    const { json } = await finance.get('/v1/disputes?kind=inquiry&state=inquiry');
    expect(refsOf(json)).toEqual([inquiry.ref]);
    const cursor = Buffer.from(JSON.stringify(['x', 'y'])).toString('base64url');
    expect(refusalOf(await finance.get(`/v1/disputes?cursor=${cursor}`))).toEqual([422, 'request-invalid']);
    expect(refusalOf(await finance.get('/v1/disputes?state=mine'))).toEqual([422, 'request-invalid']);
  });

  test('D11: a PayPal case is labelled as a claim, whatever PayPal calls it', async () => {
    const { ref } = await aDispute({ kind: 'paypal_claim', reason: 'CHARGEBACK' });
    const { json } = await finance.get('/v1/disputes?kind=paypal_claim');
    const [shown] = listIn(json, 'items').filter(({ providerRef }) => providerRef === ref);
    expect(shown).toMatchObject({ label: 'PayPal claim', kind: 'paypal_claim', reason: 'CHARGEBACK' });
  });
});

test('one tells its words in time, what is due when, its order’s money, and what may be done', async () => {
  const { id, ref } = await aDispute();
  const { json } = await finance.get(`/v1/disputes/${id}`);
  expect(json).toMatchObject({
    providerRef: ref,
    label: 'Chargeback',
    amount: { minor: '1999', currency: 'USD' },
    events: [{ kind: 'told', state: 'open', submissions: 0 }],
    tickets: [],
    payouts: [],
    tenders: [{ method: 'card', captured: { minor: '1999', currency: 'USD' } }],
    actions: ['getDisputeEvidence', 'submitDisputeEvidence'],
  });
  expect(listIn(json, 'due').map(({ kind }) => kind)).toEqual(['reminder', 'reminder', 'escalation', 'deadline']);
  expect((await lead.get(`/v1/disputes/${id}`)).json['actions']).toEqual(['getDisputeEvidence']);
  const looks = await desk.db('access_log').where({ viewer_id: finance.id, operation: 'getDispute' });
  expect(looks.length).toBeGreaterThan(0);
});

describe('evidence', () => {
  test('is looked at before, and submitted by one click, word for word, once', async () => {
    const { id, ref } = await aDispute();
    const seen = await finance.get(`/v1/disputes/${id}/evidence`);
    expect([seen.status, seen.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(pdfText(seen.bytes)).toContain(ref);
    const path = `/v1/disputes/${id}/evidence`;
    const answer = await finance.post(path, {});
    expect([answer.status, answer.json['packet']]).toEqual([200, { state: 'kept', reason: null }]);
    expect(answer.json['actions']).toEqual(['getDisputeEvidence']);
    expect(refusalOf(await finance.post(path, {}))).toEqual([409, 'evidence-submitted']);
    const kept: { bytes: Buffer; submitted_by: string }[] = await desk
      .db('dispute_packets')
      .where({ dispute_id: id })
      .select('bytes', 'submitted_by');
    expect(kept.map(({ submitted_by }) => submitted_by)).toEqual([finance.id]);
    expect(Buffer.compare(kept[0]?.bytes ?? Buffer.alloc(0), (await finance.get(path)).bytes)).toBe(0);
  });

  test('is refused to a lead, late, for what has ended, and for what the bank takes no answer to', async () => {
    const post = async (who: Person, given: Partial<ToldDispute> = {}) => {
      const { id } = await aDispute(given);
      return refusalOf(await who.post(`/v1/disputes/${id}/evidence`, {}));
    };
    expect(await post(lead)).toEqual([403, 'not-allowed']);
    expect(await post(finance, { evidenceDueAt: inDays(-1) })).toEqual([409, 'evidence-late']);
    expect(await post(finance, { state: 'lost' })).toEqual([409, 'dispute-ended']);
    expect(await post(finance, { evidenceDueAt: null })).toEqual([409, 'dispute-unanswerable']);
  });

  test('the same key gives the same answer, and keeps one packet; while Temporal is away it is kept', async () => {
    const { id } = await aDispute();
    const key = randomUUID();
    const send = () => finance.post(`/v1/disputes/${id}/evidence`, {}, { key });
    desk.delivery.up = false;
    const kept = await send();
    desk.delivery.up = true;
    expect([kept.status, kept.json['state']]).toEqual([202, 'kept']);
    expect((await send()).status).toBe(200);
    expect(await desk.db('dispute_packets').where({ dispute_id: id })).toHaveLength(1);
  });

  test('D8: there is none of a warning', async () => {
    const { id } = await aDispute({
      kind: 'early_fraud_warning',
      state: 'warned',
      amount: null,
      actionable: true,
      evidenceDueAt: null,
    });
    expect((await finance.get(`/v1/disputes/${id}`)).json).toMatchObject({
      amount: null,
      actionable: true,
      actions: [],
    });
    expect(refusalOf(await finance.get(`/v1/disputes/${id}/evidence`))).toEqual([404, 'not-found']);
    expect(refusalOf(await finance.post(`/v1/disputes/${id}/evidence`, {}))).toEqual([409, 'dispute-unanswerable']);
  });
});

test('D8: of a warned order the ticket is urgent to staff, is found as such, and the customer learns nothing of it', async () => {
  const order = await anOrder(desk.db);
  const ticketId = await aTicket(desk.db, order);
  const warning = {
    kind: 'early_fraud_warning',
    state: 'warned',
    amount: null,
    actionable: true,
    evidenceDueAt: null,
  } as const;
  await aDispute({ ...warning, captureRefs: [order.tenders[0]?.capture_ref ?? ''] });
  const agent = await desk.signedIn('agent');
  const urgent = await agent.get('/v1/tickets?urgent=true');
  expect(listIn(urgent.json, 'items').map(({ id, urgent: why }) => [id, why])).toEqual([
    [ticketId, 'early_fraud_warning'],
  ]);
  const customer = await desk.signedIn('customer', `${order.ref}@example.com`);
  const own = await customer.get('/v1/tickets');
  expect(listIn(own.json, 'items').map((ticket) => [ticket.id, 'urgent' in ticket])).toEqual([[ticketId, false]]);
});
