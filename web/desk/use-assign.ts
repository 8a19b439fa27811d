/** Who works on a ticket. */

import { answerOf, post } from '../api/client.ts';
import { useTicketWrite } from '../portal/ticket-write.tsx';

/** Takes the id of whom to assign it to. */
export const useAssign = (ticketId: string) =>
  useTicketWrite(ticketId, (assigneeId: string, headers) =>
    answerOf(
      post('/v1/tickets/{ticketId}/assignee', {
        params: { path: { ticketId }, header: headers },
        body: { assigneeId },
      }),
    ),
  );
