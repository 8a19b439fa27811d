/** Reads a request's body within its limit, after the one who asks is known; what cannot be read is a refusal. */

import express, { type Request, type RequestHandler, type Response } from 'express';
import { importBytesMax, requestBodyBytesMax, uploadChunkBytesMax, webhookBodyBytesMax } from '../domain/limits.ts';
import type { DoorRefusal } from './problem.ts';

export const uploadContentType = 'application/offset+octet-stream';

const csvContentType = 'text/csv';

type Read = { readonly body: unknown } | DoorRefusal;

const run = (reader: RequestHandler, request: Request, response: Response): Promise<unknown> =>
  new Promise((resolve, reject) => {
    void reader(request, response, (fault?: unknown) => {
      if (fault === undefined) resolve(request.body);
      // The parser's errors stay what they are: their type is read below.
      else reject(fault as Error);
    });
  });

const unreadable: Readonly<Record<string, DoorRefusal>> = {
  'entity.too.large': { refused: 'request-too-large' },
  'entity.parse.failed': { refused: 'request-malformed', detail: 'expected JSON' },
  'encoding.unsupported': { refused: 'request-malformed', detail: 'expected a known content encoding' },
  'charset.unsupported': { refused: 'request-malformed', detail: 'expected UTF-8' },
  'request.size.invalid': { refused: 'request-malformed', detail: 'expected as many bytes as announced' },
  'request.aborted': { refused: 'request-malformed', detail: 'expected the whole body' },
};

async function read(reader: RequestHandler, request: Request, response: Response): Promise<Read> {
  try {
    return { body: await run(reader, request, response) };
  } catch (fault) {
    const type = typeof fault === 'object' && fault !== null && 'type' in fault ? String(fault.type) : '';
    const refusal = unreadable[type];
    if (refusal) return refusal;
    throw fault;
  }
}

const isEmpty = (request: Request): boolean =>
  request.headers['transfer-encoding'] === undefined && (request.headers['content-length'] ?? '0') === '0';

export interface BodyReaders {
  json(request: Request, response: Response): Promise<Read>;
  upload(request: Request, response: Response): Promise<Read>;
  csv(request: Request, response: Response): Promise<Read>;
  webhook(request: Request, response: Response): Promise<Read>;
}

export function createBodyReaders(): BodyReaders {
  const json = express.json({ limit: requestBodyBytesMax, strict: true });
  const upload = express.raw({ limit: uploadChunkBytesMax, type: uploadContentType, inflate: false });
  const csv = express.raw({ limit: importBytesMax, type: csvContentType, inflate: false });
  const webhook = express.raw({ limit: webhookBodyBytesMax, type: () => true, inflate: false });
  return {
    json: async (request, response) => {
      // An empty body says nothing, as `{}` does: both are what an operation without fields takes.
      if (isEmpty(request)) return { body: {} };
      if (!request.is('json'))
        return { refused: 'request-malformed', detail: 'expected Content-Type application/json' };
      return read(json, request, response);
    },
    upload: async (request, response) => {
      if (!request.is(uploadContentType))
        return { refused: 'request-malformed', detail: `expected Content-Type ${uploadContentType}` };
      return read(upload, request, response);
    },
    csv: async (request, response) => {
      if (!request.is(csvContentType))
        return { refused: 'request-malformed', detail: `expected Content-Type ${csvContentType}` };
      return read(csv, request, response);
    },
    webhook: (request, response) => read(webhook, request, response),
  };
}
