/** The payouts of the last days as CSV, up to the moment at which the desk counted them: its clock, not the reader's. */

import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { exportDaysMax } from '../../domain/limits.ts';

const dayMs = 86_400_000;

const addressOf = (at: string): string => {
  const until = new Date(at);
  const from = new Date(until.getTime() - exportDaysMax * dayMs);
  const query = new URLSearchParams({ format: 'csv', from: from.toISOString(), until: until.toISOString() });
  return `/v1/exports/payouts?${query.toString()}`;
};

export function ExportLink({ at }: { at: string }) {
  const t = useTranslations('finance.board');
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      onClick={() => window.location.assign(addressOf(at))}
    >
      {t('csv', { days: exportDaysMax })}
    </Button>
  );
}
