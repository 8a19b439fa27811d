/** What there was before: findings of the review, tickets of the same request, and what a former desk closed. */

import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { Instant } from '../parts/time.tsx';
import { useOpenTicket } from './open-ticket.tsx';
import { Detail, Section } from './section.tsx';

export function CaseHistory() {
  const t = useTranslations('desk.history');
  const labels = useTranslations('labels');
  const causes = useTranslations('desk.label.cause');
  const { ticket } = useOpenTicket();
  const reviews = ticket.reviews ?? [];
  const past = ticket.pastTickets ?? [];
  return (
    <Section title={t('title')}>
      {reviews.map(({ at, cause, finding, reviewer }) => (
        <Detail key={at} name={t('review', { name: reviewer?.name ?? '' })}>
          {causes(cause)}: {finding} <Instant at={at} />
        </Detail>
      ))}
      {ticket.linked.map(({ id, reference, phase, outcome }) => (
        <Detail key={id} name={t('linked')}>
          <Anchor component={Link} to={`/desk/${id}`} size="sm">
            {reference}
          </Anchor>{' '}
          · {outcome ? labels(`outcome.${outcome}`) : labels(`phase.${phase}`)}
        </Detail>
      ))}
      {past.map(({ ref, orderRef, closedAt }) => (
        <Detail key={ref} name={t('past', { ref })}>
          {orderRef} <Instant at={closedAt} />
        </Detail>
      ))}
      {reviews.length + ticket.linked.length + past.length === 0 && <Text size="sm">{t('none')}</Text>}
    </Section>
  );
}
