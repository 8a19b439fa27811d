/** Which moves a ticket allows now, and why not the others: the state table's words (`domain/ticket.ts`). */

import { isTicketAction, permits } from '../../domain/ticket.ts';
import type { Ticket } from '../portal/ticket-queries.ts';
import { type Form, forms } from './open-ticket.tsx';

export const allowedForms = ({ actions }: Ticket): Form[] => forms.filter((form) => actions.includes(form));

/** Moves of the desk that are not possible: for the ticket's phase, or for who asks and what stands beside it. */
export function refusedForms({ phase, actions }: Ticket): { form: Form; why: 'phase' | 'now' }[] {
  return forms
    .filter((form) => !actions.includes(form))
    .map((form) => ({
      form,
      why: isTicketAction(form) && permits(phase, form) ? ('now' as const) : ('phase' as const),
    }));
}
