/** Stops all payouts with a written ground, or lets them go on. What it does is said before it is done. */

import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { groundCharactersMax } from '../../domain/limits.ts';
import { answerOf, keyed, post } from '../api/client.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FaultAlert } from '../parts/fault-text.tsx';
import { useKey } from '../portal/ticket-write.tsx';

export function StopPayouts({ isStopped }: { isStopped: boolean }) {
  const t = useTranslations('finance.stop');
  const common = useTranslations('common');
  const queries = useQueryClient();
  const [opened, { open, close }] = useDisclosure(false);
  const [ground, setGround] = useState('');
  const { keyFor, answered } = useKey();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const header = keyed(keyFor({ isStopped, ground }));
      if (isStopped) await answerOf(post('/v1/payouts/resume', { params: { header }, body: {} }));
      else await answerOf(post('/v1/payouts/stop', { params: { header }, body: { ground } }));
    },
    onSuccess: async () => {
      answered();
      close();
      setGround('');
      await queries.invalidateQueries({ queryKey: ['payouts'] });
    },
  });
  const move = t(isStopped ? 'resume' : 'stop');
  const Icon = isStopped ? IconPlayerPlay : IconPlayerPause;
  return (
    <>
      <Button variant="default" leftSection={<Icon size={16} aria-hidden />} onClick={open}>
        {move}
      </Button>
      <Dialog opened={opened} onClose={close} title={move}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            mutate();
          }}
        >
          <Stack>
            <Text size="sm">{t(isStopped ? 'resumeEffect' : 'stopEffect')}</Text>
            {!isStopped && (
              <Textarea
                required
                data-autofocus
                label={t('ground')}
                maxLength={groundCharactersMax}
                value={ground}
                onChange={({ currentTarget }) => setGround(currentTarget.value)}
              />
            )}
            <FaultAlert fault={error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {common('cancel')}
              </Button>
              <Button type="submit" loading={isPending}>
                {move}
              </Button>
            </Group>
          </Stack>
        </form>
      </Dialog>
    </>
  );
}
