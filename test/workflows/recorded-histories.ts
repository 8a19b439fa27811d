/**
 * The recorded histories, of each way a ticket can go, of each life of the tour and of those beside it, and one that stopped
 * in each phase: their names, where they lie, and the key under which their payloads are encrypted, so that anyone may read
 * that they hold ids and codes only. A life of several runs has a history for each: `name`, `name-2` and so on.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { tourLives } from '../../dev/tour-lives.ts';
import { ticketPhases } from '../../domain/ticket.ts';
import { Secret } from '../../runtime/config.ts';
import { recordedLives } from './recorded-lives.ts';

export const wayNames = [
  'refunded',
  'refused',
  'withdrawn',
  'declined-then-refunded',
  'returned-then-refunded',
] as const;

export type Way = (typeof wayNames)[number];

export const lifeName = (lifeId: string): string => `life-${lifeId}`;

/** Phases in which a ticket waits, each of which a deployment may find it in. */
export const openPhases = ticketPhases.filter((phase) => phase !== 'closed');

export type OpenPhase = (typeof openPhases)[number];

export const stoppedName = (phase: OpenPhase): string => `stopped-in-${phase}`;

/** Ways of a dispute, whose histories are recorded apart from the tickets'. */
export const disputeWays = ['dispute-answered', 'dispute-lapsed', 'dispute-open'] as const;

export type DisputeWay = (typeof disputeWays)[number];

/** Ways of what runs beside tickets and disputes, recorded apart as well. */
export const endedBeside = [
  'incident-told',
  'incident-continued',
  'wave-done',
  'wave-paused',
  'wave-continued',
  'probes-over',
  'probes-continued',
] as const;
const openBeside = ['incident-open', 'wave-open', 'probes-open'] as const;

export type BesideName = (typeof endedBeside)[number] | (typeof openBeside)[number];

/** A life whose history grew so long that it went on in a fresh run. */
export const continuedName = 'continued';

export const historiesUrl = new URL('../histories/', import.meta.url);

/** All lives that came to their end, each by the name of its first run. */
export const endedLives: readonly string[] = [
  ...wayNames,
  ...[...tourLives, ...recordedLives].map(({ id }) => lifeName(id)),
  continuedName,
];

export const runName = (name: string, run: number): string => (run === 1 ? name : `${name}-${run}`);

const recorded = new Set(readdirSync(historiesUrl));

/** The histories of a life's runs, in order; its first is always one, so that a life that was never recorded is missed. */
export function runsOf(name: string): readonly string[] {
  const names = [name];
  while (recorded.has(`${runName(name, names.length + 1)}.json`)) names.push(runName(name, names.length + 1));
  return names;
}

const leftBehind: readonly string[] = [continuedName, ...endedBeside].flatMap((name) => runsOf(name).slice(0, -1));

export const historyNames: readonly string[] = [
  ...endedLives.flatMap(runsOf),
  ...openPhases.map(stoppedName),
  ...disputeWays,
  ...endedBeside.flatMap(runsOf),
  ...openBeside,
];

/** Histories of runs that have ended, but for those that another took over from. */
export const endedNames: readonly string[] = [...endedLives, ...endedBeside]
  .flatMap(runsOf)
  .filter((name) => !leftBehind.includes(name));

export const historyFile = (name: string): URL => new URL(`${name}.json`, historiesUrl);

/** Known to everyone, since what it encrypts is made up. */
const base64Key = Buffer.alloc(32, 'recorded histories').toString('base64');

/** As the configuration takes it. */
export const recordedKeys = `recorded:${base64Key}`;

export const recordedRing = [{ id: 'recorded', key: new Secret(base64Key) }];

const recordedSchema = z.object({ workflowId: z.string(), history: z.object({ events: z.array(z.looseObject({})) }) });

export type RecordedHistory = z.output<typeof recordedSchema>;

export const readHistory = (name: string): RecordedHistory =>
  recordedSchema.parse(JSON.parse(readFileSync(historyFile(name), 'utf8')));

/**
 * A history as JSON that the replayer takes as it is: bytes in base64, 64-bit numbers as numbers, codes as numbers. The
 * SDK's own conversion fails where its copies of the protobuf library are not one.
 */
export function historyAsJson(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(machine, 'recorder');
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(historyAsJson);
  if (typeof value !== 'object' || value === null) return value;
  if (isLong(value)) return value.toNumber();
  const told = Object.entries(value).filter(
    ([name, member]) => name !== unrecorded && member !== null && !isEmpty(member),
  );
  return Object.fromEntries(told.map(([name, member]) => [name, historyAsJson(member)]));
}

/** What kept an attempt of a call from succeeding: it replays nothing, and holds the places of the machine it was on. */
const unrecorded = 'lastFailure';

/** Who recorded it, by process and machine, is nobody's business. */
const machine = /^\d+@\w+/;

/** A 64-bit number, as the protobuf library holds one. */
const isLong = (value: object): value is { toNumber(): number } => 'low' in value && 'toNumber' in value;

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
