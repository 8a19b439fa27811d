/**
 * Tracing through Temporal. The interceptors are always there, since adding them later can break the replay of recorded
 * histories; without an exporter they hand on nothing and cost nothing.
 */

import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NoopSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry-v2';

export interface Tracing {
  readonly plugin: OpenTelemetryPlugin;
  /** Hands on what is still waiting. */
  close(): Promise<void>;
}

/** `endpoint` takes OTLP over HTTP; empty for none. */
export function createTracing(endpoint: string): Tracing {
  const processor: SpanProcessor = endpoint
    ? new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }))
    : new NoopSpanProcessor();
  const plugin = new OpenTelemetryPlugin({
    resource: resourceFromAttributes({ 'service.name': 'refund-desk' }),
    spanProcessor: processor,
  });
  return { plugin, close: () => processor.shutdown() };
}
