/** The desk's people in the tour: what an agent, a lead and finance do, each by one call of the public API. */

import type { AnswerOf, RequestBodyOf } from '../contract/operation.ts';
import { operations } from '../contract/operations.ts';
import type { TourClient } from './tour-client.ts';
import type { Ticket } from './tour-goods.ts';
import type { Provider } from './tour-sandboxes.ts';
import { until } from './until.ts';

const captureMsMax = 10_000;
const probesMsMax = 20_000;
const incidentMsMax = 30_000;

type Review = RequestBodyOf<typeof operations.recordReview>;
type Question = RequestBodyOf<typeof operations.requestInformation>;
type Fact = RequestBodyOf<typeof operations.recordFact>;
type Decision = RequestBodyOf<typeof operations.decideTicket>;

/** As much of a ticket as a call of the API names. */
type Named = Pick<Ticket, 'id' | 'reference'>;

export interface Agent {
  reviews(ticket: Named, review: Review): Promise<void>;
  /** Confirms what the desk read in the files, and tells what that was. */
  confirmsDiagnosis(ticket: Named, finding: string): Promise<string>;
  /** What the desk read in the files, and what would follow if it were confirmed. */
  readsDiagnosis(ticket: Named): Promise<string>;
  /** Waits until a confirmed incident counts in a case that is to be decided (RP-2.4b), and tells what is proposed then. */
  seesIncidentWeighed(ticket: Named): Promise<string>;
  /** Waits until the desk's own tests have failed by our cause, and tells what they say. */
  seesProbesFail(ticket: Named): Promise<string>;
  asksBack(ticket: Named, question: Question): Promise<void>;
  reportsFix(ticket: Named, finding: string): Promise<void>;
  notes(ticket: Named, fact: Fact): Promise<void>;
  /** Decides what the policy proposes. */
  follows(ticket: Named, ground: string): Promise<void>;
  decides(ticket: Named, decision: Decision): Promise<void>;
}

export interface Lead extends Agent {
  confirms(ticket: Named, ground: string): Promise<void>;
  asksForIdentity(ticket: Named, ground: string): Promise<void>;
  passesIdentity(ticket: Named, ground: string): Promise<void>;
}

export interface Finance {
  /** Approves the ticket's payout and sees it reach the provider. */
  pays(ticket: Ticket): Promise<void>;
  /** Approves it, and the provider's answer to the desk is lost on the way. */
  paysUnheard(ticket: Ticket): Promise<void>;
  /** Approves it while a hold keeps it back. */
  approves(ticket: Ticket): Promise<void>;
}

const of = (ticket: Named) => ({ params: { ticketId: ticket.id } });

export const createAgent = (client: TourClient): Agent => {
  const decides: Agent['decides'] = async (ticket, body) =>
    void (await client.call(operations.decideTicket, { ...of(ticket), body }));
  return {
    reviews: async (ticket, body) => void (await client.call(operations.recordReview, { ...of(ticket), body })),
    confirmsDiagnosis: async (ticket, finding) => {
      const suggestion = await suggestionFor(client, ticket);
      const { cause, persistent } = suggestion.review;
      const body = { cause, finding, diagnosis: 'confirmed' as const, ...(persistent === null ? {} : { persistent }) };
      await client.call(operations.recordReview, { ...of(ticket), body });
      return told(suggestion);
    },
    readsDiagnosis: async (ticket) => told(await suggestionFor(client, ticket)),
    seesIncidentWeighed: (ticket) => weighedIncident(client, ticket),
    seesProbesFail: (ticket) => failingProbes(client, ticket),
    asksBack: async (ticket, body) => void (await client.call(operations.requestInformation, { ...of(ticket), body })),
    reportsFix: async (ticket, finding) =>
      void (await client.call(operations.reportRemediation, { ...of(ticket), body: { mended: true, finding } })),
    notes: async (ticket, body) => void (await client.call(operations.recordFact, { ...of(ticket), body })),
    follows: async (ticket, ground) => decides(ticket, await proposed(client, ticket, ground)),
    decides,
  };
};

async function failingProbes(client: TourClient, ticket: Named): Promise<string> {
  const read = async () => (await client.call(operations.getProbes, of(ticket))).diagnosis;
  let diagnosis = await read();
  const isFailing = async (): Promise<boolean> => {
    diagnosis = await read();
    return (diagnosis.causes.seller ?? 0) > 0;
  };
  if (!(await until(isFailing, { withinMs: probesMsMax, everyMs: 250 })))
    throw new Error(`no probe of ${ticket.reference} has failed by our cause`);
  const { attempts, failed, classes, targets } = diagnosis;
  const names = classes.map(({ class: name }) => name.replaceAll('_', ' '));
  return `${failed} of ${attempts} attempts failed: ${names.join(', ')} at ${Object.keys(targets).join(', ')}`;
}

