/**
 * Lives that are recorded beside the tour's: what lapsed and was opened again, a check of identity that was not passed, a
 * decision of the desk's own, a replacement, and a fact that came after the end. Lived on a desk whose days last a second.
 */

import { operations } from '../../contract/operations.ts';
import { residential, staticIsp, type Ticket } from '../../dev/tour-goods.ts';
import type { Life } from '../../dev/tour-life.ts';
import { underReview } from '../../dev/tour-scenes.ts';
import type { Stage } from '../../dev/tour-stage.ts';

const of = (ticket: Ticket) => ({ params: { ticketId: ticket.id } });

const ours = { cause: 'seller', finding: 'The egress range is dead.', persistent: true } as const;

/** Covered by an incident that is not over, reviewed, and to be decided. */
async function covered(stage: Stage): Promise<Ticket> {
  const order = await stage.buys(residential);
  await stage.confirmsIncident(order, 0.8);
  const ticket = await underReview(stage, order);
  await stage.ana.reviews(ticket, ours);
  await stage.untilPhase(ticket, 'deciding');
  return ticket;
}

/** Asked for too late, and covered by an incident that is over: offered is a part of it, in money or time. */
async function offered(stage: Stage): Promise<Ticket> {
  const order = await stage.buys(staticIsp, { daysAgo: 12 });
  await stage.confirmsIncident(order, 4, 3);
  const ticket = await underReview(stage, order);
  await stage.ana.reviews(ticket, ours);
  await stage.untilPhase(ticket, 'deciding');
  await stage.ana.follows(ticket, 'Too late for all of it, but the incident was ours.');
  await stage.untilPhase(ticket, 'offering');
  return ticket;
}

/** What a check that was not passed leaves: nothing may be paid, and a person says so. */
async function refusedUnchecked(stage: Stage, ticket: Ticket): Promise<void> {
  await stage.untilPhase(ticket, 'deciding');
  await stage.ana.follows(ticket, 'The check of identity was not passed.');
  await stage.untilClosed(ticket);
}

const checkMails = ['please confirm who you are', 'the result of the check'];

export const recordedLives: readonly Life[] = [
  {
    id: 'offer-reopened',
    title: 'An offer lapsed, was opened again, and the customer chose time',
    shows: ['RP-4.5'],
    async live(stage) {
      const ticket = await offered(stage);
      await stage.untilClosed(ticket);
      await stage.carol.reopens(ticket, 'I was away.');
      await stage.untilPhase(ticket, 'offering');
      await stage.carol.chooses(ticket, 'extension');
      await stage.untilClosed(ticket);
      const plan = ({ endsAt }: { endsAt: string | null }) => endsAt !== ticket.order.endsAt;
      return { ticket, outcome: 'extended', paid: [], plan, mails: ['an offer for you', 'your plan was extended'] };
    },
  },
  {
    id: 'check-timed-out',
    title: 'A check of identity ran out, and nothing is paid',
    shows: ['RP-5.3'],
    async live(stage) {
      const ticket = await covered(stage);
      await stage.ana.follows(ticket, 'Covered by the incident.');
      await stage.leo.asksForIdentity(ticket, 'The card and the account name two people.');
      await refusedUnchecked(stage, ticket);
      return { ticket, outcome: 'refused', paid: [], mails: [...checkMails, 'the check of identity is still open'] };
    },
  },
  {
    id: 'check-failed',
    title: 'A check of identity was not passed, and nothing is paid',
    shows: ['RP-5.3'],
    async live(stage) {
      const ticket = await covered(stage);
      await stage.ana.follows(ticket, 'Covered by the incident.');
      await stage.leo.asksForIdentity(ticket, 'The card and the account name two people.');
      const failed = { result: 'failed', ground: 'The passport is another person’s.' } as const;
      await stage.desk.staff.lead.call(operations.recordKyc, { ...of(ticket), body: failed });
      await refusedUnchecked(stage, ticket);
      return { ticket, outcome: 'refused', paid: [], mails: checkMails };
    },
  },
  {
    id: 'question-reopened',
    title: 'A question lapsed, the review was taken up again, and the customer took the request back',
    shows: ['RP-4.2'],
    async live(stage) {
      const { carol, ana } = stage;
      const ticket = await underReview(stage, await stage.buys(residential));
      await ana.asksBack(ticket, { materials: [], question: 'Which exits did you use?' });
      await stage.untilClosed(ticket);
      await carol.reopens(ticket, 'All of them.');
      await stage.untilPhase(ticket, 'reviewing');
      await carol.withdraws(ticket);
      await stage.untilClosed(ticket);
      return { ticket, outcome: 'withdrawn', paid: [], mails: ['closed for lack of an answer'] };
    },
  },
  {
    id: 'replaced',
    title: 'The faulty plan was replaced by another, as two people agreed',
    shows: ['RP-3.9'],
    async live(stage) {
      const ticket = await covered(stage);
      await stage.ana.decides(ticket, { decision: 'replace', ground: 'She would rather have one that works.' });
      await stage.leo.confirms(ticket, 'Agreed.');
      await stage.untilClosed(ticket);
      return { ticket, outcome: 'remediated', paid: [], mails: [] };
    },
  },
  {
    id: 'late-fact',
    title: 'Refused as too late; an incident was confirmed after that, the claim was opened again, and time was given',
    shows: ['RP-3.1', 'RP-4.5'],
    async live(stage) {
      const { carol, ana, leo } = stage;
      const order = await stage.buys(staticIsp, { daysAgo: 12 });
      const ticket = await carol.asks(order);
      await stage.untilPhase(ticket, 'deciding');
      await ana.follows(ticket, 'Asked for after the seven days.');
      await stage.untilClosed(ticket);
      await stage.confirmsIncident(order, 4, 3);
      await stage.desk.staff.lead.call(operations.reopenTicket, {
        ...of(ticket),
        body: { ground: 'An incident that covers it was confirmed.' },
      });
      await stage.untilPhase(ticket, 'deciding');
      await leo.follows(ticket, 'The incident was ours.');
      await stage.untilPhase(ticket, 'offering');
      await carol.chooses(ticket, 'refund');
      await stage.untilClosed(ticket);
      return { ticket, outcome: 'refunded', paid: [900], mails: ['your request is open again', 'an offer for you'] };
    },
  },
  {
    id: 'decided-by-desk',
    title: 'The desk decided by itself, as the version lets it, and paid what goes without an approval',
    shows: ['RP-4.6', 'RP-2.4b'],
    async live(stage) {
      const minor = 800;
      const order = await stage.buys({ ...residential, minor });
      await stage.confirmsIncident(order, 0.8);
      const ticket = await underReview(stage, order);
      await stage.desk.provider.sends(order.charge, () => stage.ana.reviews(ticket, ours));
      await stage.untilClosed(ticket);
      const plan = ({ ended }: { ended: boolean }) => ended;
      return { ticket, outcome: 'refunded', paid: [minor], plan, mails: ['has confirmed your refund'] };
    },
  },
];
