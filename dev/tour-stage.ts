/**
 * What one life of the tour has at hand: a customer of its own with what they buy, the desk's people by name, and the
 * outside. Each says in a word what they do; what the desk makes of it is read from its timeline afterwards.
 */

import { createHash } from 'node:crypto';
import { operations } from '../contract/operations.ts';
import { SaidNo, type TourClient } from './tour-client.ts';
import { daysAfter, type Summary, type TourDesk } from './tour-desk.ts';
import { type Goods, type Order, oldPlan, type Ticket, tourCurrency } from './tour-goods.ts';
import { type HandedIn, plainLog } from './tour-logs.ts';
import { type Agent, createAgent, createFinance, createLead, type Finance, type Lead } from './tour-staff.ts';
import { until } from './until.ts';

const holdWaitMs = 20_000;

export interface Purchase {
  readonly daysAgo?: number;
  readonly usedBytes?: string;
  readonly requests?: number;
  /** Where its proxies are. */
  readonly places?: readonly string[];
  /** The exits that the shop assigns to it. */
  readonly egress?: readonly string[];
}

/** What somebody outside the desk did, which its timeline cannot tell. */
export interface Told {
  readonly at: Date;
  readonly who: string;
  readonly what: string;
}

export interface Stage {
  readonly desk: TourDesk;
  readonly email: string;
  /** What the customer is called. */
  readonly name: string;
  readonly carol: Customer;
  /** Where other customers of the same life are, in the order in which it names them. */
  readonly others: readonly Stage[];
  readonly ana: Agent;
  readonly leo: Lead;
  readonly fay: Finance;
  readonly told: readonly Told[];
  /** What Carol asked for, in order. */
  readonly tickets: readonly Ticket[];
  tell(who: string, what: string): void;
  buys(goods: Goods, purchase?: Purchase): Promise<Order>;
  /** The shop reports a confirmed, widely impacting incident that covers the order. */
  confirmsIncident(order: Order, daysAgo: number, days?: number): Promise<void>;
  untilPhase(ticket: Ticket, phase: Summary['phase']): Promise<void>;
  untilClosed(ticket: Ticket): Promise<void>;
  untilHeld(ticket: Ticket): Promise<void>;
  untilFree(ticket: Ticket): Promise<void>;
  /** The id of the desk's no, which is told; `null` where it said yes. */
  refusalOf(asked: Promise<void>): Promise<string | null>;
}

const bytesOf = (gigabytes: number): string => String(gigabytes * 1024 ** 3);

/** Who stands behind the Carol of a life or two: someone with an account, signed in. */
export interface Buyer {
  readonly email: string;
  readonly client: TourClient;
}

/** Buys something first: whoever never bought has no account to come in by. */
export async function openBuyer(desk: TourDesk, number: number): Promise<Buyer> {
  const email = `carol-${number}-${desk.mark}@tour.example`;
  await createSeller(desk, email, `account-${number}`)(oldPlan, { daysAgo: 90 });
  return { email, client: await desk.signIn(email) };
}

interface StageGiven {
  readonly lifeId: string;
  readonly name: string;
  readonly buyer: Buyer;
  readonly others: readonly Stage[];
}

