/** The ticket that is open, what its agent is about to do, and which file they look at: for every pane of the desk. */

import { createContext, type ReactNode, use, useMemo, useState } from 'react';
import type { Ticket } from '../portal/ticket-queries.ts';

/** The forms of the decision card, by the operation that each sends. */
export const forms = [
  'recordReview',
  'requestInformation',
  'reportRemediation',
  'decideTicket',
  'confirmDecision',
  'placeHold',
  'recordKyc',
  'reopenTicket',
] as const;
export type Form = (typeof forms)[number];

/** A place in a file of evidence: lines, from 1. */
export interface Place {
  readonly evidenceId: string;
  readonly from: number;
  readonly until: number;
}

interface OpenTicket {
  readonly ticket: Ticket;
  readonly form: Form | null;
  setForm(form: Form | null): void;
  readonly place: Place | null;
  setPlace(place: Place | null): void;
}

const OpenTicketContext = createContext<OpenTicket | null>(null);

export function OpenTicketProvider({ ticket, children }: { ticket: Ticket; children: ReactNode }) {
  const [form, setForm] = useState<Form | null>(null);
  const [place, setPlace] = useState<Place | null>(null);
  const open = useMemo(() => ({ ticket, form, setForm, place, setPlace }), [ticket, form, place]);
  return <OpenTicketContext value={open}>{children}</OpenTicketContext>;
}

export function useOpenTicket(): OpenTicket {
  const open = use(OpenTicketContext);
  if (!open) throw new Error('this part of the desk stands within an open ticket');
  return open;
}
