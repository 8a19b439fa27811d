/** The desk's keys, off in inputs and for whoever turned them off, and the sheet that lists them. */

import { Kbd, Stack, Switch, Table } from '@mantine/core';
import { useDisclosure, useHotkeys, useLocalStorage } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { Dialog } from '../parts/dialog.tsx';
import { giveCommand, onDeskCommand } from './desk-commands.ts';
import { queueQuery } from './queries.ts';
import { type Queue } from './queue.ts';

const listed = [
  ['next', 'J'],
  ['previous', 'K'],
  ['reply', 'R'],
  ['note', 'N'],
  ['assign', 'A'],
  ['send', 'Ctrl + Enter'],
  ['palette', 'Ctrl + K'],
  ['help', '?'],
] as const;

/** WCAG 2.1.4: single keys can be turned off. */
const useKeysOn = () => useLocalStorage({ key: 'refund-desk-keys', defaultValue: true });

export function Keys({ queue, ticketId }: { queue: Queue; ticketId: string | null }) {
  const [isOn] = useKeysOn();
  const [opened, { open, close }] = useDisclosure(false);
  const step = useStep(queue, ticketId);
  useEffect(
    () =>
      onDeskCommand((command) => {
        if (command === 'help') open();
      }),
    [open],
  );
  const singles: Parameters<typeof useHotkeys>[0] = [
    ['j', () => step(1)],
    ['k', () => step(-1)],
    ['r', () => giveCommand('reply')],
    ['n', () => giveCommand('note')],
    ['a', () => giveCommand('assign')],
    ['shift+?', open],
  ];
  useHotkeys(isOn ? singles : []);
  return <CheatSheet opened={opened} onClose={close} />;
}

/** To the ticket below or above the open one. */
function useStep(queue: Queue, ticketId: string | null): (by: 1 | -1) => void {
  const navigate = useNavigate();
  const { data } = useInfiniteQuery(queueQuery(queue));
  const ids = data?.pages.flatMap(({ items }) => items.map(({ id }) => id)) ?? [];
  return (by) => {
    const at = ticketId === null ? -1 : ids.indexOf(ticketId);
    const next = ids[at === -1 ? 0 : at + by];
    if (next !== undefined) void navigate({ to: '/desk/$ticketId', params: { ticketId: next }, search: { queue } });
  };
}

function CheatSheet({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const t = useTranslations('desk.keys');
  const [isOn, setIsOn] = useKeysOn();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('title')}>
      <Stack>
        <Table>
          <Table.Tbody>
            {listed.map(([word, key]) => (
              <Table.Tr key={word}>
                <Table.Th scope="row">{t(word)}</Table.Th>
                <Table.Td ta="end">
                  <Kbd>{key}</Kbd>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Switch label={t('singles')} checked={isOn} onChange={({ currentTarget }) => setIsOn(currentTarget.checked)} />
      </Stack>
    </Dialog>
  );
}
