/** Where a session ends in the middle of something: one signs in again over the page, which keeps all that was typed. */

import { useQueryClient } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { sessionEnded } from '../api/client.ts';

const SessionDialog = lazy(async () => ({ default: (await import('./session-dialog.tsx')).SessionDialog }));

export function SessionEnded() {
  const queries = useQueryClient();
  const [opened, setOpened] = useState(false);
  const isSigningIn = useRouterState({ select: ({ location }) => location.pathname === '/sign-in' });
  useEffect(() => {
    const open = () => setOpened(true);
    sessionEnded.addEventListener('ended', open);
    return () => sessionEnded.removeEventListener('ended', open);
  }, []);
  if (!opened || isSigningIn) return null;
  const done = async () => {
    setOpened(false);
    await queries.invalidateQueries();
  };
  return (
    <Suspense fallback={null}>
      <SessionDialog onClose={() => setOpened(false)} onDone={done} />
    </Suspense>
  );
}
