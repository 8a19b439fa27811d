/**
 * The decoder in a process of its own, begun with the first file and ended after a while without one. A file that
 * crashes it, fills its memory or keeps it busy for too long costs that process and is undecodable; the next file gets
 * a new one. Files are decoded one after the other.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Decoder } from '../domain/decoder.ts';
import { decodeHeapMebibytesMax, decodeMsMax, decodeWasmMebibytesMax } from '../domain/limits.ts';
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
/** Of a machine with much else to do. */
const beginMsMax = 60_000;

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
    close: () => helper.close(),
  };
}

/** Answered, or how it ended without an answer. */
type Told = { readonly answer: Answer['answer'] } | 'died' | 'late';

/** A process may also die of something that is none of the file's doing. */
const attemptsMax = 2;

const closed = 'the decoder is closed';

function createHelper(msMax: number) {
  let child: ChildProcess | null = null;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let number = 0;
  let isClosed = false;
  const end = (): void => {
    clearTimeout(idle);
    child?.kill('SIGKILL');
    child = null;
  };
  const attempt = async (what: Task['what'], bytes: Uint8Array): Promise<Told> => {
    // What was not looked at because we end is no word against the file.
    if (isClosed) throw new Error(closed);
    clearTimeout(idle);
    if (!child?.connected) child = await begin();
    if (isClosed) {
      end();
      throw new Error(closed);
    }
    number += 1;
    const told = await askOnce(child, { number, what, bytes }, msMax);
    if (typeof told !== 'string') {
      idle = setTimeout(end, idleMsMax).unref();
      return told;
    }
    end();
    if (isClosed) throw new Error(closed);
    return told;
  };
  const decode = async (what: Task['what'], bytes: Uint8Array): Promise<Answer['answer']> => {
    for (let attempts = 1; ; attempts += 1) {
      const told = await attempt(what, bytes);
      if (typeof told !== 'string') return told.answer;
      if (told === 'late' || attempts === attemptsMax) return 'undecodable';
    }
  };
  return {
    close: (): void => {
      isClosed = true;
      end();
    },
    ask: (what: Task['what'], bytes: Uint8Array): Promise<Answer['answer']> => {
      const next = last.then(() => decode(what, bytes));
      last = next.catch(() => undefined);
      return next;
    },
  };
}

const wasmPagesPerMebibyte = 16;
const memoryBounds = [
  `--max-old-space-size=${decodeHeapMebibytesMax}`,
  `--wasm-max-mem-pages=${decodeWasmMebibytesMax * wasmPagesPerMebibyte}`,
];

/** Resolves once it can be asked. One that does not begin is a fault of ours, and says nothing of any file. */
async function begin(): Promise<ChildProcess> {
  const isSource = import.meta.url.endsWith('.ts');
  const program = fileURLToPath(new URL(`decoder-main.${isSource ? 'ts' : 'js'}`, import.meta.url));
  const child = fork(program, [String(process.pid)], {
    serialization: 'advanced',
    // It is to know nothing: no secret, no address.
    env: {},
    execArgv: [...memoryBounds, ...(isSource ? ['--import', 'tsx'] : [])],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // It keeps nobody from ending; what it is asked does, by the timer.
  child.unref();
  child.channel?.unref();
  // Its end is what is listened to; a fault of its channel comes to one.
  child.on('error', () => undefined);
  const hasBegun = await new Promise<boolean>((resolve) => {
    const told = (isThere: boolean) => (): void => {
      clearTimeout(timer);
      child.off('exit', gone);
      resolve(isThere);
    };
    const gone = told(false);
    const timer = setTimeout(gone, beginMsMax);
    child.once('exit', gone).once('message', told(true));
  });
  if (hasBegun) return child;
  child.kill('SIGKILL');
  throw new Error('the decoder’s process does not begin');
}

function askOnce(child: ChildProcess, task: Task, msMax: number): Promise<Told> {
  return new Promise((resolve) => {
    const done = (told: Told): void => {
      clearTimeout(timer);
      child.off('message', heard).off('exit', died);
      resolve(told);
    };
    const died = (): void => done('died');
    const heard = (message: unknown): void => {
      const told = answerSchema.safeParse(message).data;
      done(told?.number === task.number ? { answer: told.answer } : 'died');
    };
    const timer = setTimeout(() => done('late'), msMax);
    child.on('message', heard).on('exit', died);
    child.send(task, (fault) => {
      if (fault) died();
    });
  });
}
