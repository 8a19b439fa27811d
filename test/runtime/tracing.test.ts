/** One ticket's way as a trace, at a receiver that speaks OTLP; and nothing at all where none is configured. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { until } from '../../dev/until.ts';
import { createTracing } from '../../runtime/tracing.ts';
import { castOf, closedAs, decideClaim, untilTicket } from '../environment/claims.ts';
import { startDesk } from '../environment/desk.ts';

const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: z.array(z.unknown()),
});

const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({
        attributes: z.array(z.object({ key: z.string(), value: z.object({ stringValue: z.string().optional() }) })),
      }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
});

type Span = z.output<typeof spanSchema>;

const spans: Span[] = [];
const requests: string[] = [];
const services = new Set<string>();
let receiver: Server;
let endpoint: string;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      for (const { resource, scopeSpans } of exportSchema.parse(JSON.parse(Buffer.concat(parts).toString()))
        .resourceSpans) {
        spans.push(...scopeSpans.flatMap((scope) => scope.spans));
        for (const { key, value } of resource.attributes)
          if (key === 'service.name') services.add(value.stringValue ?? '');
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});

afterAll(() => new Promise<void>((resolve) => void receiver.close(() => resolve())));

/** From a span up to the one that began its trace. */
function wayOf(span: Span): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(parent ? wayOf(parent) : []), span.name.split(':')[0] ?? ''];
}

test('a desk without an exporter sends nothing anywhere, and has nothing to hand on when it ends', async () => {
  const tracing = createTracing('');
  const before = performance.now();
  await tracing.close();
  expect(performance.now() - before).toBeLessThan(100);

  const desk = await startDesk();
  await decideClaim(desk, await castOf(desk));
  await desk.close();
  expect(requests).toEqual([]);
});

test('with one, a payout’s trace leads from the API through the workflow to the payment, and names nobody', async () => {
  const desk = await startDesk({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } });
  const cast = await castOf(desk);
  const claim = await decideClaim(desk, cast);
  await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  await desk.close();
  expect(await until(() => spans.some(({ name }) => name === 'RunActivity:sendPayout'), { withinMs: 10_000 })).toBe(
    true,
  );

  expect(new Set(requests)).toEqual(new Set(['POST /v1/traces']));
  expect([...services]).toEqual(['refund-desk']);
  const payment = spans.find(({ name }) => name === 'RunActivity:sendPayout');
  const way = payment ? wayOf(payment) : [];
  expect(way).toEqual(['UpdateWithStartWorkflow', 'RunWorkflow', 'StartActivity', 'RunActivity']);
  expect(new Set(spans.filter(({ traceId }) => traceId === payment?.traceId).map(({ name }) => name))).toContain(
    'HandleUpdate:takeUp',
  );
  expect(JSON.stringify(spans)).not.toMatch(/people\.example|Nothing could be reached|Exit pool/);
});
