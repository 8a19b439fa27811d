/** Where files are dropped, pasted or chosen. Loaded when files are asked for. */

import { Button, Group, Stack, Text } from '@mantine/core';
import { IconCamera, IconFileUpload } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useDropzone } from 'react-dropzone';
import { useTranslations } from 'use-intl';
import { uploadBytesMax } from '../../domain/limits.ts';
import styles from './files.module.css';

interface DropAreaProps {
  onFiles(files: readonly File[]): void;
}

const mebibyte = 1024 * 1024;

export function DropArea({ onFiles }: DropAreaProps) {
  const t = useTranslations('portal.files');
  const camera = useRef<HTMLInputElement>(null);
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({
    onDrop: (taken) => onFiles(taken),
    noClick: true,
    noKeyboard: true,
  });
  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent) => {
      const pasted = [...(clipboardData?.files ?? [])];
      if (pasted.length > 0) onFiles(pasted);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [onFiles]);
  return (
    <div {...getRootProps()} className={styles['drop']} data-over={isDragActive}>
      <input {...getInputProps({ 'aria-label': t('choose') })} />
      <input
        ref={camera}
        type="file"
        accept="image/*"
        capture="environment"
        hidden
        aria-label={t('camera')}
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = '';
        }}
      />
      <Stack gap={6} align="center">
        <Text fw={600}>{t('drop')}</Text>
        <Text size="sm">{t('kinds', { megabytes: uploadBytesMax / mebibyte })}</Text>
        <Group gap="xs" justify="center">
          <Button variant="default" size="sm" leftSection={<IconFileUpload size={16} aria-hidden />} onClick={open}>
            {t('choose')}
          </Button>
          <Button
            variant="default"
            size="sm"
            leftSection={<IconCamera size={16} aria-hidden />}
            onClick={() => camera.current?.click()}
          >
            {t('camera')}
          </Button>
        </Group>
        <Text size="sm">{t('masking')}</Text>
      </Stack>
    </div>
  );
}
