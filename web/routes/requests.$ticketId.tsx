/** One request: where it stands, what happens next, and the answers that are asked for. */

import { createFileRoute } from '@tanstack/react-router';
import { admit } from '../parts/admit.ts';
import { ticketQuery } from '../portal/ticket-queries.ts';
import { Tracker } from '../portal/tracker.tsx';

export const Route = createFileRoute('/requests/$ticketId')({
  beforeLoad: admit('createTicket'),
  loader: ({ context: { queries }, params: { ticketId } }) => {
    // What goes wrong, the page itself tells.
    queries.query(ticketQuery(ticketId)).catch(() => undefined);
  },
  component: RequestPage,
});

function RequestPage() {
  const { ticketId } = Route.useParams();
  return <Tracker key={ticketId} ticketId={ticketId} />;
}
