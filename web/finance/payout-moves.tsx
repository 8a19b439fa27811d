/** What may be done with a payout; what may not says why. A release may ask for a code of the person's device. */

import { Button, Group, List, PinInput, Stack, Text, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { groundCharactersMax } from '../../domain/limits.ts';
import { answerOf, post } from '../api/client.ts';
import { Dialog } from '../parts/dialog.tsx';
import { problemOf } from '../parts/fault-text.tsx';
import { useMoney } from '../parts/money.tsx';
import { useTicketWrite, WriteFate } from '../portal/ticket-write.tsx';
import type { WholePayout } from './queries.ts';

const moves = ['approvePayout', 'declinePayout', 'cancelPayout'] as const;
type Move = (typeof moves)[number];

const codeDigits = 6;

export function PayoutMoves({ payout }: { payout: WholePayout }) {
  const t = useTranslations('finance.move');
  const states = useTranslations('finance.state');
  const [move, setMove] = useState<Move | null>(null);
  const refused = moves.filter((each) => !payout.actions.includes(each));
  return (
    <div>
      <Group gap="xs">
        {moves
          .filter((each) => payout.actions.includes(each))
          .map((each) => (
            <Button key={each} variant={each === 'approvePayout' ? 'filled' : 'default'} onClick={() => setMove(each)}>
              {t(`name.${each}`)}
            </Button>
          ))}
      </Group>
      {refused.length > 0 && (
        <List size="sm" mt="xs">
          {refused.map((each) => (
            <List.Item key={each}>{t('refused', { move: t(`name.${each}`), state: states(payout.state) })}</List.Item>
          ))}
        </List>
      )}
      {move && <MoveDialog key={move} payout={payout} move={move} onClose={() => setMove(null)} />}
    </div>
  );
}

interface Given {
  readonly ground: string;
  readonly code: string;
}

const needsCode = (fault: unknown): boolean => problemOf(fault)?.id.startsWith('second-factor-') ?? false;

interface MoveDialogProps {
  readonly payout: WholePayout;
  readonly move: Move;
  onClose(): void;
}

function MoveDialog({ payout, move, onClose }: MoveDialogProps) {
  const t = useTranslations('finance.move');
  const common = useTranslations('common');
  const money = useMoney();
  const [given, setGiven] = useState<Given>({ ground: '', code: '' });
  const { write, isPending, fate } = useMoveWrite(payout, move, onClose);
  return (
    <Dialog opened onClose={onClose} title={t(`name.${move}`)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          write(given);
        }}
      >
        <Stack>
          <Text size="sm">{t(`effect.${move}`, { amount: money(payout.amount) })}</Text>
          {move !== 'approvePayout' && (
            <Textarea
              required
              data-autofocus
              label={t('ground')}
              maxLength={groundCharactersMax}
              value={given.ground}
              onChange={({ currentTarget }) => setGiven({ ...given, ground: currentTarget.value })}
            />
          )}
          {move === 'approvePayout' && needsCode(fate.fault) && (
            <div role="group" aria-label={t('code')}>
              <Text size="sm" mb={4}>
                {t('code')}
              </Text>
              <PinInput
                oneTimeCode
                length={codeDigits}
                type="number"
                aria-label={t('code')}
                value={given.code}
                onChange={(code) => setGiven({ ...given, code })}
              />
            </div>
          )}
          <WriteFate fate={fate} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common('cancel')}
            </Button>
            <Button type="submit" loading={isPending} data-autofocus={move === 'approvePayout' || undefined}>
              {t(`name.${move}`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function useMoveWrite(payout: WholePayout, move: Move, onDone: () => void) {
  const queries = useQueryClient();
  return useTicketWrite(
    payout.ticketId,
    ({ ground, code }: Given, header): Promise<unknown> => {
      const params = { path: { payoutId: payout.id }, header };
      switch (move) {
        case 'approvePayout':
          return answerOf(
            post('/v1/payouts/{payoutId}/approve', { params, body: code === '' ? {} : { secondFactor: { code } } }),
          );
        case 'declinePayout':
          return answerOf(post('/v1/payouts/{payoutId}/decline', { params, body: { ground } }));
        case 'cancelPayout':
          return answerOf(post('/v1/payouts/{payoutId}/cancel', { params, body: { ground } }));
      }
    },
    () => {
      void queries.invalidateQueries({ queryKey: ['payouts'] });
      void queries.invalidateQueries({ queryKey: ['payout', payout.id] });
      onDone();
    },
  );
}
