/** Lives that are held: by a dispute that ends well, by one that does not, and by a check of identity. */

import { residential, type Ticket, tourCurrency } from './tour-goods.ts';
import type { Life } from './tour-life.ts';
import { inFull, refunded, underReview } from './tour-scenes.ts';
import type { Stage } from './tour-stage.ts';

const ours = { cause: 'seller', finding: 'The egress range is dead.', persistent: true } as const;

const allOfIt = {
  decision: 'refund',
  amount: { minor: String(residential.minor), currency: tourCurrency },
  ground: 'The 15 days have passed.',
} as const;

/** The buyer goes to their bank; the provider tells the desk, and its hold is seen. */
async function disputed(stage: Stage, ticket: Ticket): Promise<string> {
  stage.tell('the bank', 'opens a dispute over the payment, as its customer wished');
  const dispute = await stage.desk.provider.opensDispute(ticket.order.charge);
  await stage.untilHeld(ticket);
  return dispute;
}

export const holdLives: readonly Life[] = [
  {
    id: 'dispute-won',
    title: 'Refunded: a dispute held it, was withdrawn and ended; the 15 days ran on meanwhile',
    shows: ['RP-3.8', 'RP-2.4a', 'D6', 'D13'],
    async live(stage) {
      const { ana, desk } = stage;
      const ticket = await underReview(stage, await stage.buys(residential));
      await ana.reviews(ticket, ours);
      await desk.clock.pass(3);
      const dispute = await disputed(stage, ticket);
      await stage.untilPhase(ticket, 'deciding');
      const early = await stage.refusalOf(ana.decides(ticket, allOfIt));
      await ana.notes(ticket, {
        fact: 'dispute_withdrawn',
        value: desk.clock.now().toISOString(),
        ground: 'Carol sent her bank’s letter.',
      });
      await desk.clock.pass(2);
      stage.tell('the bank', 'closes the dispute in the seller’s favour');
      await desk.provider.movesDispute(dispute, 'won');
      await stage.untilFree(ticket);
      const ending = await refunded(stage, ticket, 'Not mended within 15 days, and nothing holds it any more.', [
        'a dispute with your payment provider holds',
        'the dispute has ended',
        'has confirmed your refund',
      ]);
      return { ...ending, more: early === null ? ['it could be decided while it was disputed'] : [] };
    },
  },
  {
    id: 'dispute-lost',
    title: 'Charged back: the dispute was lost, and nothing more is paid',
    shows: ['RP-3.8'],
    async live(stage) {
      const { desk } = stage;
      const ticket = await underReview(stage, await stage.buys(residential));
      const dispute = await disputed(stage, ticket);
      await desk.clock.pass(2);
      stage.tell('the bank', 'closes the dispute in its customer’s favour');
      await desk.provider.movesDispute(dispute, 'lost');
      await stage.untilClosed(ticket);
      return {
        ticket,
        outcome: 'charged_back',
        paid: [],
        mails: ['a dispute with your payment provider holds', 'your bank has returned the payment'],
      };
    },
  },
  {
    id: 'identity',
    title: 'Refunded: approved, held for a check of identity, and paid once it was passed',
    shows: ['RP-5.3', 'RP-2.4b'],
    async live(stage) {
      const { ana, leo, fay, desk } = stage;
      const order = await stage.buys(residential);
      await stage.confirmsIncident(order, 0.8);
      const ticket = await underReview(stage, order);
      await ana.reviews(ticket, ours);
      await stage.untilPhase(ticket, 'deciding');
      await ana.follows(ticket, 'Covered by the incident.');
      await leo.asksForIdentity(ticket, 'The card and the account name two people.');
      await fay.approves(ticket);
      await desk.clock.pass(3);
      const early = await desk.provider.refundsOf(order.charge);
      await desk.provider.sends(order.charge, () => leo.passesIdentity(ticket, 'Passport seen.'));
      await stage.untilClosed(ticket);
      const mails = ['please confirm who you are', 'the result of the check', 'has confirmed your refund'];
      return {
        ...inFull(ticket, mails),
        more: early.length === 0 ? [] : ['it was paid before the check was passed'],
      };
    },
  },
];
