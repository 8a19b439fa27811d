/** One stage of an attempt: its time, and what its failure is told as. */

import type { AttemptFailure, AttemptOutcome, AttemptStep } from '../domain/attempt.ts';

/** How an attempt ended before it was answered by its target. Holds nothing of the error that it comes from. */
export class AttemptEnded extends Error {
  readonly outcome: AttemptOutcome;
  constructor(outcome: AttemptOutcome) {
    super('the attempt ended');
    this.name = 'AttemptEnded';
    this.outcome = outcome;
  }
}

export const failedAt = (step: AttemptStep, failure: AttemptFailure): AttemptEnded =>
  new AttemptEnded({ kind: 'failed', step, failure });

const failureByCode: Readonly<Record<string, AttemptFailure>> = {
  ENOTFOUND: 'unknown-name',
  EAI_AGAIN: 'unknown-name',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ECONNRESET: 'reset',
  EPIPE: 'closed',
  ETIMEDOUT: 'timed-out',
  EPROTO: 'protocol',
};

/** OpenSSL's verdicts on a chain, and Node's own on the name. */
const untrusted = /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT|INVALID_CA|HOSTNAME_MISMATCH)/;

export function failureOf(fault: unknown): AttemptFailure {
  // By its shape, since a fault may come from another realm, where `instanceof` says no.
  if (typeof fault !== 'object' || fault === null) return 'closed';
  // Node tries every address of a name, and tells of all of them at once.
  if ('errors' in fault && Array.isArray(fault.errors) && fault.errors.length > 0) return failureOf(fault.errors[0]);
  const code = 'code' in fault ? String(fault.code) : '';
  if (untrusted.test(code)) return 'untrusted';
  if (code.startsWith('HPE_') || code.startsWith('ERR_SSL_')) return 'protocol';
  return failureByCode[code] ?? 'closed';
}

/**
 * Runs a stage within its time, in milliseconds. What it throws becomes the failure of its step; its own
 * `AttemptEnded` passes through.
 */
export async function stage<Result>(
  step: AttemptStep,
  { msMax, signal }: { readonly msMax: number; readonly signal: AbortSignal | undefined },
  body: () => Promise<Result>,
): Promise<Result> {
  let stop: (() => void) | undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => reject(failedAt(step, 'timed-out')), msMax);
    const aborted = (): void => reject(new AttemptEnded({ kind: 'untold' }));
    signal?.addEventListener('abort', aborted, { once: true });
    if (signal?.aborted) aborted();
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    };
  });
  try {
    return await Promise.race([body(), ended]);
  } catch (fault) {
    throw fault instanceof AttemptEnded ? fault : failedAt(step, failureOf(fault));
  } finally {
    stop?.();
  }
}
