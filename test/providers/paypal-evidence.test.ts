/** Evidence on its way into a PayPal case: submitted once, found again as ours, and told apart from others'. */

import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { DisputeDesk, EvidenceSubmission } from '../../domain/dispute-desk.ts';
import { RailUnavailable } from '../../domain/rail.ts';
import { createPaypalDisputeDesk } from '../../providers/paypal-evidence.ts';
import { faultBodies } from './fault-bodies.ts';
import { type RunningSandbox, startSandbox } from './paypal-bench.ts';

const bytes = Buffer.from('%PDF-1.7 a packet');

let sandbox: RunningSandbox;
let desk: DisputeDesk;

beforeAll(async () => {
  sandbox = await startSandbox();
  desk = createPaypalDisputeDesk({ paypal: sandbox.client({ timeoutMs: 1_000 }) });
});
beforeEach(() => sandbox.control('DELETE', 'faults'));
afterAll(() => sandbox.close());

const booksSchema = z.object({
  disputes: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      evidences: z
        .array(
          z.object({
            evidence_type: z.string(),
            notes: z.string().optional(),
            documents: z.array(z.object({ name: z.string(), sha256: z.string() })).optional(),
            evidence_info: z.object({ refund_ids: z.array(z.object({ refund_id: z.string() })) }).optional(),
          }),
        )
        .default([]),
    }),
  ),
});

async function caseOf(disputeRef: string) {
  const { disputes } = booksSchema.parse((await sandbox.control('GET', 'books')).body);
  return disputes.find(({ id }) => id === disputeRef);
}

const shownIn = async (disputeRef: string) => (await caseOf(disputeRef))?.evidences ?? [];

async function aCase(input: object = {}): Promise<EvidenceSubmission> {
  const capture = await sandbox.capture({ amount: { currency_code: 'EUR', value: '19.99' } });
  const opened = await sandbox.control('POST', 'disputes', {
    capture,
    status: 'WAITING_FOR_SELLER_RESPONSE',
    ...input,
  });
  const { dispute_id: disputeRef } = z.object({ dispute_id: z.string() }).parse(opened.body);
  const packetId = randomUUID();
  const packet = { key: `evidence/${packetId}`, packetId, refundRefs: [], fileName: 'evidence.pdf', bytes };
  return { ...packet, disputeRef, dueAt: null };
}

const move = (disputeRef: string, change: object) =>
  sandbox.control('POST', `disputes/${disputeRef}/transition`, change);

const breakEvidence = (fault: object) =>
  sandbox.control('POST', 'faults', { ...fault, method: 'POST', path: '/v1/customer/disputes/' });

test('D4: the packet goes as it is, and refunds by PayPal’s own ids; the case is then under review', async () => {
  const submission = { ...(await aCase()), refundRefs: ['1JU08902781691411'] };
  expect(await desk.lookUp(submission)).toBeNull();
  expect(await desk.submit(submission)).toEqual({ status: 'submitted' });
  expect(await caseOf(submission.disputeRef)).toMatchObject({
    status: 'UNDER_REVIEW',
    evidences: [
      {
        evidence_type: 'OTHER',
        documents: [{ name: 'evidence.pdf', sha256: createHash('sha256').update(bytes).digest('hex') }],
      },
      { evidence_type: 'PROOF_OF_REFUND', evidence_info: { refund_ids: [{ refund_id: '1JU08902781691411' }] } },
    ],
  });
  expect(await desk.lookUp(submission)).toEqual({ status: 'submitted' });
});

test('R2: submitted again it is not there twice, and no case has evidence of refunds that were never made', async () => {
  const submission = await aCase();
  await desk.submit(submission);
  expect(await desk.submit(submission)).toEqual({ status: 'submitted' });
  expect((await shownIn(submission.disputeRef)).map(({ evidence_type }) => evidence_type)).toEqual(['OTHER']);
});

test.each([
  ['lost', faultBodies['answer-lost']],
  ['never given', faultBodies['never-answers']],
  ['cut off', faultBodies['cut-off']],
  ['an error after the work', faultBodies['error-after-work']],
] as const)(
  'R3: an answer that is %s leaves it open, and the case is looked at before it is submitted again',
  async (_, fault) => {
    const submission = await aCase();
    await breakEvidence(fault);
    expect((await desk.submit(submission)).status).toBe('unknown');
    expect(await desk.lookUp(submission)).toEqual({ status: 'submitted' });
    expect(await shownIn(submission.disputeRef)).toHaveLength(1);
  },
);

