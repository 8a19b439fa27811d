/** The agent desk: a queue in the address, and a ticket beside it. */

import { createFileRoute, Outlet } from '@tanstack/react-router';
import { DeskPage } from '../desk/desk-page.tsx';
import { isQueue, type Queue } from '../desk/queue.ts';
import { admit } from '../parts/admit.ts';

export const Route = createFileRoute('/desk')({
  validateSearch: ({ queue }: Record<string, unknown>): { queue?: Queue } => (isQueue(queue) ? { queue } : {}),
  beforeLoad: admit('assignTicket'),
  component: Page,
});

function Page() {
  const { queue } = Route.useSearch();
  return (
    <DeskPage queue={queue ?? 'unassigned'}>
      <Outlet />
    </DeskPage>
  );
}
