/** What a page shows where there is nothing to show: loading, a fault, nothing here, not for this role. */

import { Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { IconLock, IconMoodEmpty, IconPlugConnectedX, IconZoomQuestion } from '@tabler/icons-react';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { FaultText, problemOf } from './fault-text.tsx';

export function LoadingPage() {
  const t = useTranslations('common');
  return (
    <Center mih="40vh" role="status" aria-label={t('loading')}>
      <Loader />
    </Center>
  );
}

interface StateProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
}

/** One sentence with an icon, in the middle of what would be full. */
export function State({ icon, title, children }: StateProps) {
  return (
    <Center mih="40vh" px="md">
      <Stack align="center" gap="sm" maw={480} ta="center">
        {icon}
        <Title order={2} size="h3">
          {title}
        </Title>
        {children}
      </Stack>
    </Center>
  );
}

const iconSize = 44;

export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <State icon={<IconMoodEmpty size={iconSize} aria-hidden />} title={title}>
      {children}
    </State>
  );
}

function ToHome() {
  const t = useTranslations('common.fault');
  return (
    <Button component={Link} to="/" variant="light">
      {t('home')}
    </Button>
  );
}

export function NotFoundPage() {
  const t = useTranslations('common.fault');
  return (
    <State icon={<IconZoomQuestion size={iconSize} aria-hidden />} title={t('notFoundTitle')}>
      <Text>{t('notFound')}</Text>
      <ToHome />
    </State>
  );
}

export function NotAllowedPage() {
  const t = useTranslations('common.fault');
  return (
    <State icon={<IconLock size={iconSize} aria-hidden />} title={t('notAllowedTitle')}>
      <Text>{t('notAllowed')}</Text>
      <ToHome />
    </State>
  );
}

/** Where a page's data could not be had; it may be tried again. */
export function FaultState({ fault, onRetry }: { fault: unknown; onRetry(): void }) {
  const t = useTranslations('common');
  const problem = problemOf(fault);
  if (problem?.id === 'not-found') return <NotFoundPage />;
  if (problem?.id === 'not-allowed') return <NotAllowedPage />;
  return (
    <State icon={<IconPlugConnectedX size={iconSize} aria-hidden />} title={t('fault.title')}>
      <FaultText fault={fault} />
      <Button variant="light" onClick={onRetry}>
        {t('retry')}
      </Button>
    </State>
  );
}

export const FaultPage = ({ error, reset }: ErrorComponentProps) => <FaultState fault={error} onRetry={reset} />;
