/** Prints the OpenAPI 3.1 document from the operations: the one description of the API, never written by hand. */

import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { type ErrorId, errorCatalogue } from '../domain/errors.ts';
import { healthSchema, readinessSchema } from './health.ts';
import type { OperationSpec, Tag } from './operation.ts';
import { operations } from './operations.ts';
import { problemSchema } from './problem.ts';
import { signInOperations } from './sign-in.ts';
import { keptSchema } from './tickets.ts';

const problemType = 'application/problem+json';
const uploadType = 'application/offset+octet-stream';

const idempotencyKey = z
  .string()
  .min(8)
  .max(200)
  .regex(/^[\x21-\x7e]+$/)
  .meta({
    description: 'The same key and body give the same answer for ever; the same key with another body is refused.',
  });

const refusedFiles = z.string().regex(/^\d+$/).meta({
  description: 'How many files of an archive were not taken, where there are any; the upload says why.',
});
const uploadOffset = z.string().regex(/^\d+$/).meta({ description: 'Where the bytes begin.' });

const tags: Readonly<Record<Tag | 'webhooks' | 'health', string>> = {
  account: 'Who one is, and how one signs in.',
  orders: 'Orders that the shop reports.',
  incidents: 'What was broken for whom, and the offers that make it good.',
  tickets: 'Refund requests.',
  evidence: 'Files and network context.',
  messages: 'What people write.',
  reviews: 'What the technical review asks and finds.',
  holds: 'What holds a ticket back, and facts that staff establish.',
  decisions: 'What the policy proposes, what was decided, and why.',
  payouts: 'Money on its way back.',
  disputes: 'Payments that are disputed with a bank or provider.',
  ledger: 'The books, and the credit notes that are issued from them.',
  policy: 'The refund policy’s versions.',
  inputs: 'Writes that were kept for later.',
  webhooks: 'What payment providers report.',
  health: 'Probes.',
};

const lastEventId = z
  .string()
  .regex(/^[0-9]{1,19}$/)
  .optional()
  .meta({ description: 'The `id` of the last event heard: all that changed since is told first.' });

const eventsDescription =
  'Server-sent events without an end: `event` names the kind, `data` holds what the schema says under it, `id` is where to take up again.';

type Responses = RouteConfig['responses'];

const problemAnswer = (ids: readonly ErrorId[]) => ({
  description: ids.map((id) => `\`${id}\`: ${errorCatalogue[id].title}`).join(' '),
  content: { [problemType]: { schema: problemSchema } },
});

/** Refusals that any operation may answer with, and those that a write may. */
const always: readonly ErrorId[] = [
  'rate-limited',
  'not-signed-in',
  'not-allowed',
  'not-found',
  'database-unavailable',
  'internal',
];
const ofWrites: readonly ErrorId[] = [
  'idempotency-key-missing',
  'idempotency-key-reused',
  'request-too-large',
  'origin-refused',
];

const ofRows: readonly ErrorId[] = ['request-too-large', 'origin-refused'];

function refusalsOf(spec: OperationSpec): Responses {
  const ids = [
    ...always,
    ...(spec.streams ? (['listeners-full', 'changes-unavailable'] as const) : []),
    ...(spec.writes ? (spec.writes === 'rows' ? ofRows : ofWrites) : []),
    ...(spec.body ? (['request-malformed'] as const) : []),
    ...(spec.body && !spec.writes ? (['request-too-large'] as const) : []),
    ...(spec.body === 'bytes' ? (['evidence-full'] as const) : []),
    ...(spec.body || spec.query || spec.params ? (['request-invalid'] as const) : []),
  ];
  const statuses = [...new Set(ids.map((id) => errorCatalogue[id].status))];
  // 409 is told without a list: which conflicts there are depends on where the ticket stands.
  const conflict = { description: 'Not in this state.', content: { [problemType]: { schema: problemSchema } } };
  return {
    ...(spec.writes ? { 409: conflict } : {}),
    ...Object.fromEntries(
      statuses.map((status) => [status, problemAnswer(ids.filter((id) => errorCatalogue[id].status === status))]),
    ),
  };
}

function answersOf(spec: OperationSpec): Responses {
  const own = Object.entries(spec.answers).map(([status, schema]): [string, Responses[string]] => {
    if (schema === null)
      return [
        status,
        {
          description: 'Done.',
          headers: z.object({ 'Upload-Offset': uploadOffset, 'Upload-Refused-Files': refusedFiles.optional() }),
        },
      ];
    if (schema === 'bytes') {
      return [
        status,
        { description: 'The file.', content: { 'application/octet-stream': { schema: { type: 'string' as const } } } },
      ];
    }
    if (spec.streams) return [status, { description: eventsDescription, content: { 'text/event-stream': { schema } } }];
    return [status, { description: 'Done.', content: { 'application/json': { schema } } }];
  });
  if (spec.writes !== 'delivered' || 202 in spec.answers) return Object.fromEntries(own);
  const kept = { description: 'Kept, and will be done.', content: { 'application/json': { schema: keptSchema } } };
  return { ...Object.fromEntries(own), 202: kept };
}

