/** A sum line by line, as the desk reckoned it; the last line is its result. Folded: who asks why, opens it. */

import { Table, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { Schemas } from '../api/client.ts';
import { useBytes } from './bytes.ts';
import { useSpan } from './span.ts';

type Line = Schemas['ArithmeticLine'];

/** The engine's labels, and the words for each. */
const wordsOf = {
  'lost time': 'lostTime',
  'period of the order': 'period',
  'unused traffic': 'unused',
  'traffic of the term': 'termTraffic',
  'traffic of the plan': 'planTraffic',
  'traffic added, rounded up to the next byte': 'trafficAdded',
  'paid in money': 'paid',
  'lost share of it, rounded up once to the next minor unit': 'share',
  'gone back or taken before': 'goneBefore',
  'left to pay back': 'left',
  'tax within the refund': 'tax',
  refund: 'refund',
  'extension, rounded up to the next whole minute': 'extension',
  'time from the purchase to the asking, or to the end of the loss': 'held',
} as const;

type Label = keyof typeof wordsOf;

const labels: ReadonlyMap<string, (typeof wordsOf)[Label]> = new Map(Object.entries(wordsOf));

export function Arithmetic({ lines }: { lines: readonly Line[] }) {
  const t = useTranslations('portal.sum');
  const valueOf = useValue();
  if (lines.length === 0) return null;
  return (
    <details>
      <summary>
        <Text span size="sm">
          {t('title')}
        </Text>
      </summary>
      <Table mt="xs" fz="sm" withRowBorders={false}>
        <Table.Tbody>
          {lines.map((line, index) => {
            const word = labels.get(line.label);
            return (
              <Table.Tr key={line.label} fw={index === lines.length - 1 ? 600 : 400}>
                <Table.Td ps={0}>{word === undefined ? line.label : t(word)}</Table.Td>
                <Table.Td pe={0} ta="end" className="figures">
                  {valueOf(line)}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </details>
  );
}

function useValue(): (line: Line) => string {
  const t = useTranslations('portal.sum');
  const span = useSpan();
  const bytes = useBytes();
  return ({ value, unit }) => {
    switch (unit) {
      case 'minute':
        return span(Number(value));
      case 'second':
        return t('seconds', { count: Number(value) });
      case 'byte':
        return bytes(Number(value));
      default:
        return `${unit} ${value}`;
    }
  };
}
