/** The header's menus: language and account. Loaded beside the page, since nobody needs them first. */

import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconLanguage, IconLogout } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { type Me, signOut } from '../api/session.ts';
import { locales, useLanguage } from '../words/locale.tsx';

export function HeaderMenus({ me }: { me: Me | null }) {
  return (
    <>
      <LanguageMenu />
      {me && <AccountMenu me={me} />}
    </>
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
