/** Where and when it failed, as the customer says, and the incidents that cover it or might. */

import { Anchor, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { Instant } from '../parts/time.tsx';
import { useOpenTicket } from './open-ticket.tsx';
import { Detail, Section } from './section.tsx';

export function CaseNetwork() {
  const t = useTranslations('desk.network');
  const labels = useTranslations('desk.label');
  const { ticket } = useOpenTicket();
  const context = ticket.networkContext;
  return (
    <Section title={t('title')}>
      {context ? (
        <>
          <Detail name={t('targets')}>{context.targets.join(', ')}</Detail>
          <Detail name={t('egress')}>{context.egress.join(', ')}</Detail>
          {context.times.map(({ from, until }) => (
            <Detail key={from} name={t('time')}>
              <Instant at={from} /> – <Instant at={until} />
            </Detail>
          ))}
          <Detail name={t('client')}>
            {context.client.name} {context.client.version} · {context.protocol}
          </Detail>
        </>
      ) : (
        <Text size="sm">{t('none')}</Text>
      )}
      {ticket.incidents?.map(({ id, ref, state, coverage }) => (
        <Detail key={id} name={t('incident')}>
          <Anchor href={`/incidents/${id}`} size="sm">
            {ref}
          </Anchor>{' '}
          · {labels(`incident.${state}`)} · {labels(`coverage.${coverage}`)}
        </Detail>
      ))}
      {ticket.incidents?.length === 0 && <Text size="sm">{t('noIncidents')}</Text>}
    </Section>
  );
}
