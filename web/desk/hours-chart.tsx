/** Failed attempts by hour: the customer's, and beside them our own tests'. The table below says the same in figures. */

import '@mantine/charts/styles.layer.css';
import { BarChart } from '@mantine/charts';
import { Table, Text } from '@mantine/core';
import { useFormatter, useTranslations } from 'use-intl';
import type { Diagnosed } from './queries.ts';

type Hours = Diagnosed['hours'];

const hundred = 100;

const shareOf = (hours: Hours, hour: string): number | null => {
  const count = hours[hour];
  return count && count.attempts > 0 ? Math.round((count.failed / count.attempts) * hundred) : null;
};

export function HoursChart({ hours, probes }: { hours: Hours; probes: Hours }) {
  const t = useTranslations('desk.diagnosis');
  const format = useFormatter();
  const all = [...new Set([...Object.keys(hours), ...Object.keys(probes)])].sort();
  const data = all.map((hour) => ({
    hour: format.dateTime(new Date(hour), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
    customer: shareOf(hours, hour),
    probes: shareOf(probes, hour),
  }));
  const series = [
    { name: 'customer', label: t('theirs'), color: 'teal.8' },
    { name: 'probes', label: t('ours'), color: 'grape.7' },
  ];
  return (
    <>
      <Text size="sm">{t('byHour')}</Text>
      <BarChart h={180} data={data} dataKey="hour" series={series} withLegend unit="%" aria-hidden />
      <Table fz="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('hour')}</Table.Th>
            <Table.Th ta="end">{t('theirs')}</Table.Th>
            <Table.Th ta="end">{t('ours')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.map((row) => (
            <Table.Tr key={row.hour}>
              <Table.Th scope="row">{row.hour}</Table.Th>
              <Table.Td ta="end">{row.customer === null ? '' : t('percent', { share: row.customer })}</Table.Td>
              <Table.Td ta="end">{row.probes === null ? '' : t('percent', { share: row.probes })}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
