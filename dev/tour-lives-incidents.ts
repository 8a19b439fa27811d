/** A life of an incident of the registry: confirmed over two tickets that wait, and a wave of offers to who never asked. */

import { operations } from '../contract/operations.ts';
import { leftOutReasons } from '../domain/incident-wave.ts';
import { daysAfter } from './tour-desk.ts';
import { mobile, type Order, quarterly, residential, type Ticket } from './tour-goods.ts';
import type { Life } from './tour-life.ts';
import { recordedLog } from './tour-logs.ts';
import { inFull } from './tour-scenes.ts';
import type { Purchase, Stage } from './tour-stage.ts';
import { leftOutWords } from './tour-words.ts';
import { until } from './until.ts';

const dayMs = 86_400_000;
/** Measured, of a breakdown that was longer. */
const lostDays = 3;
const toldMsMax = 30_000;
const waveMsMax = 120_000;
const ground = 'Seen on the gateway’s own board.';

/** Of one place and with the exits that every customer of the tour names: what the incident touched. */
const touched = (stage: Stage, daysAgo: number): Purchase => ({
  daysAgo,
  places: [`WAVE-${stage.desk.mark}`.toUpperCase()],
  egress: ['203.0.113.0/24'],
});

/** The exits are dead in the log and in the desk's own tests: ours, and its 15 days run (RP-2.4a). */
async function waitsForMending(stage: Stage): Promise<Ticket> {
  const { ana, carol } = stage;
  const ticket = await carol.asks(await stage.buys(mobile, touched(stage, 1)), {
    logs: [recordedLog('curl/egress-dead.log')],
  });
  await stage.untilPhase(ticket, 'reviewing');
  stage.tell('the desk', `tested the plan: ${await ana.seesProbesFail(ticket)}`);
  await ana.reviews(ticket, { cause: 'seller', finding: 'The exits are dead in log and tests.', persistent: true });
  return ticket;
}

/** The files show the target's own block page, and nobody has said yet whether that was the cause (RP-3.4). */
async function waitsForReview(stage: Stage): Promise<Ticket> {
  const { ana, carol } = stage;
  const ticket = await carol.asks(await stage.buys(residential, touched(stage, 1)), {
    logs: [recordedLog('curl/target-challenge.log'), recordedLog('playwright/target-challenge.har')],
  });
  await stage.untilPhase(ticket, 'reviewing');
  stage.tell('the desk', `read in the files: ${await ana.readsDiagnosis(ticket)}`);
  return ticket;
}

/** Entered once it is over, and confirmed over all that was sold at the place and with the exits. */
async function confirmed(stage: Stage, from: string): Promise<string> {
  const { clock, mark, staff } = stage.desk;
  const { places = [], egress = [] } = touched(stage, 0);
  const [now, measured] = [clock.now().toISOString(), daysAfter(from, lostDays)];
  const window = { from, until: now > measured ? now : measured, lost: [{ from, until: measured }] };
  stage.tell(
    'Ana',
    `enters an incident at ${places.join()} with the exits ${egress.join()}: ${lostDays} days were lost`,
  );
  const { id, version } = await staff.agent.call(operations.createIncident, {
    body: {
      ref: `INC-WAVE-${mark}`,
      title: 'The gateway of the tour',
      places: [...places],
      egress: [...egress],
      ...window,
      widelyImpacting: true,
      ground,
    },
  });
  stage.tell('Leo', 'confirms it: every open ticket that it covers hears of it');
  await staff.lead.call(operations.confirmIncident, { params: { incidentId: id }, body: { version, ground } });
  return id;
}

async function untilTold(stage: Stage, incidentId: string): Promise<void> {
  const { lead } = stage.desk.staff;
  const isTold = async () => (await lead.call(operations.getIncident, { params: { incidentId } })).told;
  if (!(await until(isTold, { withinMs: toldMsMax, everyMs: 250 }))) throw new Error('not every ticket was told');
}

/** Decided by the lead, confirmed by finance, and gone through all orders. */
async function waveOver(stage: Stage, incidentId: string): Promise<void> {
  const { lead, finance } = stage.desk.staff;
  const params = { incidentId };
  const { version } = await lead.call(operations.getIncident, { params });
  const impact = await lead.call(operations.getIncidentImpact, { params });
  stage.tell(
    'Leo',
    `reckons what it would cost: ${impact.orders} orders, of which ${impact.offered} to be offered a part`,
  );
  const budget = [{ minor: '10000', currency: 'USD' as const }];
  const wave = await lead.call(operations.offerIncident, { params, body: { version, budget, ground } });
  stage.tell('Leo', 'decides a wave of offers, within a budget of 100.00 USD');
  if (wave.state === 'awaiting') {
    const body = { waveId: wave.id, confirm: true, ground };
    await finance.call(operations.confirmIncidentOffers, { params, body });
    stage.tell('Fay', 'confirms it as the second person');
  }
  const isOver = async () => (await lead.call(operations.getIncidentWave, { params })).state === 'done';
  if (!(await until(isOver, { withinMs: waveMsMax, everyMs: 250 }))) throw new Error('the wave did not end');
}

