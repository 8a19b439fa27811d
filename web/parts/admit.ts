/** Whom a page lets in: who is signed in and may call the operation that the page stands on. */

import { redirect } from '@tanstack/react-router';
import { ProblemError } from '../api/client.ts';
import type { Me } from '../api/session.ts';

interface Asked {
  readonly context: { readonly me: Me | null };
  readonly location: { readonly href: string };
}

/** For `beforeLoad`; the door itself judges every request all the same. */
export const admit =
  (operation: string) =>
  ({ context: { me }, location }: Asked): { me: Me } => {
    if (!me) throw redirect({ to: '/sign-in', search: { to: location.href } });
    if (!me.operations.includes(operation))
      throw new ProblemError({ type: '', id: 'not-allowed', title: '', status: 403, instance: '' });
    return { me };
  };
