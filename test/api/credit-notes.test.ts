/** Credit notes over HTTP: finance sees all, a customer their own, and each is a paper to keep. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operations } from '../../contract/operations.ts';
import type { AccountId, SubjectId } from '../../domain/ids.ts';
import { aTender } from '../db/builders.ts';
import { aSettledClaim, returnedReport, tell } from '../db/settled-claims.ts';
import { pdfText } from '../providers/pdf-text.ts';
import { listIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { putOrder } from './orders-and-tickets.ts';

let desk: Desk;
let owner: Person;
let other: Person;
let finance: Person;
let claim: Awaited<ReturnType<typeof aSettledClaim>>;

beforeAll(async () => {
  desk = await startDesk();
  const service = await desk.signedIn('service');
  owner = await desk.signedIn('customer');
  other = await desk.signedIn('customer');
  finance = await desk.signedIn('finance');
  await putOrder(desk, service, other.email);
  const ref = await putOrder(desk, service, owner.email);
  const bought: { accountId: AccountId; subjectId: SubjectId } = await desk
    .db('orders')
    .where({ ref })
    .first('account_id as accountId', 'subject_id as subjectId');
  claim = await aSettledClaim(desk.db, [aTender(1999n, { taxMinor: 319n })], bought);
  await aSettledClaim(desk.db, [aTender(700n)]);
  const [payout] = claim.payouts;
  if (payout) await tell(desk.db, { ticketId: claim.ticketId, payoutId: payout.id }, returnedReport(payout.id));
});
afterAll(() => desk.close());

describe('credit notes', () => {
  test('finance lists all, newest first, narrowed to a ticket or an order, in the contract’s form', async () => {
    const answer = await finance.get('/v1/credit-notes');
    expect(operations.listCreditNotes.answers[200].parse(answer.json)).toEqual(answer.json);
    expect(listIn(answer.json, 'items')).toHaveLength(3);
    const narrowed = await finance.get(`/v1/credit-notes?ticketId=${claim.ticketId}&orderRef=${claim.order.ref}`);
    expect(listIn(narrowed.json, 'items')).toMatchObject([
      { kind: 'reversal', reference: 'CN-000003', reverses: 'CN-000001' },
      { kind: 'credit', reference: 'CN-000001', reverses: null, net: { minor: '1680', currency: 'USD' } },
    ]);
    const looks = await desk.db('access_log').where({ viewer_id: finance.id, operation: 'listCreditNotes' });
    expect(looks.length).toBeGreaterThan(0);
  });

  test('finance takes those of a time away as CSV, each with its entity, net and tax, a reversal with what it reverses', async () => {
    const issued = '2026-11-22T12:00:00.000Z';
    const taken = (from: string, until: string) => finance.get(`/v1/exports/credit-notes?from=${from}&until=${until}`);
    const answer = await taken(issued, '2026-12-01T00:00:00Z');
    expect(answer.headers.get('content-disposition')).toContain('credit-notes-2026-11-22-2026-12-01.csv');
    const [head, ...rows] = answer.text
      .trimEnd()
      .split('\r\n')
      .map((row) => row.split(','));
    expect(head?.join(' ')).toBe(
      'entity credit note kind reverses issued ticket order payout method net tax total currency',
    );
    const own = rows.filter((row) => row[6] === claim.order.ref);
    expect(own.map((row) => [...row.slice(0, 5), ...row.slice(8)].join(' '))).toEqual([
      `Example Proxies CN-000003 reversal CN-000001 ${issued} card 16.80 3.19 19.99 USD`,
      `Example Proxies CN-000001 credit  ${issued} card 16.80 3.19 19.99 USD`,
    ]);
    expect(new Set(rows.map(([, reference]) => reference))).toEqual(new Set(['CN-000001', 'CN-000002', 'CN-000003']));
    expect((await taken('2026-11-01T00:00:00Z', issued)).text.trimEnd().split('\r\n')).toHaveLength(1);
    expect((await owner.get(`/v1/exports/credit-notes?from=${issued}&until=2026-12-01T00:00:00Z`)).status).toBe(403);
    const looks = await desk.db('access_log').where({ viewer_id: finance.id, operation: 'exportCreditNotes' });
    expect(looks).toHaveLength(2);
  });

  test('or as PDF, with net, tax and total of what was given and of what was taken back', async () => {
    const span = 'from=2026-11-22T00:00:00Z&until=2026-12-01T00:00:00Z';
    const paper = await finance.get(`/v1/exports/credit-notes?${span}&format=pdf`);
    expect(paper.headers.get('content-disposition')).toContain('credit-notes-2026-11-22-2026-12-01.pdf');
    const told = pdfText(paper.bytes);
    for (const words of [
      'CN-000001',
      'Example Proxies, reversal, net USD 16.80 USD',
      'Example Proxies, reversal, tax USD 3.19 USD',
      'Example Proxies, reversal, total USD 19.99 USD',
    ])
      expect(told).toContain(words);
  });

  test('a customer sees those of their own account and no others', async () => {
    const own = listIn((await owner.get('/v1/credit-notes')).json, 'items');
    expect(own.map(({ reference }) => reference)).toEqual(['CN-000003', 'CN-000001']);
    expect(listIn((await other.get('/v1/credit-notes')).json, 'items')).toEqual([]);
    expect((await other.get(`/v1/credit-notes/${own[0]?.id}`)).status).toBe(404);
    expect((await desk.stranger.get('/v1/credit-notes')).status).toBe(401);
  });

  test('each is a PDF in its reader’s language, the same bytes each time', async () => {
    const [reversal, credit] = listIn((await owner.get('/v1/credit-notes')).json, 'items');
    const paper = await owner.get(`/v1/credit-notes/${credit?.id}`);
    expect(paper.headers.get('content-type')).toBe('application/pdf');
    expect(paper.headers.get('content-disposition')).toContain('CN-000001-en.pdf');
    const lines = pdfText(paper.bytes);
    for (const told of ['Credit note CN-000001', '16.80 USD', '3.19 USD', '19.99 USD', claim.order.ref])
      expect(lines).toContain(told);
    expect((await owner.get(`/v1/credit-notes/${credit?.id}`)).bytes).toEqual(paper.bytes);
    const russian = await finance.get(`/v1/credit-notes/${reversal?.id}?language=ru`);
    const words = pdfText(russian.bytes);
    for (const told of ['CN-000003', 'Сторнирует', 'CN-000001', '-19.99 USD']) expect(words).toContain(told);
  });

  test('what is not known as a filter is refused', async () => {
    expect((await finance.get('/v1/credit-notes?state=settled')).status).toBe(422);
    expect((await finance.get('/v1/credit-notes?cursor=abc')).status).toBe(422);
  });
});
