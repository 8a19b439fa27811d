/** What became of a write that was kept for later, and who one is at the desk. */

import { z } from 'zod';
import { memberRights, roles } from '../domain/role.ts';
import { operation } from './operation.ts';
import { problemSchema } from './problem.ts';
import { idSchema, instantSchema } from './wire.ts';

export const getInput = operation({
  id: 'getInput',
  method: 'get',
  path: '/v1/inputs/{inputId}',
  summary: 'The outcome of one’s own kept write.',
  tag: 'inputs',
  params: z.object({ inputId: idSchema }),
  answers: {
    200: z
      .object({
        inputId: idSchema,
        operation: z.string(),
        keptAt: instantSchema,
        state: z.enum(['done', 'kept', 'refused']),
        ticketId: idSchema.nullable(),
        payoutId: idSchema.nullable(),
        refusal: problemSchema.nullable(),
      })
      .meta({ id: 'Input' }),
  },
});

export const meSchema = z
  .object({
    id: idSchema,
    role: z.enum(roles),
    accounts: z.array(z.object({ accountId: idSchema, rights: z.enum(memberRights) })),
    operations: z.array(z.string()).meta({ description: 'Ids of the operations that the role may call.' }),
  })
  .meta({ id: 'Me' });

export const whoAmI = operation({
  id: 'whoAmI',
  method: 'get',
  path: '/v1/me',
  summary: 'Who is signed in, and for which accounts they act.',
  tag: 'account',
  answers: {
    200: meSchema,
  },
});
