/** The address alone leads to where a role begins its work. */

import { createFileRoute, redirect } from '@tanstack/react-router';
import { desksOf } from '../parts/desks.ts';
import { NotAllowedPage } from '../parts/states.tsx';

export const Route = createFileRoute('/')({
  beforeLoad: ({ context: { me } }) => {
    if (!me) throw redirect({ to: '/sign-in' });
    const [first] = desksOf(me);
    if (first) throw redirect({ to: first.to });
  },
  component: NotAllowedPage,
});
