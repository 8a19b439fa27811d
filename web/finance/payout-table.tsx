/** The payouts, what somebody must look at first. Which columns there are is the reader's choice. */

import { Anchor, Badge, Button, Checkbox, Menu, Table } from '@mantine/core';
import { IconAlertTriangle, IconColumns } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { columnVisibilityFeature, createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { Amount } from '../parts/money.tsx';
import { EmptyState } from '../parts/states.tsx';
import { Ago } from '../parts/time.tsx';
import { type PayoutFilter } from './payout-filter.ts';
import { type Payout, payoutsQuery } from './queries.ts';

const features = tableFeatures({ columnVisibilityFeature });
const helper = createColumnHelper<typeof features, Payout>();

const columnNames = ['ticket', 'order', 'rail', 'amount', 'state', 'age', 'waits', 'reference', 'decidedBy'] as const;
type ColumnName = (typeof columnNames)[number];

const hiddenAtFirst = { order: false, decidedBy: false };
const none: Payout[] = [];

export function PayoutTable({ filter }: { filter: PayoutFilter }) {
  const t = useTranslations('finance.table');
  const common = useTranslations('common');
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(payoutsQuery(filter));
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? none, [data]);
  const columns = useMemo(
    () =>
      helper.columns(
        columnNames.map((name) =>
          helper.display({ id: name, header: name, cell: ({ row }) => <Cell name={name} payout={row.original} /> }),
        ),
      ),
    [],
  );
  const table = useTable({ features, columns, data: rows, initialState: { columnVisibility: hiddenAtFirst } });
  if (rows.length === 0) return <EmptyState title={t('empty')} />;
  return (
    <div>
      <ColumnMenu
        columns={table.getAllLeafColumns().map((column) => ({
          id: column.id,
          isVisible: column.getIsVisible(),
          toggle: () => column.toggleVisibility(),
        }))}
      />
      <Table.ScrollContainer minWidth={800}>
        <Table fz="sm" highlightOnHover aria-label={t('label')}>
          <Table.Thead>
            <Table.Tr>
              {table.getVisibleLeafColumns().map(({ id }) => (
                <Table.Th key={id} ta={id === 'amount' ? 'end' : 'start'}>
                  {t(`column.${nameOf(id)}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {table.getRowModel().rows.map((row) => (
              <Table.Tr key={row.original.id}>
                {row.getVisibleCells().map((cell) => (
                  <Table.Td key={cell.id} ta={cell.column.id === 'amount' ? 'end' : 'start'}>
                    <table.FlexRender cell={cell} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {common('showMore')}
        </Button>
      )}
    </div>
  );
}

const nameOf = (id: string): ColumnName => columnNames.find((name) => name === id) ?? 'ticket';

interface ColumnMenuProps {
  readonly columns: readonly { readonly id: string; readonly isVisible: boolean; toggle(): void }[];
}

function ColumnMenu({ columns }: ColumnMenuProps) {
  const t = useTranslations('finance.table');
  return (
    <Menu closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default" size="compact-sm" leftSection={<IconColumns size={14} aria-hidden />}>
          {t('columns')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.map(({ id, isVisible, toggle }) => (
          <Menu.Item key={id} role="menuitemcheckbox" aria-checked={isVisible} onClick={toggle}>
            <Checkbox.Indicator size="xs" checked={isVisible} aria-hidden /> {t(`column.${nameOf(id)}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Cell({ name, payout }: { name: ColumnName; payout: Payout }) {
  const rails = useTranslations('finance.rail');
  const states = useTranslations('finance.state');
  const waits = useTranslations('finance.wait');
  switch (name) {
    case 'ticket':
      return (
        <Anchor component={Link} to={`/finance/payouts/${payout.id}`} size="sm">
          {payout.ticketReference} · {payout.payoutNo}
        </Anchor>
      );
    case 'order':
      return payout.orderRef;
    case 'rail':
      return rails(payout.rail);
    case 'amount':
      return <Amount money={payout.amount} />;
    case 'state':
      return (
        <Badge
          variant="default"
          tt="none"
          leftSection={payout.exception === null ? null : <IconAlertTriangle size={12} aria-hidden />}
        >
          {states(payout.state)}
        </Badge>
      );
    case 'age':
      return <Ago at={payout.since} />;
    case 'waits':
      return payout.waits ? waits(payout.waits.for) : '';
    case 'reference':
      return payout.providerRef ?? payout.bankRef ?? '';
    case 'decidedBy':
      return payout.decidedBy?.name ?? '';
  }
}