export function openStage(desk: TourDesk, { lifeId, name, buyer, others }: StageGiven): Stage {
  const told: Told[] = [];
  const tickets: Ticket[] = [];
  const carol = createCustomer(buyer.client, desk, tickets);
  const tell = (who: string, what: string): void => void told.push({ at: desk.clock.now(), who, what });
  return {
    desk,
    email: buyer.email,
    name,
    carol,
    others,
    ana: createAgent(desk.staff.agent),
    leo: createLead(desk.staff.lead),
    fay: createFinance(desk.staff.finance, desk.provider),
    told,
    tickets,
    tell,
    buys: createSeller(desk, buyer.email, name === 'Carol' ? lifeId : `${lifeId}-${name}`),
    confirmsIncident: (order, daysAgo, days) => confirmIncident(desk, order, daysAgo, days),
    untilPhase: async (ticket, phase) =>
      void (await desk.until(ticket.id, `${ticket.reference} to be ${phase}`, (seen) => seen.phase === phase)),
    untilClosed: async (ticket) =>
      void (await desk.until(ticket.id, `${ticket.reference} to be closed`, ({ phase }) => phase === 'closed')),
    untilHeld: (ticket) => untilHolds(desk, ticket, (open) => open > 0),
    untilFree: (ticket) => untilHolds(desk, ticket, (open) => open === 0),
    refusalOf: async (asked) => {
      try {
        await asked;
        return null;
      } catch (fault) {
        if (!(fault instanceof SaidNo)) throw fault;
        tell('the desk', `says no: ${fault.problem.title}`);
        return fault.problem.id;
      }
    },
  };
}

async function untilHolds(desk: TourDesk, ticket: Ticket, fits: (open: number) => boolean): Promise<void> {
  const look = async (): Promise<boolean> => {
    const { holds } = await desk.staff.lead.call(operations.getTicket, { params: { ticketId: ticket.id } });
    return fits(holds.filter(({ result }) => !result).length);
  };
  if (!(await until(look, { withinMs: holdWaitMs, everyMs: 250 })))
    throw new Error(`waited in vain for the holds of ${ticket.reference}`);
}

/** The shop sells: the provider captures, the plan begins, and the shop's systems tell the desk. */
function createSeller(
  { clock, mark, provider, shop, shopSystems }: TourDesk,
  email: string,
  mine: string,
): Stage['buys'] {
  let sold = 0;
  return async (goods, { daysAgo = 1, usedBytes = '1000000', requests = 200, places = [], egress = [] } = {}) => {
    const { kind, name, minor, method = 'card', periodDays, gigabytes } = goods;
    const currency = tourCurrency;
    const ref = `TOUR-${mark}-${mine}${sold === 0 ? '' : `-${sold}`}`.toUpperCase();
    sold += 1;
    const at = clock.daysFromNow(-daysAgo);
    const endsAt = periodDays === undefined ? null : daysAfter(at, periodDays);
    const bytes = gigabytes === undefined ? null : bytesOf(gigabytes);
    await shop.sells(ref, { endsAt, bytes });
    const charge = method === 'card' ? await provider.charges(minor, currency) : '';
    await shopSystems.call(operations.putOrder, {
      params: { orderRef: ref },
      body: {
        // An account of its own, since a window opens with an account's first purchase of a plan (RP-2.3).
        accountRef: `tour-${mark}-${mine}`,
        email,
        channel: 'official',
        plan: { key: `${kind}/${name}`, kind, name, places: [...places] },
        egress: [...egress],
        firstPurchasedAt: at,
        purchasedAt: at,
        period: endsAt === null ? null : { from: at, until: endsAt },
        metered: bytes === null ? null : { bytes },
        tenders: [
          {
            method,
            amount: { minor: String(minor), currency },
            tax: { minor: '0', currency },
            capturedAt: at,
            ...(charge === '' ? {} : { captureRef: charge }),
          },
        ],
      },
    });
    const measured = { usedBytes, requests, at: clock.daysFromNow(-daysAgo / 2) };
    await shopSystems.call(operations.reportUsage, { params: { orderRef: ref }, body: measured });
    return { ref, goods, charge, endsAt };
  };
}

async function confirmIncident(
  { clock, mark, shopSystems }: TourDesk,
  order: Order,
  daysAgo: number,
  days?: number,
): Promise<void> {
  const from = clock.daysFromNow(-daysAgo);
  await shopSystems.call(operations.reportOrderIncident, {
    params: { orderRef: order.ref },
    body: {
      ref: `INC-${mark}`,
      confirmed: true,
      widelyImpacting: true,
      covers: true,
      from,
      ...(days === undefined ? {} : { until: daysAfter(from, days) }),
    },
  });
}

