/** Lives that end without money: by the way of paying, by the window, by either cap, by a cause that is not the seller's. */

import { type Goods, residential, staticIsp, type Ticket } from './tour-goods.ts';
import type { Ending, Life } from './tour-life.ts';
import { recordedLog } from './tour-logs.ts';
import type { Purchase, Stage } from './tour-stage.ts';

/** Known facts settle the case, so that no materials are asked for. */
async function settledAtOnce(stage: Stage, goods: Goods, purchase: Purchase, ground: string): Promise<Ending> {
  const order = await stage.buys(goods, purchase);
  return refusedByPolicy(stage, await stage.carol.asks(order, { materials: 'none' }), ground);
}

async function refusedByPolicy(stage: Stage, ticket: Ticket, ground: string): Promise<Ending> {
  await stage.untilPhase(ticket, 'deciding');
  await stage.ana.follows(ticket, ground);
  await stage.untilClosed(ticket);
  return { ticket, outcome: 'refused', paid: [], mails: ['the decision on your refund request'] };
}

export const refusalLives: readonly Life[] = [
  {
    id: 'crypto',
    title: 'Refused: paid by crypto, and the law of the customer’s place makes no exception',
    shows: ['RP-3.2', 'RP-2.2'],
    async live(stage) {
      const { carol, ana } = stage;
      const order = await stage.buys({ ...staticIsp, method: 'crypto' });
      const ticket = await carol.asks(order, { materials: 'none' });
      await ana.notes(ticket, { fact: 'billing_country', value: 'DE', ground: 'As on the invoice.' });
      await ana.notes(ticket, { fact: 'independent_country', value: 'DE', ground: 'The address of the sign-in.' });
      return refusedByPolicy(stage, ticket, 'What is paid by crypto stays paid.');
    },
  },
  {
    id: 'window',
    title: 'Refused: asked for ten days after the first purchase',
    shows: ['RP-3.1', 'RP-2.3'],
    live: (stage) => settledAtOnce(stage, residential, { daysAgo: 10 }, 'The seven days were over.'),
  },
  {
    id: 'share',
    title: 'Refused: more than a fifth of the traffic was used',
    shows: ['RP-2.5'],
    live: (stage) =>
      settledAtOnce(
        stage,
        { ...residential, name: 'Dynamic Residential 5 GB', gigabytes: 5 },
        { usedBytes: '1610612736' },
        'This was no light testing.',
      ),
  },
  {
    id: 'volume',
    title: 'Refused: more than 5 GB were used, though less than a fifth of the traffic',
    shows: ['RP-2.5'],
    live: (stage) =>
      settledAtOnce(
        stage,
        { ...residential, name: 'Dynamic Residential 100 GB', gigabytes: 100 },
        { usedBytes: '5000000001' },
        'This was no light testing.',
      ),
  },
  {
    id: 'block-page',
    title: 'Refused: curl’s log and the browser’s HAR show the target site’s own block page',
    shows: ['RP-3.4'],
    async live(stage) {
      const logs = [recordedLog('curl/target-challenge.log'), recordedLog('playwright/target-challenge.har')];
      const ticket = await stage.carol.asks(await stage.buys(residential), { logs });
      await stage.untilPhase(ticket, 'reviewing');
      const read = await stage.ana.confirmsDiagnosis(
        ticket,
        'The site’s own block page; other targets answer through the same exits.',
      );
      stage.tell('the desk', `read in the files: ${read}`);
      return refusedByPolicy(stage, ticket, 'The site turns all automated visitors away, whatever their exit.');
    },
  },
];
