/** A customer's requests, and the way to a new one. */

import { Button, Container, Group, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { createFileRoute, Link } from '@tanstack/react-router';
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
      <Group justify="space-between" mb="lg">
        <Title order={1}>{t('title')}</Title>
        <Button component={Link} to="/requests/new" leftSection={<IconPlus size={16} aria-hidden />}>
          {t('new')}
        </Button>
      </Group>
      <RequestList />
    </Container>
  );
}
