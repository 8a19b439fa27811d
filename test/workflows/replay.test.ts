/** T9: recorded histories, one of each way, replay under today's workflow code, and hold no personal data. */

import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  type ReplayWorkerOptions,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { z } from 'zod';
import { proposalKinds } from '../../domain/assessment.ts';
import { disputeDueKinds, disputeStandings } from '../../domain/dispute.ts';
import { dueKinds } from '../../domain/due-kind.ts';
import { errorCatalogue } from '../../domain/errors.ts';
import { waveStates } from '../../domain/incident-wave.ts';
import { currencyExponents } from '../../domain/money.ts';
import { payoutStates } from '../../domain/payout.ts';
import { probeStops } from '../../domain/probe.ts';
import { remedyKinds, remedyStates } from '../../domain/remedy.ts';
import { roles } from '../../domain/role.ts';
import { ticketOutcomes, ticketPhases } from '../../domain/ticket.ts';
import { createPayloadCodec } from '../../runtime/payload-codec.ts';
import { createTracing } from '../../runtime/tracing.ts';
import {
  applyingOptions,
  capturesOptions,
  checkingOptions,
  evidenceOptions,
  probingOptions,
  sendingOptions,
} from '../../workflows/activity-options.ts';
import { disputeSteps } from '../../workflows/dispute-messages.ts';
import { askedSteps, notedSteps } from '../../workflows/messages.ts';
import {
  continuedName,
  endedLives,
  endedNames,
  historyNames,
  lifeName,
  type RecordedHistory,
  readHistory,
  recordedRing,
  runsOf,
} from './recorded-histories.ts';

const codec = createPayloadCodec(recordedRing);
const tracing = createTracing('');

beforeAll(() => {
  // A replay that fails is what one of the tests is about.
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter } },
    shutdownSignals: [],
  });
});

/** What each replay ended in: `null` where the code did just what the history says. */
async function replay(
  bundle: ReplayWorkerOptions['workflowBundle'],
  histories: readonly RecordedHistory[],
): Promise<(string | null)[]> {
  const options: ReplayWorkerOptions = {
    ...(bundle ? { workflowBundle: bundle } : {}),
    dataConverter: { payloadCodecs: [codec] },
    plugins: [tracing.plugin],
  };
  const ends: (string | null)[] = [];
  for await (const { error } of Worker.runReplayHistories(options, [...histories])) ends.push(error?.name ?? null);
  return ends;
}

test('T9: every recorded life, one that stopped in each phase, and what ran beside them, replays under the bundle that the worker runs', async () => {
  const ends = await replay({ codePath: 'build/workflow-bundle.js' }, historyNames.map(readHistory));
  expect(ends).toEqual(historyNames.map(() => null));
});

test('T9: a workflow that was changed without a patch is found out by every ended life', async () => {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('fixtures/changed-workflows.ts', import.meta.url)),
    plugins: [tracing.plugin],
    logger: new DefaultLogger('ERROR'),
  });
  const ends = await replay({ code }, endedNames.map(readHistory));
  expect(ends).toEqual(endedNames.map(() => 'DeterminismViolationError'));
});

interface FoundPayload {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Every payload in a history, wherever it stands. */
function payloadsIn(value: unknown, path = ''): FoundPayload[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('metadata' in value) {
    const { metadata, data = '' } = value as { metadata: Record<string, string>; data?: string };
    return [{ path, metadata, data }];
  }
  return Object.entries(value).flatMap(([name, member]) => payloadsIn(member, `${path}/${name}`));
}

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

/** What a payload says in the clear. */
async function read({ metadata, data }: FoundPayload): Promise<unknown> {
  const names = Object.entries(metadata).map(([name, value]) => [name, bytes(value)] as const);
  const [clear] = await codec.decode([{ metadata: Object.fromEntries(names), data: bytes(data) }]);
  const text = new TextDecoder().decode(clear?.data ?? new Uint8Array());
  return text === '' ? null : JSON.parse(text);
}

const stringsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
};

/** Of what a run was begun with, its number and why. */
async function beginningOf(name: string): Promise<{ run: number; reason: string }> {
  const [started] = readHistory(name).history.events;
  const [given] = await Promise.all(payloadsIn(started?.['workflowExecutionStartedEventAttributes'], '').map(read));
  return z.object({ run: z.number(), reason: z.string() }).parse(given);
}

