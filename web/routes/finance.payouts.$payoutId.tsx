/** One payout in whole, with what may be done with it. */

import { createFileRoute } from '@tanstack/react-router';
import { PayoutPage } from '../finance/payout-page.tsx';
import { payoutQuery } from '../finance/queries.ts';
import { admit } from '../parts/admit.ts';

export const Route = createFileRoute('/finance/payouts/$payoutId')({
  beforeLoad: admit('getPayout'),
  loader: ({ context, params }) => context.queries.query({ ...payoutQuery(params.payoutId), staleTime: 'static' }),
  component: Page,
});

function Page() {
  const { payoutId } = Route.useParams();
  return <PayoutPage payoutId={payoutId} />;
}
