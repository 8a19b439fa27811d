/**
 * Decodes Temporal's payloads for its UI, so that staff read histories in the clear. Only for a staff session, only from
 * the UI's own origin; the keys stay with the codec that is handed in.
 */

import type { Payload, PayloadCodec } from '@temporalio/common';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { codecRoles } from './abilities.ts';
import type { Authenticator } from './auth.ts';
import { sendProblem } from './problem.ts';
import { requestIdOf } from './request-id.ts';

const codecBodyBytesMax = 8 * 1024 * 1024;

const payloadsSchema = z.object({
  payloads: z.array(z.object({ metadata: z.record(z.string(), z.base64()).optional(), data: z.base64().optional() })),
});

type PayloadWire = z.output<typeof payloadsSchema>['payloads'][number];

const fromWire = ({ metadata, data }: PayloadWire): Payload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, new Uint8Array(Buffer.from(value, 'base64'))]),
  ),
  data: new Uint8Array(Buffer.from(data ?? '', 'base64')),
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const toWire = ({ metadata, data }: Payload): PayloadWire => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
  data: base64(data ?? new Uint8Array()),
});

export interface CodecParts {
  readonly codec: PayloadCodec;
  readonly authenticator: Authenticator;
  readonly uiOrigin: string;
}

export function mountCodec(app: Express, { codec, authenticator, uiOrigin }: CodecParts): void {
  const allowUi: RequestHandler = (request, response, next) => {
    response.vary('Origin');
    if (request.get('Origin') === uiOrigin) {
      response.set({
        'Access-Control-Allow-Origin': uiOrigin,
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Allow-Headers': 'content-type, x-namespace',
        'Access-Control-Allow-Methods': 'POST',
        'Access-Control-Max-Age': '600',
        'Cross-Origin-Resource-Policy': 'cross-origin',
      });
    }
    next();
  };
  const admitStaff: RequestHandler = async (request, response, next) => {
    const identity = await authenticator.identify(request.headers);
    const refused = refusalOf(identity, request, uiOrigin);
    if (refused) sendProblem(response, { refused }, requestIdOf(response));
    else next();
  };
  const answer =
    (translate: (payloads: Payload[]) => Promise<Payload[]>) => async (request: Request, response: Response) => {
      const parsed = payloadsSchema.safeParse(request.body);
      if (!parsed.success) {
        sendProblem(response, { refused: 'request-malformed' }, requestIdOf(response));
        return;
      }
      const payloads = await translate(parsed.data.payloads.map(fromWire));
      response.json({ payloads: payloads.map(toWire) });
    };
  const body = express.json({ limit: codecBodyBytesMax });
  app.options(['/codec/decode', '/codec/encode'], allowUi, (_request, response) => {
    response.status(204).end();
  });
  app.post(
    '/codec/decode',
    allowUi,
    admitStaff,
    body,
    answer((payloads) => codec.decode(payloads)),
  );
  app.post(
    '/codec/encode',
    allowUi,
    admitStaff,
    body,
    answer((payloads) => codec.encode(payloads)),
  );
}

function refusalOf(identity: Awaited<ReturnType<Authenticator['identify']>>, request: Request, uiOrigin: string) {
  if (!identity) return 'not-signed-in' as const;
  if (identity.via === 'session' && request.get('Origin') !== uiOrigin) return 'origin-refused' as const;
  return codecRoles.includes(identity.role) ? null : ('not-allowed' as const);
}
