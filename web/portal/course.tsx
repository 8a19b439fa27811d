/** What a request went through so far: its money, its decisions, and everything else in one line. */

import { Decisions } from './decisions.tsx';
import { Payouts } from './payouts.tsx';
import type { Ticket } from './ticket-queries.ts';
import { Timeline } from './timeline.tsx';

export function Course({ ticket }: { ticket: Ticket }) {
  return (
    <>
      <Payouts ticket={ticket} />
      <Decisions ticketId={ticket.id} />
      <Timeline ticket={ticket} />
    </>
  );
}
