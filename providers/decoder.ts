/**
 * The decoder in a process of its own, begun with the first file and ended after a while without one. A file that
 * crashes it, fills its memory or keeps it busy for too long costs that process and is undecodable; the next file gets
 * a new one. Files are decoded one after the other.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Decoder } from '../domain/decoder.ts';
import { decodeHeapMebibytesMax, decodeMsMax } from '../domain/limits.ts';
import {
  type Answer,
  answerSchema,
  harSchema,
  imageSchema,
  pdfSchema,
  refusalSchema,
  type Task,
} from './decoder-wire.ts';

/** It costs a third of a second to begin, and some memory to keep. */
const idleMsMax = 30_000;

interface DecoderOptions {
  readonly msMax?: number;
}

export function createDecoder({ msMax = decodeMsMax }: DecoderOptions = {}): Decoder {
  const helper = createHelper(msMax);
  return {
    async image(kind, bytes) {
      const answer = await helper.ask(kind, bytes);
      return imageSchema.safeParse(answer).data ?? refusalSchema.safeParse(answer).data ?? 'undecodable';
    },
    async pdf(bytes) {
      const answer = await helper.ask('pdf', bytes);
      return pdfSchema.safeParse(answer).data ?? refusalSchema.safeParse(answer).data ?? 'undecodable';
    },
    async har(bytes) {
      const answer = await helper.ask('har', bytes);
      return harSchema.safeParse(answer).data?.har ?? refusalSchema.safeParse(answer).data ?? 'undecodable';
    },
    close: () => helper.end(),
  };
}

type Told = Answer['answer'] | null;

function createHelper(msMax: number) {
  let child: ChildProcess | null = null;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let number = 0;
  const end = (): void => {
    clearTimeout(idle);
    child?.kill('SIGKILL');
    child = null;
  };
  const decode = async (what: Task['what'], bytes: Uint8Array): Promise<Told> => {
    clearTimeout(idle);
    if (!child?.connected) child = begin();
    number += 1;
    const told = await askOnce(child, { number, what, bytes }, msMax);
    if (told === null) end();
    else idle = setTimeout(end, idleMsMax).unref();
    return told;
  };
  return {
    end,
    ask: (what: Task['what'], bytes: Uint8Array): Promise<Told> => {
      const next = last.then(() => decode(what, bytes));
      last = next;
      return next;
    },
  };
}

function begin(): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts');
  const program = fileURLToPath(new URL(`decoder-main.${isSource ? 'ts' : 'js'}`, import.meta.url));
  const child = fork(program, {
    serialization: 'advanced',
    // It is to know nothing: no secret, no address.
    env: {},
    execArgv: [`--max-old-space-size=${decodeHeapMebibytesMax}`, ...(isSource ? ['--import', 'tsx'] : [])],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // It keeps nobody from ending; what it is asked does, by the timer.
  child.unref();
  child.channel?.unref();
  return child;
}

/** `null` where it died or took too long. */
function askOnce(child: ChildProcess, task: Task, msMax: number): Promise<Told> {
  return new Promise((resolve) => {
    const done = (told: Told): void => {
      clearTimeout(timer);
      child.off('message', heard).off('exit', gone).off('error', gone);
      resolve(told);
    };
    const gone = (): void => done(null);
    const heard = (message: unknown): void => {
      const told = answerSchema.safeParse(message).data;
      done(told?.number === task.number ? told.answer : null);
    };
    const timer = setTimeout(gone, msMax);
    child.on('message', heard).on('exit', gone).on('error', gone);
    child.send(task, (fault) => {
      if (fault) gone();
    });
  });
}