async function suggestionFor(client: TourClient, ticket: Named): Promise<Suggestion> {
  const { suggestion } = await client.call(operations.getProposal, of(ticket));
  if (!suggestion) throw new Error(`the files of ${ticket.reference} show no cause`);
  return suggestion;
}

async function weighedIncident(client: TourClient, ticket: Named): Promise<string> {
  const read = () => client.call(operations.getProposal, of(ticket));
  let assessment = await read();
  const isWeighed = async (): Promise<boolean> => {
    assessment = await read();
    const counts = assessment.findings.some(({ clause, verdict }) => clause === 'RP-2.4b' && verdict === 'passed');
    return counts && assessment.proposal.kind !== 'wait';
  };
  if (!(await until(isWeighed, { withinMs: incidentMsMax, everyMs: 250 })))
    throw new Error(`no confirmed incident counts for ${ticket.reference}`);
  return proposalWords(assessment.proposal);
}

function proposalWords(proposal: Proposal): string {
  if (proposal.kind === 'unclear') return `unclear (${proposal.conflicts.join(', ').replaceAll('_', ' ')})`;
  if (proposal.kind === 'wait') return `wait for ${proposal.for.join(', ').replaceAll('_', ' ')}`;
  return `${proposal.kind.replaceAll('_', ' ')} under ${proposal.clauses.join(', ')}`;
}

type Proposal = AnswerOf<typeof operations.getProposal>['proposal'];
type Suggestion = NonNullable<AnswerOf<typeof operations.getProposal>['suggestion']>;

function told({ diagnosis, probes, assessment }: Suggestion): string {
  const shownFirst = diagnosis ?? probes;
  if (!shownFirst) throw new Error('a suggestion stands on nothing');
  const { attempts, failed, cause, classes } = shownFirst;
  const shown = classes.map(({ class: name, vendor, proofs }) => {
    const places = proofs.map(({ from, until }) => (from === until ? from : `${from}–${until}`));
    return `${name.replaceAll('_', ' ')}${vendor === null ? '' : ` (${vendor})`} at ${places.join(', ')}`;
  });
  return `${failed} of ${attempts} attempts failed, by the ${cause}: ${shown.join('; ')}; if confirmed, ${proposalWords(assessment.proposal)}`;
}

async function proposed(client: TourClient, ticket: Named, ground: string): Promise<Decision> {
  const read = async () => (await client.call(operations.getProposal, of(ticket))).proposal;
  // What was captured is read from the provider once the ticket is to be decided, which takes a moment.
  let proposal = await read();
  const isKnown = async (): Promise<boolean> => {
    proposal = await read();
    return proposal.kind !== 'wait' || !proposal.for.includes('capture');
  };
  await until(isKnown, { withinMs: captureMsMax, everyMs: 250 });
  switch (proposal.kind) {
    case 'refund':
      return { decision: 'refund', amount: proposal.refund.amount, ground };
    case 'refuse':
      return { decision: 'refuse', clauses: proposal.clauses, ground };
    case 'offer':
      return { decision: 'offer', ground };
    case 'wait':
    case 'remediated':
    case 'charged_back':
    case 'unclear':
      throw new Error(`${ticket.reference} cannot be decided yet: ${JSON.stringify(proposal)}`);
  }
}

export const createLead = (client: TourClient): Lead => ({
  ...createAgent(client),
  confirms: async (ticket, ground) =>
    void (await client.call(operations.confirmDecision, { ...of(ticket), body: { confirm: true, ground } })),
  asksForIdentity: async (ticket, ground) =>
    void (await client.call(operations.placeHold, { ...of(ticket), body: { kind: 'kyc', ground } })),
  passesIdentity: async (ticket, ground) =>
    void (await client.call(operations.recordKyc, { ...of(ticket), body: { result: 'passed', ground } })),
});

export const createFinance = (client: TourClient, provider: Provider): Finance => {
  const approves: Finance['approves'] = async (ticket) => {
    const { payouts } = await client.call(operations.getTicket, of(ticket));
    for (const { id } of payouts.filter(({ progress }) => progress === 'preparing'))
      await client.call(operations.approvePayout, { params: { payoutId: id }, body: {} });
  };
  return {
    approves,
    pays: (ticket) => provider.sends(ticket.order.charge, () => approves(ticket)),
    paysUnheard: (ticket) => provider.sendsWithoutAnswer(ticket.order.charge, () => approves(ticket)),
  };
};
