/** RP-4.5: an offer of money or time with the sums behind each, and the choice between them. */

import { Button, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { answerOf, post } from '../api/client.ts';
import { useMoney } from '../parts/money.tsx';
import { useLanguage } from '../words/locale.tsx';
import { Arithmetic } from './arithmetic.tsx';
import { useBytes } from './bytes.ts';
import { useSpan } from './span.ts';
import { decisionsQuery, type Explained, type Ticket } from './ticket-queries.ts';
import { useTicketWrite, WriteFate } from './ticket-write.tsx';

type Choice = 'refund' | 'extension';
type Offer = NonNullable<Ticket['offer']>;

export function OfferAnswer({ ticket, offer }: { ticket: Ticket; offer: Offer }) {
  const t = useTranslations('portal.offer');
  const words = useOfferWords();
  const { locale } = useLanguage();
  const { data } = useQuery(decisionsQuery(ticket.id, locale));
  const [chosen, setChosen] = useState<Choice | null>(null);
  const { write, isPending, fate } = useTicketWrite(ticket.id, (choice: Choice, header) =>
    answerOf(
      post('/v1/tickets/{ticketId}/offer/answer', {
        params: { path: { ticketId: ticket.id }, header },
        body: { choice },
      }),
    ),
  );
  const choices = (['refund', 'extension'] as const).filter((choice) => offer[choice] !== null);
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, sm: choices.length }}>
        {choices.map((choice) => (
          <Paper key={choice} withBorder p="md">
            <Stack gap="sm" h="100%">
              <Title order={3} size="h5">
                {t(`${choice}.title`)}
              </Title>
              <Text size="xl" fw={700} className="figures">
                {words(offer, choice)}
              </Text>
              <Text size="sm">{t(choice === 'refund' && offer.endsPlan ? 'refund.endsPlan' : `${choice}.what`)}</Text>
              <Arithmetic lines={linesOf(data?.items ?? [], choice)} />
              {chosen === choice ? (
                <Button mt="auto" loading={isPending} onClick={() => write(choice)}>
                  {t(`${choice}.confirm`)}
                </Button>
              ) : (
                <Button mt="auto" variant="default" onClick={() => setChosen(choice)}>
                  {t(`${choice}.choose`)}
                </Button>
              )}
            </Stack>
          </Paper>
        ))}
      </SimpleGrid>
      <Text size="sm" role="status">
        {chosen !== null && t('final')}
      </Text>
      <WriteFate fate={fate} />
    </Stack>
  );
}

function useOfferWords(): (offer: Offer, choice: Choice) => string {
  const money = useMoney();
  const bytes = useBytes();
  const span = useSpan();
  return ({ refund, extension }, choice) => {
    if (choice === 'refund') return refund ? money(refund) : '';
    if (!extension) return '';
    const parts = [
      extension.minutes > 0 ? span(extension.minutes) : '',
      extension.bytes === '0' ? '' : bytes(Number(extension.bytes)),
    ];
    return parts.filter((part) => part !== '').join(' + ');
  };
}

/** The sums of the newest explanation that has them. */
const linesOf = (explained: readonly Explained[], choice: Choice) =>
  explained
    .findLast(({ assessed }) => assessed?.arithmetic.some((sum) => sum.of === choice))
    ?.assessed?.arithmetic.find((sum) => sum.of === choice)?.lines ?? [];
