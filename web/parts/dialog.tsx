/**
 * A dialog over the page: named by its heading, closed by a button with a name. The library's own head would be a second
 * banner of the page to whoever hears it.
 */

import { Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';

interface DialogProps {
  /** How wide it may be; as the library’s own unless told. */
  size?: string;
  opened: boolean;
  title: string;
  onClose(): void;
  children: ReactNode;
}

export function Dialog({ size = 'md', opened, title, onClose, children }: DialogProps) {
  const t = useTranslations('common');
  return (
    <Modal.Root size={size} opened={opened} onClose={onClose}>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body pt="md">
          <Group justify="space-between" wrap="nowrap" mb="md" align="flex-start">
            <Modal.Title fw={600} fz="lg">
              {title}
            </Modal.Title>
            <Modal.CloseButton aria-label={t('close')} />
          </Group>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