test('R3: an attempt that comes in just before the next makes PayPal refuse that one, and is found to be there', async () => {
  const submission = await aCase();
  await breakEvidence({ kind: 'fail', status: 422, code: 'ACTION_NOT_ALLOWED', worked: true });
  expect(await desk.submit(submission)).toEqual({ status: 'submitted' });
  expect(await shownIn(submission.disputeRef)).toHaveLength(1);
});

test('R3: what never came is not there, and goes when it is tried again', async () => {
  const submission = await aCase();
  await breakEvidence(faultBodies['connection-reset']);
  expect((await desk.submit(submission)).status).toBe('unknown');
  expect(await desk.lookUp(submission)).toBeNull();
  expect(await desk.submit(submission)).toEqual({ status: 'submitted' });
});

test('while PayPal cannot be asked nothing is said of the evidence', async () => {
  const submission = await aCase();
  await sandbox.control('POST', 'faults', { ...faultBodies.unavailable, method: 'GET', times: 2 });
  await expect(desk.lookUp(submission)).rejects.toBeInstanceOf(RailUnavailable);
  expect(await desk.submit(submission)).toEqual({ status: 'unknown', reason: 'status_503' });
  expect(await shownIn(submission.disputeRef)).toEqual([]);
});

describe('D11: PayPal says itself whether it takes evidence', () => {
  test.each([{ stage: 'INQUIRY' }, { status: 'OPEN' }, { status: 'WAITING_FOR_BUYER_RESPONSE' }])(
    'a case with %j is not asked for any',
    async (input) => {
      const submission = await aCase(input);
      expect(await desk.submit(submission)).toEqual({ status: 'refused', reason: 'evidence_not_asked_for' });
      // A call may have been made before: what PayPal does not show yet may still be on its way into the case.
      await expect(desk.lookUp(submission)).rejects.toBeInstanceOf(RailUnavailable);
    },
  );

  test('what PayPal refuses in its own words is refused by its code', async () => {
    const submission = await aCase();
    await breakEvidence({ kind: 'fail', status: 422, code: 'VALIDATION_ERROR' });
    expect(await desk.submit(submission)).toEqual({ status: 'refused', reason: 'validation_error' });
  });

  test('on PayPal’s own pages somebody was quicker: ours is refused', async () => {
    const submission = await aCase();
    const { disputeRef, fileName } = submission;
    const evidences = [{ evidence_type: 'OTHER', notes: 'See the file.' }] as const;
    await sandbox.client().provideEvidence({ disputeId: disputeRef, evidences, fileName, bytes });
    expect(await desk.submit(submission)).toEqual({ status: 'refused', reason: 'submitted_elsewhere' });
    expect(await desk.lookUp(submission)).toEqual({ status: 'refused', reason: 'submitted_elsewhere' });
  });

  test('what we showed when it asked before is nobody else’s: whether the second answer came in is left open', async () => {
    const first = await aCase();
    await desk.submit(first);
    const second = { ...first, packetId: randomUUID() };
    expect(await desk.submit(second)).toEqual({ status: 'refused', reason: 'evidence_not_asked_for' });
    await expect(desk.lookUp(second)).rejects.toBeInstanceOf(RailUnavailable);
  });

  test('R3: a packet that never came in is no answer to what PayPal asks for since', async () => {
    const [before, since] = ['2027-01-10T00:00:00.000Z', '2027-02-10T00:00:00.000Z'];
    const first = { ...(await aCase({ due: before })), dueAt: new Date(before) };
    await breakEvidence(faultBodies['connection-reset']);
    expect((await desk.submit(first)).status).toBe('unknown');
    await move(first.disputeRef, { status: 'WAITING_FOR_SELLER_RESPONSE', due: since });
    expect(await desk.lookUp(first)).toEqual({ status: 'refused', reason: 'asked_anew' });
    expect(await shownIn(first.disputeRef)).toEqual([]);
    // Clicked anew it goes, also before the desk has heard of the new day.
    expect(await desk.submit({ ...first, packetId: randomUUID() })).toEqual({ status: 'submitted' });
  });

  test('an ended case takes none', async () => {
    const submission = await aCase();
    await move(submission.disputeRef, { status: 'RESOLVED', outcome: 'RESOLVED_BUYER_FAVOUR' });
    expect(await desk.submit(submission)).toEqual({ status: 'refused', reason: 'dispute_ended' });
    expect(await desk.lookUp(submission)).toEqual({ status: 'refused', reason: 'dispute_ended' });
  });
});
