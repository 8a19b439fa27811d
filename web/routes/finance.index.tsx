/** The finance board; what it is narrowed to stands in the address. */

import { createFileRoute } from '@tanstack/react-router';
import { Board } from '../finance/board.tsx';
import { filterIn } from '../finance/payout-filter.ts';
import { admit } from '../parts/admit.ts';

export const Route = createFileRoute('/finance/')({
  validateSearch: filterIn,
  beforeLoad: admit('getPayoutSums'),
  component: Page,
});

function Page() {
  return <Board filter={Route.useSearch()} />;
}
