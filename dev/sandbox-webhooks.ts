/**
 * Sends a provider's events as providers do: again with growing delay until a 2xx comes, in no promised order. What was
 * not delivered when the sandbox stopped is sent after the next start.
 */

import type { WebhookFault } from './sandbox-faults.ts';

const sendsAtOnceMax = 8;
const answerWaitMs = 10_000;
const retryDelayMsMax = 30_000;

interface SentEvent {
  readonly id: string;
}

export interface DeliveryRow {
  readonly id: string;
  readonly delivered: boolean;
  readonly attempts: number;
}

export interface SenderParts<Event extends SentEvent> {
  readonly url: string | undefined;
  readonly retryMs: number;
  readonly log: (line: string) => void;
  /** All that were ever told, oldest first. */
  readonly events: () => readonly Event[];
  readonly delivery: (eventId: string) => DeliveryRow | undefined;
  readonly keep: (delivery: DeliveryRow) => void;
  /** Whether the desk's endpoint asked for such events; others are only listed. */
  readonly isSubscribed: (event: Event) => boolean;
  readonly faultFor: (event: Event) => WebhookFault | undefined;
  readonly nameOf: (event: Event) => string;
  /** The body as it goes out and what proves it, made anew for each attempt. */
  readonly letterOf: (event: Event) => { readonly headers: Readonly<Record<string, string>>; readonly body: string };
}

export interface Webhooks<Event> {
  announce(event: Event): void;
  /** Sends what was not delivered before the last stop. */
  resume(): void;
  /** Sends what switches are holding back. */
  release(): void;
  attemptsOf(eventId: string): number;
  close(): Promise<void>;
}

export const createSender = <Event extends SentEvent>(parts: SenderParts<Event>): Webhooks<Event> =>
  new WebhookSender(parts);

class WebhookSender<Event extends SentEvent> implements Webhooks<Event> {
  readonly #parts: SenderParts<Event>;
  readonly #closing = new AbortController();
  readonly #attempts = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  readonly #waiting: Event[] = [];
  #withheld: Event[] = [];
  #reordered: Event[] = [];

  constructor(parts: SenderParts<Event>) {
    this.#parts = parts;
  }

  announce(event: Event): void {
    if (this.#parts.url === undefined || !this.#parts.isSubscribed(event)) return;
    const fault = this.#parts.faultFor(event);
    switch (fault?.kind) {
      case undefined:
        return this.#enqueue(event);
      case 'webhook-duplicate':
        for (let copy = 0; copy < fault.copies; copy += 1) this.#enqueue(event);
        return;
      case 'webhook-delay':
        return this.#later(fault.ms, () => this.#enqueue(event));
      case 'webhook-withhold':
        this.#withheld.push(event);
        return;
      case 'webhook-reorder':
        this.#reordered.push(event);
        if (this.#reordered.length >= fault.hold) this.#releaseReordered();
        return;
    }
  }

  resume(): void {
    const { events, isSubscribed, url } = this.#parts;
    if (url === undefined) return;
    for (const event of events()) if (isSubscribed(event) && !this.#isDelivered(event)) this.#enqueue(event);
  }

  release(): void {
    const held = this.#withheld;
    this.#withheld = [];
    for (const event of held) this.#enqueue(event);
    this.#releaseReordered();
  }

  attemptsOf(eventId: string): number {
    return this.#attempts.get(eventId) ?? this.#parts.delivery(eventId)?.attempts ?? 0;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  #isDelivered(event: Event): boolean {
    return this.#parts.delivery(event.id)?.delivered ?? false;
  }

  #later(delayMs: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, delayMs);
    this.#timers.add(timer);
  }

  #enqueue(event: Event): void {
    this.#waiting.push(event);
    this.#pump();
  }

  #pump(): void {
    while (this.#running.size < sendsAtOnceMax && !this.#closing.signal.aborted) {
      const event = this.#waiting.shift();
      if (!event) return;
      void this.#run(event).then(() => this.#pump());
    }
  }

  /** Keeps the sending among what a stop waits for. */
  async #run(event: Event): Promise<void> {
    const run = this.#deliver(event);
    this.#running.add(run);
    await run;
    this.#running.delete(run);
  }

  #releaseReordered(): void {
    const batch = this.#reordered.reverse();
    this.#reordered = [];
    void this.#sendInOrder(batch);
  }

  /** One after the other, so that newest first is what really arrives. */
  async #sendInOrder(batch: readonly Event[]): Promise<void> {
    for (const event of batch) {
      if (this.#closing.signal.aborted) return;
      await this.#run(event);
    }
  }

  async #deliver(event: Event): Promise<void> {
    const { keep, retryMs, log, nameOf } = this.#parts;
    const attempt = this.attemptsOf(event.id) + 1;
    this.#attempts.set(event.id, attempt);
    const taken = await this.#post(event);
    if (this.#closing.signal.aborted || this.#isDelivered(event)) return;
    if (taken) {
      keep({ id: event.id, delivered: true, attempts: attempt });
      return;
    }
    const delayMs = Math.min(retryMs * 2 ** (attempt - 1), retryDelayMsMax);
    log(`webhook ${nameOf(event)} ${event.id}: attempt ${attempt} was not taken, again in ${delayMs} ms`);
    this.#later(delayMs, () => this.#enqueue(event));
  }

  async #post(event: Event): Promise<boolean> {
    const { url, letterOf } = this.#parts;
    if (url === undefined) return false;
    const { headers, body } = letterOf(event);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(answerWaitMs)]),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      // Refused, reset or too slow: to a provider all the same, it sends again.
      return false;
    }
  }
}
