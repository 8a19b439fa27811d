/** A life of the tour: what is told of it beforehand, its course, and what must hold at its end. */

import { isDeepStrictEqual } from 'node:util';
import { operations } from '../contract/operations.ts';
import type { TicketOutcome } from '../domain/ticket.ts';
import type { TourDesk } from './tour-desk.ts';
import type { Ticket } from './tour-goods.ts';
import type { Mail, Plan } from './tour-sandboxes.ts';
import type { Stage } from './tour-stage.ts';
import { until } from './until.ts';

export interface Ending {
  readonly ticket: Ticket;
  /** Whose ticket it is; the life's own customer's where left out. */
  readonly stage?: Stage;
  readonly outcome: TicketOutcome;
  /** Refunds in the provider's books, in minor units. */
  readonly paid: readonly number[];
  /** Whether the shop's books agree; untouched where left out. */
  readonly plan?: (plan: Plan) => boolean;
  /** Parts of the subjects of mails that must have come to the customer. */
  readonly mails: readonly string[];
  /** What else must hold, as sentences of what does not. */
  readonly more?: readonly string[];
  /** Tickets of others that ended beside it. */
  readonly beside?: readonly Ending[];
}

export interface Life {
  readonly id: string;
  readonly title: string;
  /** Clauses and edge cases that it shows. */
  readonly shows: readonly string[];
  /** Other customers that have a part in it, by name. */
  readonly others?: readonly string[];
  readonly live: (stage: Stage) => Promise<Ending>;
}

/** A ticket as it stands at the end. */
export interface Ended {
  readonly stage: Stage;
  readonly ticket: Ticket;
  readonly mails: readonly Mail[];
  readonly plan: Plan;
}

export interface Lived extends Ended {
  readonly life: Life;
  readonly beside: readonly Ended[];
  /** What did not hold at its end, as sentences; none where all is well. */
  readonly faults: readonly string[];
}

const mailWaitMs = 15_000;

/** Lives it and checks its end at every place that can tell; a life that broke off is told as far as it came. */
export async function liveThrough(desk: TourDesk, life: Life, stage: Stage): Promise<Lived> {
  try {
    const ending = await life.live(stage);
    const own = await checked(desk, stage, ending);
    const beside = await Promise.all((ending.beside ?? []).map((one) => checked(desk, one.stage ?? stage, one)));
    return { ...own, life, beside, faults: [own, ...beside].flatMap(({ faults }) => faults) };
  } catch (fault) {
    const begun = [stage, ...stage.others].flatMap((one) => one.tickets.map((ticket) => ({ one, ticket })));
    const [own, ...beside] = await Promise.all(begun.map(({ one, ticket }) => lookBack(desk, one, ticket)));
    if (!own) throw fault;
    return { ...own, life, beside, faults: [String(fault)] };
  }
}

async function checked(desk: TourDesk, stage: Stage, ending: Ending): Promise<Ended & Pick<Lived, 'faults'>> {
  const mailsSoFar = () => mailsAbout(desk, stage, ending.ticket);
  await until(async () => lacking(ending.mails, await mailsSoFar()).length === 0, { withinMs: mailWaitMs });
  const ended = await lookBack(desk, stage, ending.ticket);
  const faults = [...(await faultsOf(desk, ending, ended.plan)), ...lacking(ending.mails, ended.mails)];
  return { ...ended, faults: [...faults, ...(ending.more ?? [])] };
}

/** Every mail of a ticket names it in its subject. */
const mailsAbout = async (desk: TourDesk, stage: Stage, ticket: Ticket): Promise<Mail[]> =>
  (await desk.mails.to(stage.email)).filter(({ subject }) => subject.includes(ticket.reference));

const lookBack = async (desk: TourDesk, stage: Stage, ticket: Ticket): Promise<Ended> => ({
  stage,
  ticket,
  mails: await mailsAbout(desk, stage, ticket),
  plan: await desk.shop.plan(ticket.order.ref),
});

async function faultsOf(desk: TourDesk, ending: Ending, plan: Plan): Promise<string[]> {
  const { ticket, outcome, paid } = ending;
  const { order } = ticket;
  const seen = await desk.staff.lead.call(operations.getTicket, { params: { ticketId: ticket.id } });
  const refunds = order.charge === '' ? [] : await desk.provider.refundsOf(order.charge);
  const amounts = refunds.filter(({ status }) => status === 'succeeded').map(({ amount }) => amount);
  const isUntouched = (shown: Plan): boolean => !shown.ended && shown.endsAt === order.endsAt;
  return [
    ...(seen.outcome === outcome ? [] : [`it ended as ${seen.outcome ?? seen.phase} and not as ${outcome}`]),
    ...(isDeepStrictEqual(amounts, paid)
      ? []
      : [`the provider paid ${JSON.stringify(amounts)}, not ${JSON.stringify(paid)}`]),
    ...((ending.plan ?? isUntouched)(plan) ? [] : [`the shop has the plan as ${JSON.stringify(plan)}`]),
  ];
}

/** Of the mails that were to come, those that did not; in which order they are caught is chance. */
const lacking = (parts: readonly string[], mails: readonly Mail[]): string[] =>
  parts
    .filter((part) => !mails.some(({ subject }) => subject.includes(part)))
    .map((part) => `no mail came about “${part}”`);
