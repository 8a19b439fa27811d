/**
 * The dispute workflow: awaits what is due on a dispute by itself, and has evidence submitted once somebody clicked. It
 * begins when a dispute is first told and ends with it, whatever becomes of any ticket. Deterministic.
 */

import {
  allHandlersFinished,
  condition,
  patched,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import { realClock, realMsUntil } from '../domain/clock.ts';
import { type DisputeDue, type DisputeSnapshot, type DisputeStanding, isEnded } from '../domain/dispute.ts';
import { evidenceOptions, stepOptions } from './activity-options.ts';
import { type DisputeRun, disputeSteps, disputeUpdates } from './dispute-messages.ts';
import type { DisputeActivities, EvidenceActivities } from './ports.ts';

const steps = proxyLocalActivities<DisputeActivities>(stepOptions);
const { submitEvidence } = proxyActivities<EvidenceActivities>(evidenceOptions);

export interface DisputeResult {
  readonly state: DisputeStanding;
}

export async function disputeWorkflow(run: DisputeRun): Promise<DisputeResult> {
  const { disputeId } = run;
  let snapshot: DisputeSnapshot | null = null;

  // A step's answer may arrive after that of a later one.
  const take = (told: DisputeSnapshot): DisputeSnapshot => {
    if (snapshot === null || told.version >= snapshot.version) snapshot = told;
    setCurrentDetails(describe(snapshot));
    return snapshot;
  };
  let lastTurn: Promise<unknown> = Promise.resolve();
  // One step after the other: two that end in one workflow task need not be replayed in the order in which they ended.
  const inTurn = (step: () => Promise<DisputeSnapshot>): Promise<DisputeSnapshot> => {
    const turn = lastTurn.then(async () => take(await step()));
    lastTurn = turn.catch(() => undefined);
    return turn;
  };
  const read = (): Promise<DisputeSnapshot> => inTurn(() => steps.readDispute({ disputeId }));
  const current = (): DisputeSnapshot | null => snapshot;

  /** What is due comes also while nobody knows whether the provider has the evidence; its time may be long. */
  const remindUntil = async (submitting: Promise<unknown>): Promise<void> => {
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    submitting.then(end, end);
    while (!isOver) {
      const { due, version } = current() ?? {};
      const changed = () => isOver || current()?.version !== version;
      const isDue = due !== undefined && !(await condition(changed, ...waitFor(run, due)));
      if (due === undefined) await condition(changed);
      else if (isDue) await inTurn(() => steps.recordDisputeDue({ disputeId, due }));
    }
  };

  const opened = read();
  for (const step of disputeSteps) setHandler(disputeUpdates[step], async () => void (await read()));

  let stands = await opened;
  for (;;) {
    const { packetId, due, state, version } = stands;
    if (packetId !== undefined) {
      const submitting = submitEvidence({ packetId }).then(take);
      if (due !== undefined && patched(remindsMeanwhile)) await remindUntil(submitting);
      stands = await submitting;
    } else if (isEnded(state)) {
      await condition(allHandlersFinished);
      // A late word may have opened it again.
      stands = current() ?? stands;
      if (stands.version === version) return { state };
    } else {
      const changed = () => current()?.version !== version;
      const isDue = due !== undefined && !(await condition(changed, ...waitFor(run, due)));
      if (due === undefined) await condition(changed);
      stands = isDue ? await inTurn(() => steps.recordDisputeDue({ disputeId, due })) : (current() ?? stands);
    }
  }
}

/** Runs that were recorded before wait for the evidence alone. */
const remindsMeanwhile = 'dispute-reminds-meanwhile';

/** One timer at a time, by the desk's clock. */
const waitFor = (run: DisputeRun, due: DisputeDue): [number, { summary: string }] => [
  Math.max(1, realMsUntil(run.clock ?? realClock, new Date(due.at), Date.now())),
  { summary: `Due: ${due.kind}` },
];

const describe = ({ state, due, packetId }: DisputeSnapshot): string =>
  [
    `The dispute is ${state}.`,
    ...(due ? [`- due by itself: ${due.kind} at ${due.at}`] : []),
    ...(packetId ? [`- evidence \`${packetId}\` is on its way`] : []),
  ].join('\n');
