/** What was bought, how it was paid, and what of it goes or went back. */

import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { Amount } from '../parts/money.tsx';
import { Instant } from '../parts/time.tsx';
import { useOpenTicket } from './open-ticket.tsx';
import { orderQuery } from './queries.ts';
import { Detail, Section } from './section.tsx';

export function CaseOrder() {
  const t = useTranslations('desk.order');
  const labels = useTranslations('labels');
  const progress = useTranslations('desk.label.progress');
  const { ticket } = useOpenTicket();
  const { data: order } = useQuery(orderQuery(ticket.id, ticket.orderRef));
  return (
    <Section title={t('title', { ref: ticket.orderRef })}>
      {order && (
        <>
          <Detail name={t('plan')}>{order.plan.name}</Detail>
          <Detail name={t('purchased')}>
            <Instant at={order.purchasedAt} />
          </Detail>
          {order.tenders.map(({ method, amount, capturedAt }) => (
            <Detail key={`${method} ${capturedAt}`} name={labels(`method.${method}`)}>
              <Amount money={amount} />
            </Detail>
          ))}
        </>
      )}
      {ticket.payouts.map((payout) => (
        <Detail key={payout.id} name={t('payout', { method: labels(`method.${payout.method}`) })}>
          <Amount money={payout.amount} /> · {progress(payout.progress)}
        </Detail>
      ))}
      {ticket.payouts.length === 0 && <Text size="sm">{t('noPayouts')}</Text>}
    </Section>
  );
}
