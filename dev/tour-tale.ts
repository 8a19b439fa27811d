/** A life as it is printed at its end: every event, message, mail and outside act by the desk's clock, and why it ended so. */

import type { z } from 'zod';
import type { explainedSchema } from '../contract/decision-shown.ts';
import { operations } from '../contract/operations.ts';
import type { ticketSchema } from '../contract/ticket-shown.ts';
import type { timelineEntrySchema } from '../contract/tickets.ts';
import { formatMoney, fromWire } from '../domain/money.ts';
import type { TourDesk } from './tour-desk.ts';
import { type Goods, tourCurrency } from './tour-goods.ts';
import type { Ended, Lived } from './tour-life.ts';
import { eventWords } from './tour-words.ts';

type Entry = z.output<typeof timelineEntrySchema>;
type Explained = z.output<typeof explainedSchema>;

interface Line {
  readonly at: string;
  readonly who: string;
  readonly what: string;
}

const whoWidth = 12;
const labelWidth = 72;

export async function tellLife(desk: TourDesk, lived: Lived): Promise<string> {
  const { life, beside, faults } = lived;
  const tickets = await Promise.all([lived, ...beside].map((ended) => tellTicket(desk, ended)));
  return [`■ ${life.title}  [${life.shows.join(', ')}]`, ...tickets, ...faults.map((fault) => `  ✕ ${fault}`)].join(
    '\n',
  );
}

async function tellTicket(desk: TourDesk, ended: Ended): Promise<string> {
  const { stage, ticket } = ended;
  const { lead } = desk.staff;
  const params = { ticketId: ticket.id };
  const seen = await lead.call(operations.getTicket, { params });
  const { items } = await lead.call(operations.getTicketTimeline, { params, query: { limit: '100' } });
  const { items: explained } = await lead.call(operations.getDecisions, { params, query: { language: 'en' } });
  const mails = ended.mails.map((mail) => ({
    at: desk.clock.at(Date.parse(mail.receivedAt)).toISOString(),
    who: '  mail',
    what: mail.subject,
  }));
  const told = stage.told.map(({ at, who, what }) => ({ at: at.toISOString(), who, what }));
  const lines = [...told, ...items.map((entry) => lineOf(entry, stage.name)), ...mails].toSorted((left, right) =>
    left.at.localeCompare(right.at),
  );
  return [
    `  ${ticket.reference}: ${goodsOf(ticket.order.goods)}, order ${ticket.order.ref}; ticket/${ticket.id}`,
    ...lines.map(({ at, who, what }) => `  ${at.slice(0, 16).replace('T', ' ')}  ${who.padEnd(whoWidth)} ${what}`),
    ...explained.flatMap(whyOf),
    `  = ${seen.outcome ?? seen.phase}; the provider paid ${paidOf(seen.payouts)}; ${planOf(ended)}`,
  ].join('\n');
}

const goodsOf = ({ name, minor, method = 'card' }: Goods): string =>
  `${name} for ${formatMoney(fromWire({ minor: String(minor), currency: tourCurrency }))} by ${method}`;

function lineOf(entry: Entry, customer: string): Line {
  switch (entry.type) {
    case 'event':
      return { at: entry.at, who: whoOf(entry, customer), what: eventWords(entry.kind, entry.data) };
    case 'message':
    case 'note':
      return { at: entry.at, who: nameOf(entry.author, customer), what: `“${entry.text}”` };
    case 'evidence':
      return { at: entry.at, who: customer, what: `hands in ${entry.evidence.name}` };
  }
}

const whoOf = ({ kind, actor }: Entry & { type: 'event' }, customer: string): string =>
  actor.role === 'provider' && kind.startsWith('remedy') ? 'the shop' : nameOf(actor, customer);

function nameOf({ role, name }: { role: string; name?: string | undefined }, customer: string): string {
  if (role === 'customer') return customer;
  if (role === 'system' || role === 'desk') return 'the desk';
  return role === 'provider' ? 'the provider' : (name ?? role).split(' ').slice(0, 1).join('');
}

/** The clauses that a decision names with their sentences, and its sums line by line; of a closing without one, its cause. */
function whyOf(why: Explained): string[] {
  if (why.kind === 'closing') return [`  Why: ${why.outcome} (${why.cause.replaceAll('_', ' ')})`];
  const { assessed, clauses, exception } = why;
  const head = exception === null ? '' : ` as an exception (${exception})`;
  const sums = (assessed?.arithmetic ?? []).flatMap(({ of, lines }) => [
    `  Sum of the ${of}`,
    ...lines.map(({ label, value, unit }) => `    ${label.padEnd(labelWidth, '.')} ${value} ${unit}`),
  ]);
  return [
    `  Why: ${why.decision}${head}: “${why.ground}”`,
    ...(assessed?.findings ?? [])
      .filter(({ clause }) => clauses.includes(clause))
      .map(({ clause, sentence }) => `    ${clause.padEnd(8)} ${sentence}`),
    ...sums,
  ];
}

function paidOf(payouts: z.output<typeof ticketSchema>['payouts']): string {
  const settled = payouts.filter(({ progress }) => progress === 'settled');
  return settled.length === 0 ? 'nothing' : settled.map(({ amount }) => formatMoney(fromWire(amount))).join(' + ');
}

function planOf({ plan, ticket }: Ended): string {
  if (plan.ended) return 'the plan is ended';
  return plan.endsAt === ticket.order.endsAt ? 'the plan is as it was sold' : 'the plan is extended';
}
