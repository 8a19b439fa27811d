/** Header, navigation by role, language, theme, sign-out, and whether what one sees is live. */

import {
  ActionIcon,
  Alert,
  AppShell,
  Box,
  Burger,
  Button,
  Group,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMoon, IconSun, IconWifiOff } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { streamsOf } from '../api/changes.ts';
import { useLive } from '../api/live.ts';
import type { Me } from '../api/session.ts';
import { desksOf } from './desks.ts';
import { SessionEnded } from './session-ended.tsx';

const HeaderMenus = lazy(async () => ({ default: (await import('./header-menus.tsx')).HeaderMenus }));

const headerHeight = 56;

export function Frame({ me, children }: { me: Me | null; children: ReactNode }) {
  const t = useTranslations('common');
  const [opened, { toggle, close }] = useDisclosure(false);
  const own = desksOf(me);
  return (
    <AppShell
      header={{ height: headerHeight }}
      navbar={{ width: 260, breakpoint: 'sm', collapsed: { desktop: true, mobile: !opened } }}
    >
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="md" wrap="nowrap">
            {own.length > 0 && (
              <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('nav.label')} />
            )}
            <Text component={Link} to="/" fw={700} c="teal" td="none">
              {t('product')}
            </Text>
            <Group component="nav" aria-label={t('nav.label')} gap={4} visibleFrom="sm" wrap="nowrap">
              {own.map(({ to, word }) => (
                <Button
                  key={to}
                  component={Link}
                  to={to}
                  variant="subtle"
                  size="compact-md"
                  activeProps={{ 'aria-current': 'page' }}
                >
                  {t(`nav.${word}`)}
                </Button>
              ))}
            </Group>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SchemeToggle />
            <Suspense fallback={<Box w={me ? 120 : 34} />}>
              <HeaderMenus me={me} />
            </Suspense>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        {own.map(({ to, word }) => (
          <Button key={to} component={Link} to={to} variant="subtle" justify="flex-start" fullWidth onClick={close}>
            {t(`nav.${word}`)}
          </Button>
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        {me && <LiveState me={me} />}
        {children}
      </AppShell.Main>
      <SessionEnded />
    </AppShell>
  );
}

/** Listens for changes as long as somebody is signed in, and says where that is not possible. */
function LiveState({ me }: { me: Me }) {
  const t = useTranslations('common.live');
  const streams = useMemo(() => streamsOf(me.operations), [me]);
  const state = useLive(useQueryClient(), streams);
  if (state === 'live') return null;
  return (
    <Box p="xs">
      <Alert color="yellow" icon={<IconWifiOff aria-hidden />} role="status">
        {t(state)}
      </Alert>
    </Box>
  );
}

function SchemeToggle() {
  const t = useTranslations('common.scheme');
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  return (
    <ActionIcon
      variant="subtle"
      size="lg"
      aria-label={t(isDark ? 'toLight' : 'toDark')}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      {isDark ? <IconSun aria-hidden /> : <IconMoon aria-hidden />}
    </ActionIcon>
  );
}