test.each(endedLives)('the life %s is recorded from its first run to its last, none left out', async (name) => {
  const runs = await Promise.all(runsOf(name).map(beginningOf));
  expect(runs.map(({ run }) => run)).toEqual(runs.map((_run, index) => index + 1));
  // A ticket that a wave opened was offered to before its workflow began.
  expect(runs[0]?.reason).toBe(name === lifeName('wave') ? 'continued' : 'created');
});

test.each([
  ['returned-then-refunded', ['money']],
  [lifeName('reopened'), ['opened']],
  [lifeName('appealed'), ['opened']],
  [lifeName('offer-reopened'), ['opened']],
  [lifeName('question-reopened'), ['opened']],
  // What comes from outside opens a run as money does, before people act on it.
  [lifeName('late-fact'), ['money', 'opened']],
  [continuedName, ['continued']],
])('of the life %s what came after its end, or after its first run grew long, is recorded', async (name, reasons) => {
  const later = await Promise.all(runsOf(name).slice(1).map(beginningOf));
  expect(later.map(({ reason }) => reason)).toEqual(reasons);
});

/** A refusal tells no stack. */
const noStack = '';
const codes = [noStack, 'created', 'continued', 'opened', 'money', ...Object.keys(currencyExponents)];
const pageEnds = ['changed', 'page', 'told', 'go_on', 'again', 'stopped'];
const pageWaits = ['Not too many tickets at once', 'As fast as was decided', 'What did the providers capture?'];
const activityNames = [
  'openRun',
  'takeStep',
  'takeNote',
  'recordDue',
  'readDispute',
  'recordDisputeDue',
  'tellTickets',
  'reachOrders',
];

/** All the words that a history may hold: codes of the desk, names of its steps, and what Temporal's page says of them. */
const words = new Set<unknown>([
  ...[applyingOptions, capturesOptions, checkingOptions, evidenceOptions, probingOptions, sendingOptions].map(
    ({ summary }) => summary,
  ),
  'Has the provider reported?',
  ...dueKinds,
  ...dueKinds.map((kind) => `Due: ${kind}`),
  ...disputeDueKinds,
  ...disputeDueKinds.map((kind) => `Due: ${kind}`),
  ...disputeStandings,
  ...disputeSteps,
  ...ticketPhases,
  ...ticketOutcomes,
  ...payoutStates,
  ...roles,
  ...Object.keys(errorCatalogue),
  ...proposalKinds,
  ...remedyKinds,
  ...remedyStates,
  ...askedSteps,
  ...notedSteps,
  ...activityNames,
  ...pageEnds,
  ...pageWaits,
  ...waveStates,
  ...probeStops,
  ...codes,
]);
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const clauses = /^RP-[\d.]+[ab]?( RP-[\d.]+[ab]?)*$/;
/** Of a round of probes: its run's and its number. */
const roundKey = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/\d+$/;
const shapes = [uuid, roundKey, instant, clauses, /^\d+$/, /^(Ticket )?RD-\d+$/, /^00-[0-9a-f]{32}-[0-9a-f]{16}-0\d$/];
const isAllowed = (text: string): boolean => words.has(text) || shapes.some((shape) => shape.test(text));

const encrypted = Buffer.from('binary/encrypted').toString('base64');

test.each(historyNames)('the history %s holds ids, codes and amounts, and nothing about a person', async (name) => {
  const payloads = payloadsIn(readHistory(name).history);
  const clear = await Promise.all(payloads.map(read));
  const strings = clear.flatMap(stringsIn);
  expect(strings.length).toBeGreaterThan(5);
  expect(strings.filter((text) => !isAllowed(text))).toEqual([]);
});

test.each(historyNames)(
  'the history %s shows in the clear names of steps, traces and what is searched by, and no more',
  (name) => {
    const open = payloadsIn(readHistory(name).history).filter(({ metadata }) => metadata['encoding'] !== encrypted);
    expect(
      open.filter(({ path }) => !/\/(_tracer-data|details\/data\/payloads\/0|indexedFields\/Ticket\w+)$/.test(path)),
    ).toEqual([]);
  },
);

test('the check for personal data knows a name, an address and a sentence from a code', () => {
  expect(['Ada', 'ada@people.example', '203.0.113.7', 'no answer', 'refundeds'].filter(isAllowed)).toEqual([]);
});
