/** Lives of an incident that is beyond the window: an offer of money or time, chosen either way, and both at once. */

import { staticIsp, type Ticket } from './tour-goods.ts';
import type { Life } from './tour-life.ts';
import type { Plan } from './tour-sandboxes.ts';
import { underReview } from './tour-scenes.ts';
import type { Stage } from './tour-stage.ts';

const minuteMs = 60_000;
const dayMinutes = 1_440;

/** Three days of thirty were lost, so a tenth of 90.00. */
const lostDays = 3;
const part = 900;

async function offered(stage: Stage): Promise<Ticket> {
  const { ana } = stage;
  const order = await stage.buys(staticIsp, { daysAgo: 9 });
  stage.tell('the shop', `confirms an incident that covers the order: ${lostDays} days, over since yesterday`);
  await stage.confirmsIncident(order, lostDays + 1, lostDays);
  const ticket = await underReview(stage, order);
  await ana.reviews(ticket, { cause: 'seller', finding: 'Down with the incident.', persistent: true });
  await stage.untilPhase(ticket, 'deciding');
  await ana.follows(ticket, 'Too late for all of it, but the incident was ours.');
  await stage.untilPhase(ticket, 'offering');
  return ticket;
}

const isExtended = (ticket: Ticket) => (plan: Plan) =>
  Date.parse(plan.endsAt ?? '') - Date.parse(ticket.order.endsAt ?? '') === lostDays * dayMinutes * minuteMs;

const isAsSold = (ticket: Ticket) => (plan: Plan) => !plan.ended && plan.endsAt === ticket.order.endsAt;

export const offerLives: readonly Life[] = [
  {
    id: 'extension',
    title: 'Extended: an incident beyond the window, and the customer chose time',
    shows: ['RP-4.5', 'RP-2.4b', 'M11'],
    async live(stage) {
      const ticket = await offered(stage);
      await stage.desk.clock.pass(2);
      await stage.carol.chooses(ticket, 'extension');
      await stage.untilClosed(ticket);
      return {
        ticket,
        outcome: 'extended',
        paid: [],
        plan: isExtended(ticket),
        mails: ['an offer for you', 'we have your choice', 'your plan was extended'],
      };
    },
  },
  {
    id: 'pro-rata',
    title: 'Refunded in part: an incident beyond the window, and the customer chose money',
    shows: ['RP-4.5', 'RP-2.4b', 'M4'],
    async live(stage) {
      const { carol, desk } = stage;
      const ticket = await offered(stage);
      await desk.clock.pass(2);
      await desk.provider.sends(ticket.order.charge, () => carol.chooses(ticket, 'refund'));
      await stage.untilClosed(ticket);
      return {
        ticket,
        outcome: 'refunded',
        paid: [part],
        mails: ['an offer for you', 'we have your choice', 'has confirmed your refund of 9.00 USD'],
      };
    },
  },
  {
    id: 'both',
    title: 'Money and time were chosen in the same moment: exactly one is granted',
    shows: ['R14', 'RP-4.5'],
    async live(stage) {
      const { carol, desk } = stage;
      const ticket = await offered(stage);
      const answers = await Promise.allSettled([carol.chooses(ticket, 'refund'), carol.chooses(ticket, 'extension')]);
      await stage.untilClosed(ticket);
      const taken = answers.filter(({ status }) => status === 'fulfilled').length;
      const isPaid = (await desk.provider.refundsOf(ticket.order.charge)).length > 0;
      return {
        ticket,
        outcome: isPaid ? 'refunded' : 'extended',
        paid: isPaid ? [part] : [],
        plan: isPaid ? isAsSold(ticket) : isExtended(ticket),
        mails: ['an offer for you', 'we have your choice'],
        more: taken === 1 ? [] : [`${taken} of two choices were taken`],
      };
    },
  },
];
