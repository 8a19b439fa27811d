/** What staff have that a claim's account may have as well: declared by an admin, and never shown again. */

import { z } from 'zod';
import { tieValueCharactersMax } from '../domain/limits.ts';
import { tieKinds } from '../domain/staff-tie.ts';
import { operation } from './operation.ts';
import { colleagueSchema, groundSchema, holdsNoCard, idSchema, instantSchema, textSchema } from './wire.ts';

const tieSchema = z
  .object({
    id: idSchema,
    kind: z.enum(tieKinds),
    holds: z.boolean().meta({ description: '`false` once it was ended, or where the desk has another key since.' }),
    declaredAt: instantSchema,
    declaredBy: colleagueSchema,
    endedAt: instantSchema.nullable(),
  })
  .meta({ id: 'StaffTie' });

const listSchema = z.object({ items: z.array(tieSchema) }).meta({ id: 'StaffTieList' });

const params = z.object({ personId: idSchema });

export const listStaffTies = operation({
  id: 'listStaffTies',
  method: 'get',
  path: '/v1/staff/{personId}/ties',
  summary: 'What was declared of a member of staff, by kind alone.',
  tag: 'account',
  params,
  answers: { 200: listSchema },
});

export const declareStaffTie = operation({
  id: 'declareStaffTie',
  method: 'post',
  path: '/v1/staff/{personId}/ties',
  summary:
    'Declares an address or instrument of a member of staff, who handles no claim of an account that has it too.',
  tag: 'account',
  params,
  body: z
    .object({
      kind: z.enum(tieKinds),
      value: textSchema(tieValueCharactersMax)
        .refine(holdsNoCard, 'expected what a provider calls the card, not its number')
        .meta({
          description:
            'An address, an account’s number, or a provider’s name of a card or payer (a messenger: `telegram:name`); kept as a keyed hash.',
        }),
    })
    .strict(),
  answers: { 200: listSchema },
  writes: 'direct',
});

export const endStaffTie = operation({
  id: 'endStaffTie',
  method: 'post',
  path: '/v1/staff/{personId}/ties/{tieId}/end',
  summary: 'Ends what was declared, such as of a card that was given back; nobody does so for themselves.',
  tag: 'account',
  params: params.extend({ tieId: idSchema }),
  body: z.object({ ground: groundSchema }).strict(),
  answers: { 200: listSchema },
  writes: 'direct',
});
