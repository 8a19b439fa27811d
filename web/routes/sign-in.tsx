/** Sign-in; afterwards, the page that one came for. */

import { Container, Paper, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { createFileRoute, redirect, useRouter } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { SignInForm } from '../parts/sign-in-form.tsx';

/** Only a path of our own: an address from a mail or a link must not lead elsewhere. */
const pathPattern = /^\/(?![/\\])/;

export const Route = createFileRoute('/sign-in')({
  validateSearch: ({ to }: Record<string, unknown>): { to?: string } =>
    typeof to === 'string' && pathPattern.test(to) ? { to } : {},
  beforeLoad: ({ context, search }) => {
    if (context.me) throw redirect({ href: search.to ?? '/' });
  },
  component: SignInPage,
});

function SignInPage() {
  const t = useTranslations('signIn');
  const common = useTranslations('common');
  const router = useRouter();
  const queries = useQueryClient();
  const { to } = Route.useSearch();
  const enter = async (): Promise<void> => {
    queries.clear();
    await router.invalidate();
    await router.navigate({ href: to ?? '/' });
  };
  return (
    <Container size={420} py="xl">
      <Stack>
        <Title order={1}>{common('product')}</Title>
        <Text>{t('intro')}</Text>
        <Paper withBorder p="lg">
          <SignInForm onDone={enter} />
        </Paper>
      </Stack>
    </Container>
  );
}
