/** The registry of incidents. */

import { createFileRoute } from '@tanstack/react-router';
import { IncidentList } from '../incidents/incident-list.tsx';
import { admit } from '../parts/admit.ts';

export const Route = createFileRoute('/incidents/')({
  beforeLoad: admit('listIncidents'),
  component: IncidentList,
});
