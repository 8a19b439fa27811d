/** Lives of faults of ours: not mended within the 15 days, mended, presumed mended, and an incident that ends the wait. */

import { mobile, residential } from './tour-goods.ts';
import type { Life } from './tour-life.ts';
import { recordedLog } from './tour-logs.ts';
import { refunded, underReview } from './tour-scenes.ts';

const oursForDays = {
  cause: 'seller',
  finding: 'The egress range answers nobody since the day before the report.',
  persistent: true,
} as const;

export const mendingLives: readonly Life[] = [
  {
    id: 'unmended',
    title: 'Refunded: a fix was reported, it did not work, and the 15 days passed',
    shows: ['RP-2.4a', 'RP-2.0', 'RP-4.4'],
    async live(stage) {
      const { carol, ana, desk } = stage;
      const ticket = await underReview(stage, await stage.buys(residential));
      await ana.reviews(ticket, oursForDays);
      await desk.clock.pass(4);
      await ana.reportsFix(ticket, 'Routed around the dead range.');
      await desk.clock.pass(1);
      await carol.answersFix(ticket, false);
      return refunded(stage, ticket, 'Unusable from the first day, and not mended in time.', [
        'We have your refund request',
        'we decide by',
        'the fault is ours',
        'does it work for you now',
        'a refund of 49.99 USD was decided',
        'has confirmed your refund',
      ]);
    },
  },
  {
    id: 'mended',
    title: 'Remediated: the fix was reported in time, and the customer confirmed it',
    shows: ['RP-2.4a'],
    async live(stage) {
      const { carol, ana, desk } = stage;
      const ticket = await underReview(stage, await stage.buys(residential));
      await ana.reviews(ticket, oursForDays);
      await desk.clock.pass(6);
      await ana.reportsFix(ticket, 'The range was replaced.');
      await desk.clock.pass(1);
      await carol.answersFix(ticket, true);
      await stage.untilClosed(ticket);
      return {
        ticket,
        outcome: 'remediated',
        paid: [],
        mails: ['the fault is ours', 'does it work for you now', 'the fault is mended'],
      };
    },
  },
  {
    id: 'silent',
    title: 'Remediated: the fix was reported in time, and three days of silence count as a yes',
    shows: ['RP-2.4a'],
    async live(stage) {
      const { ana, desk } = stage;
      const ticket = await underReview(stage, await stage.buys(residential));
      await ana.reviews(ticket, oursForDays);
      await desk.clock.pass(2);
      await ana.reportsFix(ticket, 'The range was replaced.');
      await stage.untilClosed(ticket);
      return { ticket, outcome: 'remediated', paid: [], mails: ['does it work for you now', 'the fault is mended'] };
    },
  },
  {
    id: 'dead-egress',
    title: 'Refunded: curl’s log and the desk’s own tests show dead exits, and the 15 days passed',
    shows: ['RP-2.4', 'RP-2.4a'],
    async live(stage) {
      const { carol, ana } = stage;
      const ticket = await carol.asks(await stage.buys(mobile), { logs: [recordedLog('curl/egress-dead.log')] });
      await stage.untilPhase(ticket, 'reviewing');
      stage.tell('the desk', `tested the plan: ${await ana.seesProbesFail(ticket)}`);
      await ana.reviews(ticket, { ...oursForDays, finding: 'The exits are dead in the log and in our own tests.' });
      return refunded(stage, ticket, 'Unusable from the first day, and not mended in time.', [
        'the fault is ours',
        'a refund of 59.00 USD was decided',
        'has confirmed your refund',
      ]);
    },
  },
  {
    id: 'asked-back',
    title: 'Refunded: details were asked for and given, then a confirmed incident ended the wait',
    shows: ['RP-4.2', 'RP-5.2', 'RP-2.4b', 'RP-4.3'],
    async live(stage) {
      const { carol, ana, desk } = stage;
      const order = await stage.buys(residential);
      const ticket = await underReview(stage, order);
      await ana.asksBack(ticket, { materials: ['network_context'], question: 'Which exits did you use, and when?' });
      await desk.clock.pass(4);
      await carol.answersQuestion(ticket, 'All of 203.0.113.0/24, all day.');
      await ana.reviews(ticket, oursForDays);
      await stage.untilPhase(ticket, 'remediating');
      await desk.clock.pass(3);
      stage.tell('the shop', 'confirms an incident that covers the order and is not over');
      await stage.confirmsIncident(order, 9);
      return refunded(stage, ticket, 'The incident covers this order: no more waiting.', [
        'please answer us by',
        'the fault is ours',
        'a refund of 49.99 USD was decided',
        'has confirmed',
      ]);
    },
  },
];
