/** What people write to each other about a ticket: messages for both sides, notes for staff alone. */

import { z } from 'zod';
import { messageCharactersMax, noteCharactersMax } from '../domain/limits.ts';
import { operation } from './operation.ts';
import { idSchema, instantSchema, textSchema } from './wire.ts';

const params = z.object({ ticketId: idSchema });

const saidSchema = z
  .object({ id: idSchema, ticketId: idSchema, at: instantSchema, text: z.string() })
  .meta({ id: 'Said', description: 'The text as it was kept, secrets masked.' });

export const postMessage = operation({
  id: 'postMessage',
  method: 'post',
  path: '/v1/tickets/{ticketId}/messages',
  summary: 'Writes to the other side.',
  tag: 'messages',
  params,
  body: z.object({ text: textSchema(messageCharactersMax) }).strict(),
  answers: { 201: saidSchema },
  writes: 'direct',
});

export const addNote = operation({
  id: 'addNote',
  method: 'post',
  path: '/v1/tickets/{ticketId}/notes',
  summary: 'Notes something for staff alone.',
  tag: 'messages',
  params,
  body: z.object({ text: textSchema(noteCharactersMax) }).strict(),
  answers: { 201: saidSchema },
  writes: 'direct',
});
