/** How people can be reached (RP-5.1). An address is verified by the trigger that sees its owner sign in. */

import { z } from 'zod';
import { contactKinds, type Messenger, messengerServices } from '../domain/contact.ts';
import type { SubjectId } from '../domain/ids.ts';
import type { Queryable, Transaction } from './database.ts';
import { readRow } from './row.ts';

/** A messenger's service stands before its handle in the address, which is one column for every kind. */
const addressOf = ({ service, handle }: Messenger): string => `${service}:${handle}`;

export const contactColumns = z
  .object({
    kind: z.enum(contactKinds),
    address: z.string(),
    verified: z.boolean(),
    since: z.string().transform((text) => new Date(text)),
  })
  .transform(({ address, ...contact }) => {
    const service = messengerServices.find((name) => contact.kind === 'messenger' && address.startsWith(`${name}:`));
    return { ...contact, service: service ?? null, address: service ? address.slice(service.length + 1) : address };
  });

/** Of the person whose id the SQL names, addresses first, as JSON. */
export const contactsOf = (person: string): string => `
  (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'address', address, 'verified', verified_at is not null,
     'since', created_at) order by kind, created_at, address), '[]')
   from contact_channels where person_id = ${person})`;

export async function readContacts(db: Queryable, personId: SubjectId) {
  const { rows } = await db.raw<{ rows: unknown[] }>(`select ${contactsOf(':person::uuid')} as contacts`, {
    person: personId,
  });
  return readRow('contacts', z.object({ contacts: z.array(contactColumns) }), rows[0]).contacts;
}

/** In place of all messengers named before; one that stays keeps its moment. */
export async function putMessengers(
  trx: Transaction,
  given: { readonly personId: SubjectId; readonly messengers: readonly Messenger[]; readonly at: Date },
): Promise<void> {
  const addresses = given.messengers.map(addressOf);
  // Of two lists at once the later stands, and not the two of them together.
  await trx('people').where({ id: given.personId }).forNoKeyUpdate().first('id');
  await trx('contact_channels')
    .where({ person_id: given.personId, kind: 'messenger' })
    .whereNotIn('address', addresses)
    .delete();
  if (addresses.length === 0) return;
  await trx('contact_channels')
    .insert(
      addresses.map((address) => ({ person_id: given.personId, kind: 'messenger', address, created_at: given.at })),
    )
    .onConflict(['person_id', 'kind', 'address'])
    .ignore();
}
