/**
 * Sends events as Stripe does: signed over the raw body, again with growing delay until a 2xx comes, in no promised
 * order. What was not delivered when the sandbox stopped is sent after the next start.
 */

import { createHmac } from 'node:crypto';
import { type Books, put } from './stripe-sandbox-books.ts';
import type { Faults } from './stripe-sandbox-faults.ts';
import type { EventObject } from './stripe-sandbox-objects.ts';

/** What the desk's endpoint is subscribed to; other events are only listed. */
export const subscribedTypes: readonly string[] = [
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.refunded',
  'charge.refund.updated',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'radar.early_fraud_warning.created',
  'radar.early_fraud_warning.updated',
];

const sendsAtOnceMax = 8;
const answerWaitMs = 10_000;
const retryDelayMsMax = 30_000;

export interface WebhookParts {
  readonly books: Books;
  readonly faults: Faults;
  readonly url: string | undefined;
  readonly secret: string;
  readonly retryMs: number;
  readonly log: (line: string) => void;
}

export interface Webhooks {
  announce(event: EventObject): void;
  /** Sends what was not delivered before the last stop. */
  resume(): void;
  /** Sends what switches are holding back. */
  release(): void;
  attemptsOf(eventId: string): number;
  close(): Promise<void>;
}

export const createWebhooks = (parts: WebhookParts): Webhooks => new WebhookSender(parts);

class WebhookSender implements Webhooks {
  readonly #parts: WebhookParts;
  readonly #closing = new AbortController();
  readonly #attempts = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  readonly #waiting: EventObject[] = [];
  #withheld: EventObject[] = [];
  #reordered: EventObject[] = [];

  constructor(parts: WebhookParts) {
    this.#parts = parts;
  }

  announce(event: EventObject): void {
    if (this.#parts.url === undefined || !subscribedTypes.includes(event.type)) return;
    const fault = this.#parts.faults.forWebhook(event.type);
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
    const { books, url } = this.#parts;
    if (url === undefined) return;
    for (const event of books.all('event'))
      if (subscribedTypes.includes(event.type) && !this.#isDelivered(event)) this.#enqueue(event);
  }

  release(): void {
    const held = this.#withheld;
    this.#withheld = [];
    for (const event of held) this.#enqueue(event);
    this.#releaseReordered();
  }

  attemptsOf(eventId: string): number {
    return this.#attempts.get(eventId) ?? this.#parts.books.get('delivery', eventId)?.attempts ?? 0;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  #isDelivered(event: EventObject): boolean {
    return this.#parts.books.get('delivery', event.id)?.delivered ?? false;
  }

  #later(delayMs: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, delayMs);
    this.#timers.add(timer);
  }

  #enqueue(event: EventObject): void {
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
  async #run(event: EventObject): Promise<void> {
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
  async #sendInOrder(batch: readonly EventObject[]): Promise<void> {
    for (const event of batch) {
      if (this.#closing.signal.aborted) return;
      await this.#run(event);
    }
  }

  async #deliver(event: EventObject): Promise<void> {
    const { books, retryMs, log } = this.#parts;
    const attempt = this.attemptsOf(event.id) + 1;
    this.#attempts.set(event.id, attempt);
    const taken = await this.#post(event);
    if (this.#closing.signal.aborted || this.#isDelivered(event)) return;
    if (taken) {
      books.commit([put('delivery', { id: event.id, delivered: true, attempts: attempt })]);
      return;
    }
    const delayMs = Math.min(retryMs * 2 ** (attempt - 1), retryDelayMsMax);
    log(`webhook ${event.type} ${event.id}: attempt ${attempt} was not taken, again in ${delayMs} ms`);
    this.#later(delayMs, () => this.#enqueue(event));
  }

  async #post(event: EventObject): Promise<boolean> {
    const { url, secret } = this.#parts;
    if (url === undefined) return false;
    const body = JSON.stringify(event, null, 2);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature(body, secret) },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(answerWaitMs)]),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      // Refused, reset or too slow: to Stripe all the same, it sends again.
      return false;
    }
  }
}

/** Stripe's scheme, from its documents: HMAC-SHA256 over time and raw body, in real time whatever clock is set. */
export function signature(body: string, secret: string, atSeconds: number = Math.floor(Date.now() / 1000)): string {
  const mac = createHmac('sha256', secret).update(`${atSeconds}.${body}`).digest('hex');
  return `t=${atSeconds},v1=${mac}`;
}
