/**
 * How a trace goes on from call to call within this process, and from process to process by W3C's `traceparent`. Only
 * what Temporal's interceptors ask for of OpenTelemetry; registered where traces are exported and nowhere else.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  type ContextManager,
  context,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  TraceFlags,
  trace,
} from '@opentelemetry/api';

const header = 'traceparent';
const form = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

const createContextManager = (): ContextManager => {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (held, work, self, ...given) => storage.run(held, () => work.apply(self, given)),
    bind: (held, target) => {
      if (typeof target !== 'function') return target;
      const bound = (...given: unknown[]): unknown =>
        storage.run(held, (): unknown => Reflect.apply(target, undefined, given));
      return bound as typeof target;
    },
    enable: () => manager,
    disable: () => {
      storage.disable();
      return manager;
    },
  };
  return manager;
};

const propagator: TextMapPropagator = {
  fields: () => [header],
  inject(from, carrier, setter) {
    const span = trace.getSpanContext(from);
    if (!span) return;
    const flags = span.traceFlags.toString(16).padStart(2, '0');
    setter.set(carrier, header, `00-${span.traceId}-${span.spanId}-${flags}`);
  },
  extract(into, carrier, getter) {
    const told = getter.get(carrier, header);
    const [, traceId, spanId, flags] = form.exec(String(told)) ?? [];
    if (!traceId || !spanId || !flags) return into;
    const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
    return trace.setSpanContext(into, { traceId, spanId, traceFlags, isRemote: true });
  },
};

/** OpenTelemetry keeps the first of each for the whole process. */
export function registerTraceContext(): void {
  context.setGlobalContextManager(createContextManager());
  propagation.setGlobalPropagator(propagator);
}
