/** Signing in again over the page. Loaded where a session ends: most do not end on a page. */

import { useTranslations } from 'use-intl';
import { Dialog } from './dialog.tsx';
import { SignInForm } from './sign-in-form.tsx';

interface SessionDialogProps {
  onClose(): void;
  onDone(): Promise<void>;
}

export function SessionDialog({ onClose, onDone }: SessionDialogProps) {
  const t = useTranslations('common');
  return (
    <Dialog opened onClose={onClose} title={t('fault.sessionEnded')}>
      <SignInForm onDone={onDone} />
    </Dialog>
  );
}
