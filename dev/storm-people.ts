/**
 * The people of a storm, each at work until it is over: customers who ask, an agent who reviews and decides, and two of
 * finance who release, reroute and pay by hand. They see what the public API shows, and begin again where it said no.
 */

import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pMap from 'p-map';
import { operations } from '../contract/operations.ts';
import { toWire } from '../domain/money.ts';
import type { Chance } from './storm-chance.ts';
import type { StormOrder } from './storm-orders.ts';
import { customerIban } from './storm-sale.ts';
import { SaidNo, type TourClient } from './tour-client.ts';
import type { DeskClock, Summary } from './tour-desk.ts';
import { createAgent } from './tour-staff.ts';

const log = 'CONNECT shop.example:443 via gate.example:7000 -> 502 egress dead\n';
/** How many calls one person has under way. */
const hands = 4;
const restMs = 250;
const pageMax = '100';
/** A payment by hand does not always go through. */
const notPaidPercent = 10;

export interface Staff {
  readonly ana: TourClient;
  readonly fay: TourClient;
  readonly finn: TourClient;
}

export interface Shift {
  readonly staff: Staff;
  readonly clock: DeskClock;
  readonly chance: Chance;
  readonly orders: ReadonlyMap<string, StormOrder>;
  readonly signal: AbortSignal;
  /** Told of each no and each call that came to nothing. */
  readonly onTrouble: (fault: unknown) => void;
  /** Has the seller’s bank pay, which tells of it in its next statement. */
  readonly payByHand: (minor: string, remittance: string) => Promise<void>;
}

/** Asks for all of an order, with all materials. */
export async function askBack(customer: TourClient, order: StormOrder, clock: DeskClock): Promise<void> {
  const bytes = new TextEncoder().encode(log);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const intent = { name: 'fault.log', bytes: bytes.length, sha256, orderRef: order.ref };
  const { uploadId } = await customer.call(operations.createUpload, { body: intent });
  await customer.sendBytes(uploadId, bytes);
  await customer.call(operations.createTicket, {
    body: {
      orderRef: order.ref,
      paymentMethod: order.tenders[0].method,
      description: 'Nothing can be reached through the proxy. I want my money back.',
      networkContext: {
        targets: ['shop.example'],
        times: [{ from: clock.daysFromNow(-0.9), until: clock.daysFromNow(-0.5) }],
        egress: ['203.0.113.0/24'],
        protocol: 'https',
        client: { name: 'curl', version: '8.5.0' },
      },
      uploadIds: [uploadId],
    },
  });
}

/** Resolves when the signal says so. */
export async function work(shift: Shift): Promise<void> {
  await Promise.all([review(shift), decide(shift), release(shift), mend(shift)]);
}

/** Whatever somebody finds before them, a few things at a time; what came to nothing is found again. */
async function atWork<Item>(
  { signal, onTrouble }: Shift,
  find: () => Promise<readonly Item[]>,
  take: (item: Item) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const items = await find().catch((fault: unknown) => {
      onTrouble(fault);
      return [];
    });
    await pMap(items, (item) => (signal.aborted ? undefined : take(item).catch(onTrouble)), { concurrency: hands });
    await pause(restMs, undefined, { signal }).catch(() => undefined);
  }
}

const inPhase = (client: TourClient, phase: Summary['phase']) => async () =>
  (await client.call(operations.listTickets, { query: { phase, limit: pageMax } })).items;

function review(shift: Shift): Promise<void> {
  const { ana } = shift.staff;
  return atWork(shift, inPhase(ana, 'reviewing'), async (ticket) => {
    const order = shift.orders.get(ticket.orderRef);
    if (order?.tenders[0].method === 'crypto') await provePlace(shift, ticket, order);
    await createAgent(ana).reviews(ticket, { cause: 'seller', finding: 'The egress range was dead.' });
  });
}

/** RP-2.2: the law's exception, shown by two signs of the place; what came in is told by two people. */
async function provePlace({ staff: { ana, fay, finn } }: Shift, ticket: Summary, order: StormOrder): Promise<void> {
  const params = { ticketId: ticket.id };
  for (const fact of ['billing_country', 'independent_country'] as const)
    await ana.call(operations.recordFact, { params, body: { fact, value: 'KR', ground: 'Shown by the invoice.' } });
  const [{ name, amount }] = order.tenders;
  for (const teller of [fay, finn]) {
    const body = { captureRef: name, amount: toWire(amount), reference: `tx-${name}` };
    await teller.call(operations.recordCapture, { params, body });
  }
}

function decide(shift: Shift): Promise<void> {
  const agent = createAgent(shift.staff.ana);
  return atWork(shift, inPhase(shift.staff.ana, 'deciding'), (ticket) =>
    agent.follows(ticket, 'Unusable, by our fault.'),
  );
}

/** Fay releases what was decided; what she sent another way takes a second person. */
function release(shift: Shift): Promise<void> {
  const { fay, finn } = shift.staff;
  const granted = async () =>
    (await fay.call(operations.listPayouts, { query: { state: 'granted', limit: pageMax } })).items;
  return atWork(shift, granted, async ({ id, replaces }) => {
    const approver = replaces === null ? fay : finn;
    await approver.call(operations.approvePayout, { params: { payoutId: id }, body: {} });
  });
}

/** A dead way is replaced by a payment by hand, and what waits for a hand is paid. */
function mend(shift: Shift): Promise<void> {
  const { staff, chance } = shift;
  const seen = async (query: Readonly<Record<string, string>>) =>
    (await staff.finn.call(operations.listPayouts, { query: { limit: pageMax, ...query } })).items;
  const waiting = async () => {
    const found = [...(await seen({ exceptions: 'true' })), ...(await seen({ state: 'sent', rail: 'manual' }))];
    return [...new Map(found.map((payout) => [payout.id, payout])).values()];
  };
  return atWork(shift, waiting, async ({ id, state, rail, actions, orderRef, amount }) => {
    const params = { payoutId: id };
    if (state === 'sent' && rail === 'manual') {
      // Of crypto whoever approved it may not say that it was paid (RP-2.2).
      const recorder = actions.includes('recordManualPayment') ? staff.finn : staff.fay;
      if (chance.happens(notPaidPercent)) {
        const body = { outcome: 'not_paid', ground: 'The bank sent it back.' } as const;
        return void (await recorder.call(operations.recordManualPayment, { params, body }));
      }
      // As the bank's statement will say it: a bank keeps real days, whatever the pace of the desk's own.
      const paidOn = new Date().toISOString().slice(0, 10);
      const body = { outcome: 'paid', reference: `HAND-${id}`, paidOn } as const;
      await recorder.call(operations.recordManualPayment, { params, body });
      return shift.payByHand(amount.minor, `${body.reference} ${orderRef}`);
    }
    if (state !== 'sent' && actions.includes('reroutePayout'))
      await staff.fay.call(operations.reroutePayout, { params, body: anotherWay });
  });
}

const anotherWay = {
  rail: 'manual',
  payee: { holder: 'Storm Customer', account: customerIban, country: 'FR' },
  verifiedHow: 'callback',
  nameCheck: 'match',
} as const;

/** What a person was told instead of a yes, by the catalogue's id; else by the error's words, whatever ticket they name. */
export const troubleOf = (fault: unknown): string =>
  fault instanceof SaidNo
    ? fault.problem.id
    : String(fault instanceof Error ? fault.message : fault).replace(/^RD-\d+ /, '');