export interface Customer {
  /** With all materials, unless told otherwise. */
  asks(order: Order, given?: { materials?: 'none'; logs?: readonly HandedIn[] }): Promise<Ticket>;
  /** In one request, without materials; a ticket for each. */
  asksTogether(orders: readonly [Order, ...Order[]]): Promise<readonly Ticket[]>;
  addsEvidence(ticket: Ticket): Promise<void>;
  answersQuestion(ticket: Ticket, text: string): Promise<void>;
  answersFix(ticket: Ticket, mended: boolean): Promise<void>;
  chooses(ticket: Ticket, choice: 'refund' | 'extension'): Promise<void>;
  withdraws(ticket: Ticket): Promise<void>;
  reopens(ticket: Ticket, ground: string): Promise<void>;
  appeals(ticket: Ticket, ground: string): Promise<void>;
}

const asTicket = (given: { id: string; reference: string; orderRef: string }, orders: readonly Order[]): Ticket[] =>
  orders
    .filter(({ ref }) => ref === given.orderRef)
    .map((order) => ({ id: given.id, reference: given.reference, order }));

const description = 'Nothing can be reached through the proxy. I want my money back.';

function createCustomer(client: TourClient, { clock }: TourDesk, tickets: Ticket[]): Customer {
  const networkContext = () => ({
    targets: ['shop.example'],
    times: [{ from: clock.daysFromNow(-0.9), until: clock.daysFromNow(-0.5) }],
    egress: ['203.0.113.0/24'],
    protocol: 'https' as const,
    client: { name: 'curl', version: '8.5.0' },
  });
  const upload = async (orderRef: string, { name, bytes } = plainLog): Promise<string> => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const body = { name, bytes: bytes.length, sha256, orderRef };
    const { uploadId } = await client.call(operations.createUpload, { body });
    await client.sendBytes(uploadId, bytes);
    return uploadId;
  };
  const of = (ticket: Ticket) => ({ params: { ticketId: ticket.id } });
  const named = ({ ref, goods }: Order) => ({ orderRef: ref, paymentMethod: goods.method ?? 'card' });
  return {
    async asks(order, { materials, logs = [plainLog] } = {}) {
      const uploadIds: string[] = [];
      if (materials !== 'none') for (const log of logs) uploadIds.push(await upload(order.ref, log));
      const proofs = materials === 'none' ? {} : { networkContext: networkContext(), uploadIds };
      const body = { ...named(order), description, ...proofs };
      const { id, reference } = await client.call(operations.createTicket, { body });
      const ticket = { id, reference, order };
      tickets.push(ticket);
      return ticket;
    },
    async asksTogether([first, ...others]) {
      const body = { ...named(first), linkedOrders: others.map(named), description };
      const { id, reference, linked } = await client.call(operations.createTicket, { body });
      const opened = [{ id, reference, order: first }, ...linked.flatMap((one) => asTicket(one, others))];
      tickets.push(...opened);
      return opened;
    },
    async addsEvidence(ticket) {
      const body = { uploadIds: [await upload(ticket.order.ref)], networkContext: networkContext() };
      await client.call(operations.addEvidence, { ...of(ticket), body });
    },
    async answersQuestion(ticket, text) {
      const body = { text, networkContext: networkContext() };
      await client.call(operations.answerInformationRequest, { ...of(ticket), body });
    },
    answersFix: async (ticket, mended) =>
      void (await client.call(operations.answerRemediation, { ...of(ticket), body: { mended } })),
    chooses: async (ticket, choice) =>
      void (await client.call(operations.answerOffer, { ...of(ticket), body: { choice } })),
    withdraws: async (ticket) =>
      void (await client.call(operations.withdrawTicket, { ...of(ticket), body: { confirmed: true } })),
    reopens: async (ticket, ground) =>
      void (await client.call(operations.reopenTicket, { ...of(ticket), body: { ground } })),
    appeals: async (ticket, ground) =>
      void (await client.call(operations.appealTicket, { ...of(ticket), body: { ground } })),
  };
}
