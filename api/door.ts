/**
 * The door: what every operation passes, in one order. Rate, who, where from, which ability, what is asked, then one
 * handler and its answer. Nothing is read from the body before the one who asks may ask at all.
 */

import { Readable, promises as streams } from 'node:stream';
import type { Express, Request, RequestHandler, Response } from 'express';
import type { OperationSpec } from '../contract/operation.ts';
import type { OperationId } from '../contract/operations.ts';
import type { Clock } from '../domain/clock.ts';
import { errorCatalogue, isRefusal } from '../domain/errors.ts';
import { allows } from './abilities.ts';
import type { Authenticator } from './auth.ts';
import { maskBody } from './mask-body.ts';
import { comesFromOwnPages } from './origin.ts';
import { type Parsed, parsePart, refusalOfParts } from './parse-request.ts';
import type { AccessLog, Members } from './ports.ts';
import { isStaff, type Principal, viewerOf } from './principal.ts';
import { type DoorRefusal, problemContentType, sendProblem } from './problem.ts';
import { limitByPrincipal } from './rates.ts';
import type { BodyReaders } from './read-body.ts';
import { requestIdOf } from './request-id.ts';
import type { Context, FileAnswer, ReadAnswer, Route } from './route.ts';
import type { Streams } from './streams.ts';
import type { RunWrite, WriteOutcome } from './writes.ts';

export interface DoorParts {
  readonly authenticator: Authenticator;
  readonly members: Members;
  readonly accessLog: AccessLog;
  readonly clock: Clock;
  readonly readers: BodyReaders;
  readonly write: RunWrite;
  readonly streams: Streams;
  readonly ownOrigin: string;
  readonly perPrincipalPerMinute: number;
}

type AnyContext = Context<OperationSpec>;

const idempotencyKeyPattern = /^[\x21-\x7e]{8,200}$/;

/** Serves each route at its address, and answers other methods there with 405. */
export function mountRoutes(app: Express, routes: readonly Route[], parts: DoorParts): void {
  const principals = new WeakMap<Request, Principal>();
  const limit = limitByPrincipal(parts.perPrincipalPerMinute, (request) => principals.get(request)?.subjectId ?? '');
  const methods = new Map<string, string[]>();
  for (const { operation, handling } of routes) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    methods.set(path, [...(methods.get(path) ?? []), operation.method.toUpperCase()]);
    const admit: RequestHandler = async (request, response, next) => {
      const principal = await admitted(parts, operation, request);
      if (isRefusal(principal)) {
        sendProblem(response, principal, requestIdOf(response));
        return;
      }
      principals.set(request, principal);
      next();
    };
    const answer: RequestHandler = async (request, response) => {
      const principal = principals.get(request);
      if (!principal) throw new Error('a request was let in unadmitted');
      const refusal = await serve(parts, { operation, handling }, principal, request, response);
      if (refusal) sendProblem(response, refusal, requestIdOf(response));
    };
    app[operation.method](path, admit, limit, answer);
  }
  for (const [path, allowed] of methods) app.all(path, refuseMethod(allowed));
}

const refuseMethod =
  (allowed: readonly string[]): RequestHandler =>
  (_request, response) => {
    response.set('Allow', [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : [])].join(', '));
    sendProblem(response, { refused: 'method-not-allowed' }, requestIdOf(response));
  };

async function admitted(
  parts: DoorParts,
  operation: OperationSpec,
  request: Request,
): Promise<Principal | DoorRefusal> {
  const identity = await parts.authenticator.identify(request.headers);
  if (!identity) return { refused: 'not-signed-in' };
  if (operation.writes && identity.via === 'session' && !comesFromOwnPages(request.headers, parts.ownOrigin)) {
    return { refused: 'origin-refused' };
  }
  if (!allows(identity.role, operation.id as OperationId)) return { refused: 'not-allowed' };
  const accounts = identity.role === 'customer' ? await parts.members.accountsOf(identity.subjectId) : [];
  return { ...identity, accounts };
}

async function serve(
  parts: DoorParts,
  { operation, handling }: Route,
  principal: Principal,
  request: Request,
  response: Response,
): Promise<DoorRefusal | null> {
  const key = request.get('Idempotency-Key') ?? '';
  const keyed = handling.kind === 'direct' || handling.kind === 'delivered';
  if (keyed && !idempotencyKeyPattern.test(key)) return { refused: 'idempotency-key-missing' };
  const offset = handling.kind === 'upload' ? offsetOf(request) : 0;
  if (offset === null) return invalidOffset;
  const read = await readBody(parts.readers, operation, request, response);
  if ('refused' in read) return read;
  const context = parse(operation, principal, request, read.body, {
    at: parts.clock.now(),
    requestId: requestIdOf(response),
  });
  if (isRefusal(context)) return context;
  if (handling.kind === 'read') {
    const answer = await handling.handle(context);
    if (isRefusal(answer)) return answer;
    await recordLook(parts, operation, context, answer);
    await sendAnswer(response, answer);
    return null;
  }
  if (handling.kind === 'stream') {
    return parts.streams.serve({
      subjectId: principal.subjectId,
      request,
      response,
      open: (after, listener) => handling.open(after, listener, context),
      isAdmitted: async () => isStillAdmitted(principal, await admitted(parts, operation, request)),
    });
  }
  if (handling.kind === 'upload') {
    const bytes = Buffer.isBuffer(read.body) ? read.body : Buffer.alloc(0);
    const taken = await handling.handle({ ...context, offset, bytes });
    if (isRefusal(taken)) return taken;
    const refused = taken.refusedMembers.reduce((sum, { files }) => sum + files, 0);
    if (refused > 0) response.set('Upload-Refused-Files', String(refused));
    response.set('Upload-Offset', String(taken.offset)).status(204).end();
    return null;
  }
  if (handling.kind === 'rows') {
    const bytes = Buffer.isBuffer(read.body) ? read.body : Buffer.alloc(0);
    const taken = await handling.take({ ...context, bytes });
    if (isRefusal(taken)) return taken;
    response.status(200).type('application/json').send(JSON.stringify(taken.body));
    return null;
  }
  const outcome = await parts.write(operation, handling, context, key);
  if (isRefusal(outcome)) return outcome;
  sendOutcome(response, outcome);
  return null;
}