function bodyOf(spec: OperationSpec) {
  if (spec.body === undefined) return undefined;
  if (spec.body === 'bytes')
    return { required: true, content: { [uploadType]: { schema: { type: 'string' as const } } } };
  if (spec.body === 'csv') return { required: true, content: { 'text/csv': { schema: { type: 'string' as const } } } };
  return { required: true, content: { 'application/json': { schema: spec.body } } };
}

function headersOf(spec: OperationSpec) {
  if (spec.streams) return z.object({ 'Last-Event-ID': lastEventId });
  // The rows' own names are their keys.
  if (spec.writes === 'rows') return undefined;
  if (spec.writes === 'upload') return z.object({ 'Upload-Offset': uploadOffset });
  return spec.writes && spec.path.startsWith('/v1/auth') === false
    ? z.object({ 'Idempotency-Key': idempotencyKey })
    : undefined;
}

function routeOf(spec: OperationSpec, secured: boolean): RouteConfig {
  const body = bodyOf(spec);
  const headers = headersOf(spec);
  return {
    operationId: spec.id,
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    tags: [spec.tag],
    security: secured ? [{ session: [] }, { apiKey: [] }] : [],
    request: {
      ...(spec.params ? { params: spec.params } : {}),
      ...(spec.query ? { query: spec.query } : {}),
      ...(body ? { body } : {}),
      ...(headers ? { headers } : {}),
    },
    responses: { ...refusalsOf(spec), ...answersOf(spec) },
  };
}

/** What stands beside `/v1`: probes and the provider's webhook. */
function registerOthers(registry: OpenAPIRegistry): void {
  const json = (schema: z.ZodType, description: string) => ({
    description,
    content: { 'application/json': { schema } },
  });
  registry.registerPath({
    operationId: 'getHealth',
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process is alive.',
    tags: ['health'],
    security: [],
    responses: { 200: json(healthSchema, 'Alive.'), 503: json(healthSchema, 'Never sent; a dead process is silent.') },
  });
  registry.registerPath({
    operationId: 'getReadiness',
    method: 'get',
    path: '/readyz',
    summary: 'Whether requests should be sent here, and what is degraded.',
    tags: ['health'],
    security: [],
    responses: { 200: json(readinessSchema, 'Ready.'), 503: json(readinessSchema, 'Not ready.') },
  });
  registry.registerPath({
    operationId: 'receiveStripeEvent',
    method: 'post',
    path: '/webhooks/stripe',
    summary: 'Stripe’s events, proved by their signature over the raw body.',
    tags: ['webhooks'],
    security: [],
    request: {
      headers: z.object({ 'Stripe-Signature': z.string() }),
      body: { required: true, content: { 'application/json': { schema: { type: 'object' as const } } } },
    },
    responses: {
      200: json(z.object({ received: z.literal(true) }), 'Kept.'),
      400: problemAnswer(['webhook-signature', 'request-malformed']),
      503: problemAnswer(['database-unavailable']),
    },
  });
  registry.registerPath({
    operationId: 'receivePaypalEvent',
    method: 'post',
    path: '/webhooks/paypal',
    summary:
      'PayPal’s events, proved by their signature over the raw body and PayPal’s certificate. Where the desk has PayPal.',
    tags: ['webhooks'],
    security: [],
    request: {
      headers: z.object({
        'PayPal-Transmission-Id': z.string(),
        'PayPal-Transmission-Time': z.string(),
        'PayPal-Transmission-Sig': z.string(),
        'PayPal-Cert-Url': z.string(),
        'PayPal-Auth-Algo': z.literal('SHA256withRSA'),
      }),
      body: { required: true, content: { 'application/json': { schema: { type: 'object' as const } } } },
    },
    responses: {
      200: json(z.object({ received: z.literal(true) }), 'Kept.'),
      400: problemAnswer(['webhook-signature', 'request-malformed']),
      503: problemAnswer(['database-unavailable']),
    },
  });
}

/** The whole document; `serverUrl` is where the reader reaches the desk. */
export function openApiDocument(serverUrl: string) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'refund-desk.session_token',
    description: 'Set by sign-in; over https its name begins with __Secure-. Writes need the desk’s own Origin.',
  });
  registry.registerComponent('securitySchemes', 'apiKey', { type: 'apiKey', in: 'header', name: 'x-api-key' });
  for (const spec of Object.values(operations)) registry.registerPath(routeOf(spec, true));
  for (const spec of Object.values(signInOperations)) registry.registerPath(routeOf(spec, false));
  registerOthers(registry);
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Refund Desk',
      version: '1.0.0',
      description: 'Refund requests from the first message to the settled payout.',
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: serverUrl }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
  });
}
