/** Lives in which the customer is waited for: lapsed and reopened, lapsed and appealed, and taken back. */

import { operations } from '../contract/operations.ts';
import { residential } from './tour-goods.ts';
import type { Life } from './tour-life.ts';
import { refunded, underReview } from './tour-scenes.ts';

export const waitingLives: readonly Life[] = [
  {
    id: 'reopened',
    title: 'Lapsed for lack of materials; reopened, it kept its moment of asking, and was refunded',
    shows: ['RP-4.2', 'RP-4.1', 'RP-2.3', 'RP-2.4a'],
    async live(stage) {
      const { carol, ana, desk } = stage;
      const ticket = await carol.asks(await stage.buys(residential), { materials: 'none' });
      await stage.untilClosed(ticket);
      await desk.clock.pass(2);
      await carol.reopens(ticket, 'I was in hospital; here is the log.');
      await stage.untilPhase(ticket, 'gathering');
      await carol.addsEvidence(ticket);
      await stage.untilPhase(ticket, 'reviewing');
      await ana.reviews(ticket, { cause: 'seller', finding: 'Dead since before the asking.', persistent: true });
      return refunded(stage, ticket, 'The 15 days count from the first message, and they have passed.', [
        'we still wait for your answer',
        'closed for lack of an answer',
        'your request is open again',
        'has confirmed',
      ]);
    },
  },
  {
    id: 'appealed',
    title: 'Lapsed for lack of an answer; appealed, another reviewer looked, and it was refused',
    shows: ['RP-4.2', 'RP-3.4'],
    async live(stage) {
      const { carol, ana, leo, desk } = stage;
      const ticket = await underReview(stage, await stage.buys(residential));
      await ana.asksBack(ticket, { materials: [], question: 'Does it fail without the fingerprint browser as well?' });
      await stage.untilClosed(ticket);
      await desk.clock.pass(1);
      await carol.appeals(ticket, 'I did answer, by telephone: it works without.');
      await stage.untilPhase(ticket, 'reviewing');
      await leo.reviews(ticket, {
        cause: 'third_party',
        finding: 'The fingerprint browser rewrites the proxy’s address; without it all targets answer.',
      });
      await stage.untilPhase(ticket, 'deciding');
      await leo.follows(ticket, 'The cause is a tool that is not ours.');
      await stage.untilClosed(ticket);
      return {
        ticket,
        outcome: 'refused',
        paid: [],
        mails: ['please answer us by', 'closed for lack of an answer', 'we have your appeal', 'the decision on your'],
      };
    },
  },
  {
    id: 'together',
    title: 'Two orders asked for together: a log for one began both reviews; one was refunded, the other refused',
    shows: ['RP-4.1', 'RP-2.4a', 'RP-3.4'],
    async live(stage) {
      const { carol, ana, desk } = stage;
      const tickets = await carol.asksTogether([await stage.buys(residential), await stage.buys(residential)]);
      const [mine, other] = tickets;
      if (!mine || !other) throw new Error('each order has a ticket of its own');
      await carol.addsEvidence(other);
      await stage.untilPhase(other, 'reviewing');
      await stage.untilPhase(mine, 'reviewing');
      await ana.reviews(mine, { cause: 'seller', finding: 'The exit pool is dead.', persistent: true });
      await ana.reviews(other, {
        cause: 'third_party',
        finding: 'The fingerprint browser rewrites this one’s address.',
      });
      await stage.untilPhase(other, 'deciding');
      await ana.follows(other, 'The cause is a tool that is not ours.');
      await stage.untilClosed(other);
      const { outcome } = await desk.staff.lead.call(operations.getTicket, { params: { ticketId: other.id } });
      const ending = await refunded(stage, mine, 'It was not mended within the 15 days.', [
        'have your refund request',
        'we decide by',
        'has confirmed',
      ]);
      const more = outcome === 'refused' ? [] : [`${other.reference} ended as ${outcome}, not as refused`];
      return { ...ending, more };
    },
  },
  {
    id: 'withdrawn',
    title: 'Withdrawn by the customer',
    shows: ['RP-2.3'],
    async live(stage) {
      const { carol, desk } = stage;
      const ticket = await carol.asks(await stage.buys(residential));
      await desk.clock.pass(1);
      await carol.withdraws(ticket);
      await stage.untilClosed(ticket);
      return { ticket, outcome: 'withdrawn', paid: [], mails: ['your request was withdrawn'] };
    },
  },
];
