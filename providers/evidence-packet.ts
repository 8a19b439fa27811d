/** Prints a packet of evidence: a PDF for the provider's people, who read English, and the same bytes for the same facts. */

import type { Verdict } from '../domain/assessment.ts';
import { disputeLabels } from '../domain/dispute.ts';
import type {
  EvidencePacket,
  PacketDecision,
  PacketPastTicket,
  PacketPrinter,
  PacketRefund,
  PacketTicket,
} from '../domain/evidence-packet.ts';
import { instantInWords, trafficInWords } from '../domain/wording.ts';
import { createLetterPage, type LetterPage, readLetterFonts, type Tone } from './letter-page.ts';
import { letterWords } from './letter-words.ts';

const language = 'en';
const words = letterWords[language];

const verdictTones: Readonly<Record<Verdict, Tone>> = {
  passed: 'good',
  failed: 'bad',
  unknown: 'plain',
  not_applicable: 'plain',
};

export function createPacketPrinter(): PacketPrinter {
  const fonts = readLetterFonts();
  return {
    async print(packet) {
      const { ref, kind } = packet.dispute;
      const title = `${disputeLabels[kind].en} ${ref}: evidence`;
      const page = await createLetterPage(fonts, {
        title,
        author: packet.sellerName,
        language,
        createdAt: new Date(packet.asOf),
      });
      page.head(packet.sellerName, packet.contact);
      page.headline(title);
      writeSummary(page, packet);
      writePayments(page, packet);
      writeRefunds(page, packet.refunds);
      writeUsage(page, packet);
      for (const ticket of packet.tickets) writeTicket(page, ticket);
      writePastTickets(page, packet.pastTickets);
      return page.finish(`${ref}, as of ${packet.asOf}`, words.page);
    },
  };
}

const when = (instant: string): string => instantInWords(instant, language);

function writeSummary(page: LetterPage, { dispute, order, refunds, tickets, pastTickets }: EvidencePacket): void {
  const made = [
    // What came back to the seller was not made.
    ...refunds.filter(({ state }) => state !== 'returned').map(({ amount }) => amount),
    ...order.payments.flatMap(({ paidBackElsewhere }) => paidBackElsewhere ?? []),
  ];
  const asked = [...pastTickets, ...tickets].map(({ reference }) => reference);
  page.summary(
    'accent',
    `${disputeLabels[dispute.kind].en}${dispute.amount === null ? '' : ` over ${dispute.amount}`}`,
    [
      ['Reference', dispute.ref],
      ...(dispute.reason === null ? [] : ([['Reason given', plain(dispute.reason)]] as const)),
      ['Opened', when(dispute.openedAt)],
      ['Order', order.ref],
      ['Product', order.plan],
      ['Bought', when(order.purchasedAt)],
      ...(order.period
        ? ([['Service period', `${when(order.period.from)} to ${when(order.period.until)}`]] as const)
        : []),
      ['Refunds made', made.length === 0 ? 'none' : made.join(', ')],
      ['Refund requests', asked.length === 0 ? 'none' : asked.join(', ')],
    ],
  );
}

function writePayments(page: LetterPage, { order }: EvidencePacket): void {
  page.section('What was paid');
  for (const { capturedAt, amount, method, captureRef, paidBackElsewhere } of order.payments) {
    const reference = captureRef === null ? '' : `, reference ${captureRef}`;
    const back = paidBackElsewhere === null ? '' : ` Of this the seller paid back ${paidBackElsewhere} by other means.`;
    page.paragraph(`${when(capturedAt)}: ${amount} by ${plain(method)}${reference}.${back}`);
  }
}

/** D4: a bank that asks where the money is finds it by these. */
function writeRefunds(page: LetterPage, refunds: readonly PacketRefund[]): void {
  if (refunds.length === 0) return;
  page.section('What was paid back');
  for (const { at, amount, method, state, providerRef, bankRef } of refunds) {
    const references = [
      ...(providerRef === null ? [] : [`refund ${providerRef}`]),
      ...(bankRef === null ? [] : [`acquirer reference number ${bankRef}`]),
    ];
    page.paragraph([`${when(at)}: ${amount} to ${plain(method)}, ${state}`, ...references].join('; '));
  }
}

function writeUsage(page: LetterPage, { usage }: EvidencePacket): void {
  if (usage.length === 0) return;
  page.section('What was used of it');
  for (const { measuredAt, bytes, requests } of usage)
    page.paragraph(
      `By ${when(measuredAt)}: ${trafficInWords(BigInt(bytes), language)}${requests === null ? '' : `, ${requests} requests`}.`,
    );
}

function writeTicket(page: LetterPage, ticket: PacketTicket): void {
  page.section(`Refund request ${ticket.reference}: ${plain(ticket.status)}`);
  page.paragraph(`Asked for on ${when(ticket.askedAt)}, in the customer’s words:`);
  page.paragraph(`“${ticket.description}”`);
  for (const decision of ticket.decisions) writeDecision(page, decision);
  if (ticket.messages.length > 0) {
    page.section(`Messages of ${ticket.reference}`);
    for (const { at, who, text } of ticket.messages) page.paragraph(`${when(at)}, ${person(who)}: ${text}`);
  }
  page.section(`Course of ${ticket.reference}`);
  for (const { at, what, who } of ticket.course) page.paragraph(`${when(at)}: ${plain(what)} (${person(who)})`);
}

function writePastTickets(page: LetterPage, past: readonly PacketPastTicket[]): void {
  if (past.length === 0) return;
  page.section('Earlier refund requests');
  for (const { reference, askedAt, closedAt, outcome, refunds } of past) {
    const paid = refunds.length === 0 ? '' : `, ${refunds.join(' and ')}`;
    page.paragraph(
      `${reference}, asked for on ${when(askedAt)}, closed on ${when(closedAt)}: ${plain(outcome)}${paid}.`,
    );
  }
}

function writeDecision(page: LetterPage, decision: PacketDecision): void {
  const given = decision.amount === null ? '' : `, ${decision.amount}`;
  page.section(`Decision of ${when(decision.at)}: ${plain(decision.decision)}${given}`);
  if (decision.ground !== '') page.paragraph(decision.ground);
  for (const { clause, text, verdict, sentence } of decision.findings)
    page.reason({
      heading: clause,
      verdict: words.verdicts[verdict],
      tone: verdictTones[verdict],
      quoted: text,
      said: sentence,
    });
  if (decision.proof !== null) page.smallPrint(`${words.labels.reference}: ${decision.proof}`);
}

/** Nobody's name stands in a packet. */
const person = (role: string): string => {
  if (role === 'customer') return 'the customer';
  if (role === 'provider') return 'the payment provider';
  return role === 'system' ? 'the desk' : 'the seller';
};

/** `productNotReceived`, `product_not_received`: as words. */
const plain = (code: string): string =>
  code
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