/** Tells whom it reached and why; answers with the ticket that it opened for an order nobody had asked for. */
async function whomItReached(
  stage: Stage,
  incidentId: string,
  silent: Order,
  asked: readonly Ticket[],
): Promise<Ticket> {
  const { lead } = stage.desk.staff;
  const { progress } = await lead.call(operations.getIncidentWave, { params: { incidentId } });
  const { items } = await lead.call(operations.listTickets, { query: { incident: incidentId } });
  const opened = items.filter(({ id }) => !asked.some((ticket) => ticket.id === id));
  const named = (tickets: readonly { reference: string; orderRef: string }[]): string =>
    tickets.map(({ reference, orderRef }) => `${orderRef} (${reference})`).join(', ');
  const joined = items.filter(({ id }) => asked.some((ticket) => ticket.id === id));
  stage.tell('the wave', `offers ${progress.offered}, since a part of their time was lost (RP-4.5): ${named(opened)}`);
  stage.tell(
    'the wave',
    `joins ${progress.joined}, whose tickets are open and heard of it (RP-2.4b): ${named(joined)}`,
  );
  for (const reason of leftOutReasons) {
    const count = progress.leftOut[reason] ?? 0;
    if (count > 0) stage.tell('the wave', `leaves out ${count}: ${leftOutWords[reason]}`);
  }
  const found = opened.find(({ orderRef }) => orderRef === silent.ref);
  if (!found) throw new Error(`the wave opened no ticket for ${silent.ref}: ${JSON.stringify(progress)}`);
  return { id: found.id, reference: found.reference, order: silent };
}

/** RP-2.4b: decided as is proposed with the incident, and not paid yet, so that the ticket is open when the wave comes. */
async function decidedByIncident(stage: Stage, ticket: Ticket, why: string): Promise<void> {
  await stage.untilPhase(ticket, 'deciding');
  stage.tell('the desk', `weighs the incident, and proposes: ${await stage.ana.seesIncidentWeighed(ticket)}`);
  await stage.ana.follows(ticket, why);
}

export const incidentLives: readonly Life[] = [
  {
    id: 'wave',
    title: 'Offered without asking: an incident was confirmed over two tickets, and a wave reached all that it touched',
    shows: ['RP-2.4b', 'RP-3.4', 'RP-4.5', 'T11'],
    others: ['Dora', 'Erik'],
    async live(stage) {
      const { carol, desk } = stage;
      const [dora, erik] = stage.others;
      if (!dora || !erik) throw new Error('this life needs two others');
      const from = desk.clock.daysFromNow(-2);
      const silent = await stage.buys(quarterly, touched(stage, 9));
      await stage.buys({ ...quarterly, method: 'crypto' }, touched(stage, 9));
      const [dead, blocked] = await Promise.all([waitsForMending(dora), waitsForReview(erik)]);
      const incidentId = await confirmed(stage, from);
      await untilTold(stage, incidentId);
      await decidedByIncident(dora, dead, 'The incident covers this order: no more waiting.');
      erik.tell('the desk', `of the block page, with the incident: ${await erik.ana.readsDiagnosis(blocked)}`);
      await erik.ana.reviews(blocked, {
        cause: 'seller',
        finding: 'The block page is one site’s; in those hours the place was down for all, as was confirmed.',
        diagnosis: 'overruled',
        persistent: true,
      });
      await decidedByIncident(erik, blocked, 'The incident covers this order, whatever one site does.');
      await waveOver(stage, incidentId);
      const ticket = await whomItReached(stage, incidentId, silent, [dead, blocked]);
      await stage.untilPhase(ticket, 'offering');
      await carol.chooses(ticket, 'extension');
      await stage.untilClosed(ticket);
      for (const [{ fay, untilClosed }, open] of [[dora, dead] as const, [erik, blocked] as const]) {
        await fay.pays(open);
        await untilClosed(open);
      }
      const mails = ['has confirmed your refund'];
      return {
        ticket,
        outcome: 'extended',
        paid: [],
        plan: ({ endsAt }) => Date.parse(endsAt ?? '') - Date.parse(silent.endsAt ?? '') === lostDays * dayMs,
        mails: ['an offer for you', 'we have your choice', 'your plan was extended'],
        beside: [
          { ...inFull(dead, ['the fault is ours', ...mails]), stage: dora },
          { ...inFull(blocked, mails), stage: erik },
        ],
      };
    },
  },
];
