/** Evidence: announced uploads, their bytes by offset, their joining a ticket, and the files themselves. */

import { z } from 'zod';
import { evidenceKinds } from '../domain/evidence.ts';
import { intakeReasons, intakeRefusals, intakeStates } from '../domain/intake.ts';
import { fileNameCharactersMax, pdfPagesMax, uploadBytesMax } from '../domain/limits.ts';
import { networkContextSchema } from './network-context.ts';
import { operation } from './operation.ts';
import { idSchema, instantSchema, refSchema, sha256Schema, textSchema, uploadIdsSchema } from './wire.ts';

export const evidenceSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    state: z.enum(intakeStates).meta({
      description:
        'Only what is complete can be opened. Quarantined: being looked through. Held: waits for a verdict on whether it is harmful. Refused: was not taken, is no evidence, and never opens.',
    }),
    reason: z.enum(intakeReasons).nullable().meta({ description: 'Why it is held or refused.' }),
    finding: z.string().nullable().meta({ description: 'What the scanner calls what it found.' }),
    failing: z.object({ since: instantSchema, tries: z.number().int() }).nullable().meta({
      description:
        'Where it could not be looked through for a fault of the desk: since when, and how often that was tried. It is tried again, at the latest every hour, and nothing of it is lost.',
    }),
    kind: z.enum(evidenceKinds).nullable().meta({
      description:
        'As what it is kept, once it is: of a HAR without bodies, post data, cookies and query values; of a PDF its text, with its pages as pictures beside; of an archive a list of what came out of it.',
    }),
    bytes: z.number().int(),
    sha256: z.string().meta({ description: 'Of the bytes as they are kept, after masking; until then as received.' }),
    masked: z
      .record(z.string(), z.number())
      .meta({ description: 'How many secrets of each kind were masked before the file was kept.' }),
    at: instantSchema,
    originId: idSchema.nullable().meta({ description: 'The archive that it came out of.' }),
    pages: z.number().int().nullable().meta({ description: 'Of a PDF.' }),
    hasThumbnail: z.boolean(),
  })
  .meta({ id: 'Evidence' });

export const uploadSchema = z
  .object({
    uploadId: idSchema,
    offset: z.number().int(),
    bytes: z.number().int(),
    state: z.enum(['receiving', ...intakeStates, 'attached']).meta({
      description:
        'With its last byte a file goes into quarantine; once it was looked through it is one of the others.',
    }),
    reason: z.enum(intakeReasons).nullable(),
    masked: z
      .record(z.string(), z.number())
      .meta({ description: 'How many secrets of each kind were masked in it, once it was looked through.' }),
    sameAs: idSchema.nullable().meta({ description: 'The file with the same bytes that stands for it on its ticket.' }),
    refusedMembers: z.array(z.object({ reason: z.enum(intakeRefusals), files: z.number().int() })).meta({
      description:
        'Of an archive that was looked through: how many of its files were not taken so far, for which reason.',
    }),
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
        .min(0, 'expected at least 0')
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

const fileParams = { ticketId: idSchema, evidenceId: idSchema };

export const getEvidenceThumbnail = operation({
  id: 'getEvidenceThumbnail',
  method: 'get',
  path: '/v1/tickets/{ticketId}/evidence/{evidenceId}/thumbnail',
  summary: 'An image, or a PDF’s first page, small, as WebP.',
  tag: 'evidence',
  params: z.object(fileParams),
  answers: { 200: 'bytes' },
  reads: 'customer-data',
});

export const getEvidencePage = operation({
  id: 'getEvidencePage',
  method: 'get',
  path: '/v1/tickets/{ticketId}/evidence/{evidenceId}/pages/{page}',
  summary: 'The picture of a PDF’s page, as WebP, with what was masked painted over.',
  tag: 'evidence',
  params: z.object({ ...fileParams, page: z.coerce.number().int().min(1).max(pdfPagesMax) }),
  answers: { 200: 'bytes' },
  reads: 'customer-data',
});
