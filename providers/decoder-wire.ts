/** What the decoder's process is asked and answers. What it says is checked like anything from outside. */

import { z } from 'zod';
import { decodeRefusals } from '../domain/decoder.ts';
import { maskKinds } from '../domain/mask-finding.ts';

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

export const taskSchema = z.object({
  number: z.number().int(),
  what: z.enum(['png', 'jpeg', 'webp', 'heic', 'pdf', 'har']),
  bytes,
});

export type Task = z.output<typeof taskSchema>;

export const imageSchema = z.object({ bytes, thumbnail: bytes });
export const pdfSchema = z.object({
  text: z.string(),
  counts: z.record(z.enum(maskKinds), z.number()),
  pages: z.array(bytes).readonly(),
  thumbnail: bytes,
});
export const harSchema = z.object({ har: bytes });
export const refusalSchema = z.enum(decodeRefusals);

export const answerSchema = z.object({
  number: z.number().int(),
  answer: z.union([imageSchema, pdfSchema, harSchema, refusalSchema]),
});

export type Answer = z.output<typeof answerSchema>;