/** The same person with the same accounts: what a stream tells was judged by them when it was opened. */
const isStillAdmitted = (before: Principal, now: Principal | DoorRefusal): boolean =>
  !isRefusal(now) && accountsOf(now) === accountsOf(before);

const accountsOf = ({ accounts }: Principal): string =>
  accounts
    .map(({ accountId }) => accountId)
    .sort()
    .join();

async function readBody(readers: BodyReaders, operation: OperationSpec, request: Request, response: Response) {
  if (operation.body === undefined) return { body: undefined };
  if (operation.body === 'csv') return readers.csv(request, response);
  return operation.body === 'bytes' ? readers.upload(request, response) : readers.json(request, response);
}

function parse(
  operation: OperationSpec,
  principal: Principal,
  request: Request,
  body: unknown,
  told: { at: Date; requestId: string },
): AnyContext | DoorRefusal {
  const nothing: Parsed<unknown> = { ok: true, value: {} };
  const params = operation.params ? parsePart('path', operation.params, request.params) : nothing;
  const query = operation.query ? parsePart('query', operation.query, request.query) : nothing;
  const parsed =
    operation.body && operation.body !== 'bytes' && operation.body !== 'csv'
      ? parsePart('body', operation.body, body)
      : { ...nothing, value: undefined };
  // An address of another form names nothing that there is; where it names what is to be made, its form is told.
  if (!params.ok && operation.method !== 'put') return { refused: 'not-found' };
  const refusal = refusalOfParts([params, query, parsed]);
  if (refusal) return refusal;
  return {
    ...told,
    principal,
    viewer: viewerOf(principal),
    params: (params.ok ? params.value : {}) as AnyContext['params'],
    query: (query.ok ? query.value : {}) as AnyContext['query'],
    body: maskBody(parsed.ok ? parsed.value : undefined) as AnyContext['body'],
  };
}

const invalidOffset: DoorRefusal = {
  refused: 'request-invalid',
  problems: [{ pointer: 'Upload-Offset', expected: 'expected the header as digits: where the bytes begin' }],
};

const offsetOf = (request: Request): number | null => {
  const digits = request.get('Upload-Offset') ?? '';
  return /^\d{1,12}$/.test(digits) ? Number(digits) : null;
};

/** PV-1.2: the look is recorded before the data leaves; where it cannot be, nothing leaves. */
async function recordLook(
  parts: DoorParts,
  operation: OperationSpec,
  context: AnyContext,
  answer: ReadAnswer,
): Promise<void> {
  if (operation.reads !== 'customer-data' || !isStaff(context.principal.role)) return;
  const seen = answer.seen ?? [];
  if (seen.length === 0) return;
  const { subjectId: viewerId } = context.principal;
  await parts.accessLog.record(seen.map((look) => ({ ...look, viewerId, operation: operation.id, at: context.at })));
}

async function sendAnswer(response: Response, answer: ReadAnswer): Promise<void> {
  response.set(answer.headers ?? {});
  if (answer.file) await sendFile(response, answer.file);
  else response.status(200).type('application/json').send(JSON.stringify(answer.body));
}

/** What somebody uploaded is handed out as a thing to save, never as a page of ours. */
async function sendFile(response: Response, file: FileAnswer): Promise<void> {
  response.attachment(file.fileName);
  response.set('Content-Security-Policy', "sandbox; default-src 'none'");
  response.status(200).set('Content-Type', file.contentType);
  if ('bytes' in file) response.send(file.bytes);
  // At the pace at which it is taken; what breaks off is seen to be incomplete.
  else await streams.pipeline(Readable.from(file.pieces), response);
}

function sendOutcome(response: Response, outcome: WriteOutcome): void {
  if (outcome.location !== undefined) response.location(outcome.location);
  if (outcome.replayed) response.set('Idempotency-Replayed', 'true');
  const isProblem = outcome.status >= errorCatalogue['request-malformed'].status;
  response
    .status(outcome.status)
    .type(isProblem ? problemContentType : 'application/json')
    .send(outcome.body);
}
