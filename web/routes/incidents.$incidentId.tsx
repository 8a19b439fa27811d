/** One incident of the registry, with its offers. */

import { createFileRoute } from '@tanstack/react-router';
import { IncidentPage } from '../incidents/incident-page.tsx';
import { incidentQuery } from '../incidents/queries.ts';
import { admit } from '../parts/admit.ts';

export const Route = createFileRoute('/incidents/$incidentId')({
  beforeLoad: admit('getIncident'),
  loader: ({ context, params }) => context.queries.query({ ...incidentQuery(params.incidentId), staleTime: 'static' }),
  component: Page,
});

function Page() {
  const { incidentId } = Route.useParams();
  return <IncidentPage incidentId={incidentId} />;
}
