/** How a customer can be reached (RP-5.1): their address, and the messengers that they name. */

import { z } from 'zod';
import { contactKinds, messengerServices } from '../domain/contact.ts';
import { messengersMax } from '../domain/limits.ts';
import { operation } from './operation.ts';
import { holdsNoCard, instantSchema } from './wire.ts';

export const contactSchema = z
  .object({
    kind: z.enum(contactKinds),
    service: z.enum(messengerServices).nullable().meta({ description: 'Of a messenger alone.' }),
    address: z.string(),
    verified: z.boolean().meta({ description: 'An address is verified by signing in with it, a messenger not yet.' }),
    since: instantSchema,
  })
  .meta({ id: 'Contact', description: 'A way to reach the customer (RP-5.1).' });

const contactListSchema = z.object({ items: z.array(contactSchema) }).meta({ id: 'ContactList' });

const messengerSchema = z
  .object({
    service: z.enum(messengerServices),
    handle: z
      .string()
      .regex(/^[@+]?[A-Za-z0-9._#-]{2,64}$/, 'expected a name or a number of 2 to 64 signs, as the messenger takes it')
      .refine(holdsNoCard, 'expected a name or a number, not what looks like a payment card’s number'),
  })
  .strict()
  .meta({ id: 'Messenger' });

export const listContacts = operation({
  id: 'listContacts',
  method: 'get',
  path: '/v1/me/contacts',
  summary: 'How one can be reached: the address, whether it is verified, and messengers.',
  tag: 'account',
  answers: { 200: contactListSchema },
});

export const putContacts = operation({
  id: 'putContacts',
  method: 'put',
  path: '/v1/me/contacts',
  summary: 'Names the messengers by which one can be reached, in place of those named before; none removes all.',
  tag: 'account',
  body: z.object({ messengers: z.array(messengerSchema).max(messengersMax) }).strict(),
  answers: { 200: contactListSchema },
  writes: 'direct',
});
