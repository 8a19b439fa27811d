/**
 * What waits at the desk, as metrics: read from PostgreSQL when they are asked for, in one statement. Where that fails
 * they are left out, since an old number would say that all is well.
 */

import { Gauge, type Registry } from 'prom-client';
import { type Backlog, readBacklog } from '../db/backlog.ts';
import type { Core } from './core.ts';

export interface ReadMetrics {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** The registry's own metrics with the backlog's among them, fresh at every reading. */
export function withBacklog(registry: Registry, { db, clock, log }: Pick<Core, 'db' | 'clock' | 'log'>): ReadMetrics {
  const gauges = createGauges(registry);
  return {
    contentType: registry.contentType,
    async metrics() {
      for (const gauge of Object.values(gauges)) gauge.reset();
      try {
        show(gauges, await readBacklog(db, clock.now()));
      } catch (fault) {
        log.warn({ event: 'metrics', fault }, 'the backlog could not be read');
        for (const gauge of Object.values(gauges)) gauge.remove({});
      }
      return registry.metrics();
    },
  };
}

const createGauges = (registry: Registry) => {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge<Label>({ name: `refund_desk_${name}`, help, labelNames, registers: [registry] });
  return {
    inputsDue: gauge('inputs_due', 'Kept inputs that no workflow has taken yet.'),
    inputsDueOldest: gauge('inputs_due_oldest_seconds', 'Age of the oldest of them.'),
    noticesQueued: gauge('notices_queued', 'Notices that are not mailed yet.'),
    noticesFailed: gauge('notices_failed', 'Notices that the mail server refused for good.'),
    noticesQueuedOldest: gauge('notices_queued_oldest_seconds', 'Age of the oldest of them.'),
    filesFailing: gauge('evidence_files_failing', 'Files that could not be looked through, and are tried again.'),
    filesFailingOldest: gauge('evidence_files_failing_oldest_seconds', 'For how long the first of them has failed.'),
    payoutsOpen: gauge('payouts_open', 'Payouts that wait for something, by state.', ['state']),
    payoutsOpenOldest: gauge('payouts_open_oldest_seconds', 'For how long the longest of them has been in its state.', [
      'state',
    ]),
  };
};

function show(gauges: ReturnType<typeof createGauges>, backlog: Backlog): void {
  gauges.inputsDue.set(backlog.inputsDue.count);
  gauges.inputsDueOldest.set(backlog.inputsDue.oldestSeconds);
  gauges.noticesQueued.set(backlog.noticesQueued.count);
  gauges.noticesFailed.set(backlog.noticesFailed);
  gauges.noticesQueuedOldest.set(backlog.noticesQueued.oldestSeconds);
  gauges.filesFailing.set(backlog.filesFailing.count);
  gauges.filesFailingOldest.set(backlog.filesFailing.oldestSeconds);
  for (const [state, { count, oldestSeconds }] of backlog.payoutsOpen) {
    gauges.payoutsOpen.set({ state }, count);
    gauges.payoutsOpenOldest.set({ state }, oldestSeconds);
  }
}
