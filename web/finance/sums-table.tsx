/** Counts and sums by state and rail, a table for each currency, since currencies are never added. */

import { Anchor, Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { payoutStates } from '../../domain/payout.ts';
import { railNames } from '../../domain/rail.ts';
import { Amount } from '../parts/money.tsx';
import type { Sums } from './queries.ts';

type Cell = Sums['cells'][number];

export function SumsTable({ sums: { cells } }: { sums: Sums }) {
  const t = useTranslations('finance.board');
  const currencies = [...new Set(cells.map(({ sum }) => sum.currency))].sort();
  if (cells.length === 0) return <Text>{t('nothingYet')}</Text>;
  return currencies.map((currency) => (
    <CurrencyTable key={currency} currency={currency} cells={cells.filter(({ sum }) => sum.currency === currency)} />
  ));
}

function CurrencyTable({ currency, cells }: { currency: string; cells: readonly Cell[] }) {
  const t = useTranslations('finance.board');
  const rails = useTranslations('finance.rail');
  const states = useTranslations('finance.state');
  const columns = railNames.filter((rail) => cells.some((cell) => cell.rail === rail));
  const rows = payoutStates.filter((state) => cells.some((cell) => cell.state === state));
  return (
    <div>
      <Title order={2} size="h5">
        {t('currency', { currency })}
      </Title>
      <Table.ScrollContainer minWidth={560}>
        <Table fz="sm" withRowBorders>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('state')}</Table.Th>
              {columns.map((rail) => (
                <Table.Th key={rail} ta="end">
                  {rails(rail)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((state) => (
              <Table.Tr key={state}>
                <Table.Th scope="row">{states(state)}</Table.Th>
                {columns.map((rail) => (
                  <Table.Td key={rail} ta="end">
                    <SumCell cell={cells.find((cell) => cell.state === state && cell.rail === rail)} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}

/** Leads to the payouts that it counts. */
function SumCell({ cell }: { cell: Cell | undefined }) {
  const t = useTranslations('finance.board');
  if (!cell) return null;
  return (
    <>
      <Anchor
        size="sm"
        renderRoot={(props) => (
          <Link {...props} to="/finance" search={{ state: cell.state, rail: cell.rail, currency: cell.sum.currency }} />
        )}
      >
        {t('count', { count: cell.count })}
      </Anchor>
      <div>
        <Amount money={cell.sum} />
      </div>
      {cell.exceptions > 0 && (
        <Text size="xs" fw={600}>
          <IconAlertTriangle size={12} aria-hidden /> {t('exceptions', { count: cell.exceptions })}
        </Text>
      )}
    </>
  );
}
