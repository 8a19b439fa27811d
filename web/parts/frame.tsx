/** Header, navigation by role, language, theme, sign-out, and whether what one sees is live. */

import {
  ActionIcon,
  Alert,
  AppShell,
  Box,
  Burger,
  Button,
  Group,
  Menu,
  NavLink,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconLanguage, IconLogout, IconMoon, IconSun, IconWifiOff } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useLive } from '../api/live.ts';
import { type Me, signOut } from '../api/session.ts';
import { locales, useLanguage } from '../words/locale.tsx';
import { desksOf } from './desks.ts';
import { SessionEnded } from './session-ended.tsx';

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
            <LanguageMenu />
            <SchemeToggle />
            {me && <AccountMenu me={me} />}
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        {own.map(({ to, word }) => (
          <NavLink key={to} component={Link} to={to} label={t(`nav.${word}`)} onClick={close} />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        {me?.operations.includes('getTicketEvents') && <LiveState />}
        {children}
      </AppShell.Main>
      <SessionEnded />
    </AppShell>
  );
}

/** Listens for changes as long as somebody is signed in, and says where that is not possible. */
function LiveState() {
  const t = useTranslations('common.live');
  const state = useLive(useQueryClient());
  if (state === 'live') return null;
  return (
    <Box p="xs">
      <Alert color="yellow" icon={<IconWifiOff aria-hidden />} role="status">
        {t(state)}
      </Alert>
    </Box>
  );
}

function LanguageMenu() {
  const t = useTranslations('common.language');
  const { locale, choose } = useLanguage();
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" aria-label={t('label')}>
          <IconLanguage aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {locales.map((each) => (
          <Menu.Item
            key={each}
            lang={each}
            aria-current={each === locale}
            fw={each === locale ? 700 : 400}
            onClick={() => choose(each)}
          >
            {t(each)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
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

function AccountMenu({ me }: { me: Me }) {
  const t = useTranslations('common');
  const router = useRouter();
  const queries = useQueryClient();
  const leave = async (): Promise<void> => {
    await signOut();
    queries.clear();
    await router.invalidate();
    await router.navigate({ to: '/sign-in' });
  };
  return (
    <Menu>
      <Menu.Target>
        <Button variant="subtle" size="compact-md">
          {t(`role.${me.role}`)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('account.signedInAs', { role: t(`role.${me.role}`) })}</Menu.Label>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave()}>
          {t('account.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
