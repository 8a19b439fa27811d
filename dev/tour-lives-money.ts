/** Lives of money: the provider's answer lost and the refund made once, and an exception that two people answer for. */

import { residential, tourCurrency } from './tour-goods.ts';
import type { Life } from './tour-life.ts';
import { inFull, underReview } from './tour-scenes.ts';

export const moneyLives: readonly Life[] = [
  {
    id: 'lost-answer',
    title: 'Refunded once: the provider made the refund, and its answer was lost on the way',
    shows: ['R3', 'RP-4.4', 'RP-2.4b'],
    async live(stage) {
      const { ana, fay } = stage;
      const order = await stage.buys(residential);
      await stage.confirmsIncident(order, 0.8);
      const ticket = await underReview(stage, order);
      await ana.reviews(ticket, { cause: 'seller', finding: 'Down with the incident.', persistent: true });
      await stage.untilPhase(ticket, 'deciding');
      await ana.follows(ticket, 'Covered by the incident.');
      stage.tell('the network', 'will lose the provider’s answer');
      await fay.paysUnheard(ticket);
      await stage.untilClosed(ticket);
      return inFull(ticket, ['your refund of 49.99 USD was approved', 'has confirmed your refund']);
    },
  },
  {
    id: 'goodwill',
    title: 'Refunded in part by goodwill: asked for too late, decided by one and confirmed by another',
    shows: ['RP-3.9', 'RP-3.1'],
    async live(stage) {
      const { carol, ana, leo, fay, desk } = stage;
      const ticket = await carol.asks(await stage.buys(residential, { daysAgo: 9 }), { materials: 'none' });
      await stage.untilPhase(ticket, 'deciding');
      const goodwill = { decision: 'refund', amount: { minor: '2000', currency: tourCurrency } } as const;
      const ground = 'A customer of six years; two days late by illness.';
      const alone = await stage.refusalOf(ana.decides(ticket, { ...goodwill, ground }));
      await ana.decides(ticket, { ...goodwill, ground, exception: 'goodwill' });
      await desk.clock.pass(1);
      await leo.confirms(ticket, 'Agreed.');
      await fay.pays(ticket);
      await stage.untilClosed(ticket);
      return {
        ticket,
        outcome: 'refunded',
        paid: [2_000],
        mails: ['a refund of 20.00 USD was decided', 'has confirmed your refund of 20.00 USD'],
        more: alone === 'against-proposal' ? [] : [`against the proposal, the desk said ${alone ?? 'yes'}`],
      };
    },
  },
];
