/** Every move that is allowed now, by its name: Ctrl+K. */

import '@mantine/spotlight/styles.layer.css';
import { Spotlight } from '@mantine/spotlight';
import { useRouteContext } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { giveCommand } from './desk-commands.ts';
import { allowedForms } from './moves.ts';
import { useOpenTicket } from './open-ticket.tsx';

export function Palette() {
  const t = useTranslations('desk');
  const { ticket, setForm } = useOpenTicket();
  const { me } = useRouteContext({ from: '/desk' });
  const mayTake = ticket.actions.includes('assignTicket') && ticket.assignee?.id !== me.id;
  const actions = [
    ...allowedForms(ticket).map((form) => ({
      id: form,
      label: t(`move.${form}`),
      onClick: () => setForm(form),
    })),
    ...(mayTake ? [{ id: 'assign', label: t('move.assignToMe'), onClick: () => giveCommand('assign') }] : []),
    { id: 'reply', label: t('composer.reply'), onClick: () => giveCommand('reply') },
    { id: 'note', label: t('composer.note'), onClick: () => giveCommand('note') },
    { id: 'help', label: t('keys.title'), onClick: () => giveCommand('help') },
  ];
  return (
    <Spotlight
      actions={actions}
      shortcut="mod + K"
      nothingFound={t('palette.nothing')}
      highlightQuery
      searchProps={{ placeholder: t('palette.hint'), 'aria-label': t('palette.hint') }}
    />
  );
}
