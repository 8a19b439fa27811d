/** Where a session ends in the middle of something: one signs in again over the page, which keeps all that was typed. */

import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { sessionEnded } from '../api/client.ts';
import { SignInForm } from './sign-in-form.tsx';

export function SessionEnded() {
  const t = useTranslations('common.fault');
  const queries = useQueryClient();
  const [opened, setOpened] = useState(false);
  const isSigningIn = useRouterState({ select: ({ location }) => location.pathname === '/sign-in' });
  useEffect(() => {
    const open = () => setOpened(true);
    sessionEnded.addEventListener('ended', open);
    return () => sessionEnded.removeEventListener('ended', open);
  }, []);
  return (
    <Modal opened={opened && !isSigningIn} onClose={() => setOpened(false)} title={t('sessionEnded')}>
      <SignInForm
        onDone={async () => {
          setOpened(false);
          await queries.invalidateQueries();
        }}
      />
    </Modal>
  );
}
