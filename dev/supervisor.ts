/**
 * Starts parts in order and stops them in reverse: when asked, when a start fails, and when one of them ends by itself,
 * which is told by name. Knows nothing of what the parts are, and leaves none of them behind.
 */

import type { Running } from './child.ts';
import { Trouble } from './trouble.ts';

export interface Part {
  readonly name: string;
  /** For people, e.g. "the API". */
  readonly title: string;
  readonly logFile: string;
  /**
   * Resolves when the part is ready, or, for a step that runs to its end, with `null` when it is done. Leaves nothing
   * behind when it throws, and throws soon after the signal says so.
   */
  start(signal: AbortSignal): Promise<Running | null>;
}

export type StackEnd =
  | { readonly why: 'asked' }
  | { readonly why: 'crashed'; readonly part: string; readonly message: string; readonly logFile: string };

export interface SupervisorOptions {
  readonly parts: readonly Part[];
  /** What a part's unasked end does to the others: `stop-all` ends them in order, `leave` lets them run. */
  readonly onCrash: 'stop-all' | 'leave';
  readonly onStarted?: (part: Part, running: Running | null, tookMs: number) => void;
  readonly onStopped?: (part: Part) => void;
}

export interface Supervisor {
  /** Starts all; where one fails, stops those that run and throws what it told. */
  start(): Promise<void>;
  /** Stops all in reverse order; asked again, waits for the same end. */
  stop(): Promise<void>;
  /** Resolves once everything is stopped, with why. */
  readonly ended: Promise<StackEnd>;
  running(name: string): Running | null;
  /** Kills the part at once; its end is then expected and stops nothing else. */
  kill(name: string): Promise<void>;
  stopPart(name: string): Promise<void>;
  /** Starts a part again that was killed, stopped or crashed. */
  startPart(name: string): Promise<void>;
}

interface Slot {
  readonly part: Part;
  running: Running | null;
  /** Whether its end is what somebody asked for. */
  expected: boolean;
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  return new OrderedParts(options);
}

class OrderedParts implements Supervisor {
  readonly ended: Promise<StackEnd>;
  readonly #options: SupervisorOptions;
  readonly #slots: readonly Slot[];
  readonly #calledOff = new AbortController();
  #settleEnd: (end: StackEnd) => void = () => undefined;
  /** All starts under way; a stop waits for them, so that the order holds. */
  #starting: Promise<unknown> = Promise.resolve();
  #stopping: Promise<void> | null = null;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#slots = options.parts.map((part) => ({ part, running: null, expected: false }));
    this.ended = new Promise((resolve) => {
      this.#settleEnd = resolve;
    });
  }

  async start(): Promise<void> {
    const starting = this.#startAll();
    this.#starting = starting;
    try {
      await starting;
    } catch (error) {
      // Where a crash or a wish to stop called this start off, that is the reason to tell.
      const isReason = this.#stopping === null;
      await this.stop();
      if (isReason) throw error;
    }
    if (this.#stopping === null) return;
    const end = await this.ended;
    if (end.why === 'crashed') throw new Trouble(end.message, { logFile: end.logFile });
    throw new Trouble('The start was called off.');
  }

  async stop(): Promise<void> {
    await this.#stopAll({ why: 'asked' });
  }

  running(name: string): Running | null {
    return this.#slotOf(name).running;
  }

  async kill(name: string): Promise<void> {
    await this.#end(this.#slotOf(name), (running) => running.kill());
  }

  async stopPart(name: string): Promise<void> {
    await this.#end(this.#slotOf(name), (running) => running.stop());
  }

  async startPart(name: string): Promise<void> {
    const slot = this.#slotOf(name);
    if (slot.running !== null) throw new Error(`${name} is running already`);
    if (this.#stopping !== null) throw new Error('the stack is stopping');
    const started = this.#startSlot(slot);
    this.#starting = Promise.allSettled([this.#starting, started]);
    await started;
  }

  async #startAll(): Promise<void> {
    for (const slot of this.#slots) {
      if (this.#calledOff.signal.aborted) return;
      await this.#startSlot(slot);
    }
  }

  async #startSlot(slot: Slot): Promise<void> {
    const startedMs = performance.now();
    slot.expected = false;
    const running = await slot.part.start(this.#calledOff.signal);
    slot.running = running;
    this.#options.onStarted?.(slot.part, running, performance.now() - startedMs);
    if (running !== null) void running.exited.then((how) => this.#onExit(slot, running, how));
  }

  #onExit(slot: Slot, running: Running, how: string): void {
    if (slot.running !== running || slot.expected) return;
    slot.running = null;
    this.#options.onStopped?.(slot.part);
    if (this.#options.onCrash === 'leave') return;
    const { title, name, logFile } = slot.part;
    const message = `${capital(title)} ended by itself (${how}), so everything else was stopped.`;
    void this.#stopAll({ why: 'crashed', part: name, message, logFile });
  }

  /** The first reason counts; whoever asks later waits for the same end. */
  #stopAll(why: StackEnd): Promise<void> {
    this.#stopping ??= (async () => {
      this.#calledOff.abort();
      // A part that is half started cleans up after itself first.
      await this.#starting.catch(() => undefined);
      for (const slot of [...this.#slots].reverse()) await this.#end(slot, (running) => running.stop());
      this.#settleEnd(why);
    })();
    return this.#stopping;
  }

  async #end(slot: Slot, how: (running: Running) => Promise<void>): Promise<void> {
    const { running } = slot;
    if (running === null) return;
    slot.expected = true;
    await how(running);
    // Whoever ended it at the same time has told already.
    if (slot.running !== running) return;
    slot.running = null;
    this.#options.onStopped?.(slot.part);
  }

  #slotOf(name: string): Slot {
    const slot = this.#slots.find(({ part }) => part.name === name);
    if (slot === undefined) throw new Error(`there is no part named ${name}`);
    return slot;
  }
}

export const capital = (text: string): string => `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
