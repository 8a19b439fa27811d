/** Signing in again over the page. Loaded where a session ends: most do not end on a page. */

import { Modal } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { SignInForm } from './sign-in-form.tsx';

interface SessionDialogProps {
  onClose(): void;
  onDone(): Promise<void>;
}

export function SessionDialog({ onClose, onDone }: SessionDialogProps) {
  const t = useTranslations('common');
  return (
    <Modal opened onClose={onClose} title={t('fault.sessionEnded')} closeButtonProps={{ 'aria-label': t('close') }}>
      <SignInForm onDone={onDone} />
    </Modal>
  );
}
