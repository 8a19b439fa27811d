/** A customer's requests, newest first. */

import { Container, Title } from '@mantine/core';
import { createFileRoute } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { admit } from '../parts/admit.ts';
import { RequestList } from '../portal/request-list.tsx';

export const Route = createFileRoute('/requests/')({
  beforeLoad: admit('createTicket'),
  component: RequestsPage,
});

function RequestsPage() {
  const t = useTranslations('portal.list');
  return (
    <Container size="md" py="lg">
      <Title order={1} mb="md">
        {t('title')}
      </Title>
      <RequestList />
    </Container>
  );
}
