/** What the list is narrowed to. It stands in the address, so that it outlives a reload and can be sent to a colleague. */

import { Checkbox, Group, Select } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { currencyExponents } from '../../domain/money.ts';
import { payoutStates } from '../../domain/payout.ts';
import { railNames } from '../../domain/rail.ts';
import { filterIn, type PayoutFilter } from './payout-filter.ts';

export function Filters({ filter }: { filter: PayoutFilter }) {
  const t = useTranslations('finance.filter');
  const rails = useTranslations('finance.rail');
  const states = useTranslations('finance.state');
  const navigate = useNavigate();
  const narrow = (change: Record<string, unknown>) =>
    void navigate({ to: '/finance', search: filterIn({ ...filter, ...change }) });
  return (
    <Group align="flex-end">
      <Select
        label={t('state')}
        placeholder={t('any')}
        clearable
        data={payoutStates.map((value) => ({ value, label: states(value) }))}
        value={filter.state ?? null}
        onChange={(state) => narrow({ state })}
        clearButtonProps={{ 'aria-label': t('clear') }}
      />
      <Select
        label={t('rail')}
        placeholder={t('any')}
        clearable
        data={railNames.map((value) => ({ value, label: rails(value) }))}
        value={filter.rail ?? null}
        onChange={(rail) => narrow({ rail })}
        clearButtonProps={{ 'aria-label': t('clear') }}
      />
      <Select
        label={t('currency')}
        placeholder={t('any')}
        clearable
        searchable
        data={Object.keys(currencyExponents)}
        value={filter.currency ?? null}
        onChange={(currency) => narrow({ currency })}
        clearButtonProps={{ 'aria-label': t('clear') }}
      />
      <Select
        label={t('sort')}
        allowDeselect={false}
        data={(['urgent', 'newest'] as const).map((value) => ({ value, label: t(value) }))}
        value={filter.sort ?? 'urgent'}
        onChange={(sort) => narrow({ sort })}
      />
      <Checkbox
        mb={8}
        label={t('onlyExceptions')}
        checked={filter.only === 'exceptions'}
        onChange={({ currentTarget }) => narrow({ only: currentTarget.checked ? 'exceptions' : undefined })}
      />
    </Group>
  );
}
