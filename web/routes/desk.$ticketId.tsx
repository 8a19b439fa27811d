/** One ticket on the agent desk. */

import { createFileRoute } from '@tanstack/react-router';
import { TicketPane } from '../desk/ticket-pane.tsx';
import { ticketQuery } from '../portal/ticket-queries.ts';

export const Route = createFileRoute('/desk/$ticketId')({
  loader: ({ context, params }) => context.queries.query({ ...ticketQuery(params.ticketId), staleTime: 'static' }),
  component: Page,
});

function Page() {
  const { ticketId } = Route.useParams();
  return <TicketPane ticketId={ticketId} />;
}
