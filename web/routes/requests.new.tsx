/** A new request, step by step. */

import { createFileRoute } from '@tanstack/react-router';
import { admit } from '../parts/admit.ts';
import { Wizard } from '../portal/wizard.tsx';

export const Route = createFileRoute('/requests/new')({
  beforeLoad: admit('createTicket'),
  component: Wizard,
});
