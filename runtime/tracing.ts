/**
 * Tracing through Temporal. The interceptors are always there, since adding them later can break the replay of recorded
 * histories; without an exporter they hand on nothing and cost nothing.
 */

import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, NoopSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry-v2';
import { registerTraceContext } from './trace-context.ts';

export interface Tracing {
  readonly plugin: OpenTelemetryPlugin;
  /** Hands on what is still waiting. */
  close(): Promise<void>;
}

const resource = resourceFromAttributes({ 'service.name': 'refund-desk' });

/** `endpoint` takes OTLP over HTTP; empty for none. */
export function createTracing(endpoint: string): Tracing {
  if (!endpoint)
    return {
      plugin: new OpenTelemetryPlugin({ resource, spanProcessor: new NoopSpanProcessor() }),
      close: async () => undefined,
    };
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const spanProcessor = new BatchSpanProcessor(new OTLPTraceExporter({ url }));
  // Calls to Temporal and activities are traced by a provider of ours; workflows hand their spans to the processor.
  const provider = new BasicTracerProvider({ resource, spanProcessors: [spanProcessor] });
  registerTraceContext();
  return {
    plugin: new OpenTelemetryPlugin({ resource, spanProcessor, tracer: provider.getTracer('refund-desk') }),
    close: () => provider.shutdown(),
  };
}
