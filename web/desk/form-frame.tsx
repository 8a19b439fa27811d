/** What each of the desk's forms stands in: its fields, what became of it, and the button that sends it. */

import { Button, Group, Stack } from '@mantine/core';
import { getHotkeyHandler } from '@mantine/hooks';
import type { ReactNode, SubmitEvent } from 'react';
import { useTranslations } from 'use-intl';
import { type Fate, WriteFate } from '../portal/ticket-write.tsx';
import { useOpenTicket } from './open-ticket.tsx';

interface FormFrameProps {
  readonly label: string;
  readonly isPending: boolean;
  readonly fate: Fate;
  /** What it will do, in words, before it is done. */
  readonly effect?: ReactNode;
  onSend(): void;
  readonly children: ReactNode;
}

export function FormFrame({ label, isPending, fate, effect, onSend, children }: FormFrameProps) {
  const common = useTranslations('common');
  const { setForm } = useOpenTicket();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSend();
  };
  return (
    <form
      aria-label={label}
      onSubmit={submit}
      onKeyDown={getHotkeyHandler([
        ['mod+Enter', onSend],
        ['Escape', () => setForm(null)],
      ])}
    >
      <Stack gap="sm">
        {children}
        {effect}
        <WriteFate fate={fate} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="compact-md" onClick={() => setForm(null)}>
            {common('cancel')}
          </Button>
          <Button type="submit" size="compact-md" loading={isPending}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
