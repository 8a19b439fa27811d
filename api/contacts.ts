/** Handlers of how a customer can be reached (RP-5.1), asked and set by themselves alone. */

import type { z } from 'zod';
import type { contactSchema } from '../contract/contacts.ts';
import { operations } from '../contract/operations.ts';
import type { ContactView } from './customer-views.ts';
import type { Stores } from './ports.ts';
import { type Route, route } from './route.ts';

export const presentContact = (view: ContactView): z.output<typeof contactSchema> => ({
  kind: view.kind,
  service: view.service,
  address: view.address,
  verified: view.verified,
  since: view.since.toISOString(),
});

export const contactRoutes = ({ contacts }: Pick<Stores, 'contacts'>): Route[] => [
  route(operations.listContacts, {
    kind: 'read',
    handle: async ({ principal }) => ({
      body: { items: (await contacts.list(principal.subjectId)).map(presentContact) },
    }),
  }),
  route(operations.putContacts, {
    kind: 'direct',
    apply: async ({ doing, body: { messengers } }, trx) => {
      const items = await contacts.putMessengers(trx, { ...doing, messengers });
      return { body: { items: items.map(presentContact) } };
    },
  }),
];
