/** Metrics of a process in Prometheus' text form, in a registry of its own. */

import { collectDefaultMetrics, Registry } from 'prom-client';

export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'refund_desk_' });
  return registry;
}
