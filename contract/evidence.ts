/** Evidence: announced uploads, their bytes by offset, their joining a ticket, and the files themselves. */

import { z } from 'zod';
import { evidenceKinds } from '../domain/evidence.ts';
import { fileNameCharactersMax, uploadBytesMax } from '../domain/limits.ts';
import { networkContextSchema } from './network-context.ts';
import { operation } from './operation.ts';
import { idSchema, instantSchema, refSchema, sha256Schema, textSchema, uploadIdsSchema } from './wire.ts';

export const evidenceSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    kind: z.enum(evidenceKinds),
    bytes: z.number().int(),
    sha256: z.string().meta({ description: 'Of the bytes as they are kept, after masking.' }),
    masked: z
      .record(z.string(), z.number())
      .meta({ description: 'How many secrets of each kind were masked before the file was kept.' }),
    at: instantSchema,
  })
  .meta({ id: 'Evidence' });

export const uploadSchema = z
  .object({
    uploadId: idSchema,
    offset: z.number().int(),
    bytes: z.number().int(),
    state: z.enum(['receiving', 'complete', 'attached']),
  })
  .meta({ id: 'Upload' });

export const createUpload = operation({
  id: 'createUpload',
  method: 'post',
  path: '/v1/uploads',
  summary: 'Announces a file by name, size and hash; its bytes follow.',
  tag: 'evidence',
  body: z
    .object({
      name: textSchema(fileNameCharactersMax).meta({ description: 'Kept without path and unseen characters.' }),
      bytes: z
        .number('expected a whole number')
        .int('expected a whole number')
        .min(1, 'expected at least 1')
        .max(uploadBytesMax, `expected at most ${uploadBytesMax}`),
      sha256: sha256Schema,
      ticketId: idSchema.optional(),
      orderRef: refSchema.optional().meta({ description: 'Tells for which account, where one acts for several.' }),
    })
    .strict(),
  answers: { 201: uploadSchema },
  writes: 'direct',
});

const uploadParams = z.object({ uploadId: idSchema });

export const appendUpload = operation({
  id: 'appendUpload',
  method: 'patch',
  path: '/v1/uploads/{uploadId}',
  summary: 'Sends bytes from Upload-Offset on; repeated bytes are refused with the offset to go on from.',
  tag: 'evidence',
  params: uploadParams,
  body: 'bytes',
  answers: { 204: null },
  writes: 'upload',
});

export const getUpload = operation({
  id: 'getUpload',
  method: 'get',
  path: '/v1/uploads/{uploadId}',
  summary: 'How far an upload got.',
  tag: 'evidence',
  params: uploadParams,
  answers: { 200: uploadSchema },
});

export const addEvidence = operation({
  id: 'addEvidence',
  method: 'post',
  path: '/v1/tickets/{ticketId}/evidence',
  summary: 'Adds complete uploads or the network context to a ticket.',
  tag: 'evidence',
  params: z.object({ ticketId: idSchema }),
  body: z
    .object({
      uploadIds: uploadIdsSchema,
      networkContext: networkContextSchema.optional(),
    })
    .strict()
    .refine((given) => given.uploadIds.length > 0 || given.networkContext !== undefined, {
      path: ['uploadIds'],
      message: 'expected at least one upload or a network context',
    }),
  answers: { 200: z.object({ ticketId: idSchema, evidence: z.array(evidenceSchema) }).meta({ id: 'EvidenceList' }) },
  writes: 'delivered',
});

export const getEvidence = operation({
  id: 'getEvidence',
  method: 'get',
  path: '/v1/tickets/{ticketId}/evidence/{evidenceId}',
  summary: 'A file’s bytes, as they are kept.',
  tag: 'evidence',
  params: z.object({ ticketId: idSchema, evidenceId: idSchema }),
  answers: { 200: 'bytes' },
  reads: 'customer-data',
});
