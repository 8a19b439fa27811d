/** What every page stands in: the header with the desks that a role may open, and the state of the connection. */

import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router';
import { meQuery } from '../api/session.ts';
import { Frame } from '../parts/frame.tsx';
import { needWords } from '../words/locale.tsx';

export const Route = createRootRouteWithContext<{ queries: QueryClient }>()({
  beforeLoad: async ({ context, location }) => {
    const [me] = await Promise.all([
      context.queries.query({ ...meQuery, staleTime: 'static' }),
      needWords(location.pathname),
    ]);
    return { me };
  },
  component: Page,
});

function Page() {
  const { me } = Route.useRouteContext();
  return (
    <Frame me={me}>
      <Outlet />
    </Frame>
  );
}
