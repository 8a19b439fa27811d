/** Instants in the reader's zone and language, with UTC where the pointer or focus rests. */

import { Tooltip } from '@mantine/core';
import { useFormatter, useNow, useTranslations } from 'use-intl';

const minuteMs = 60_000;

function useUtc(): (at: Date) => string {
  const format = useFormatter();
  const t = useTranslations('common.time');
  return (at) => t('utc', { time: format.dateTime(at, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' }) });
}

/** Day and minute. `at` is an instant as the API tells it. */
export function Instant({ at }: { at: string }) {
  const format = useFormatter();
  const utc = useUtc();
  const date = new Date(at);
  return (
    <Tooltip label={utc(date)}>
      <time dateTime={at}>{format.dateTime(date, { dateStyle: 'medium', timeStyle: 'short' })}</time>
    </Tooltip>
  );
}

/** How long ago or until; told anew each minute. */
export function Ago({ at }: { at: string }) {
  const format = useFormatter();
  const utc = useUtc();
  const now = useNow({ updateInterval: minuteMs });
  const date = new Date(at);
  return (
    <Tooltip label={utc(date)}>
      <time dateTime={at}>{format.relativeTime(date, now)}</time>
    </Tooltip>
  );
}

/** The day alone. */
export function Day({ at }: { at: string }) {
  const format = useFormatter();
  const utc = useUtc();
  const date = new Date(at);
  return (
    <Tooltip label={utc(date)}>
      <time dateTime={at}>{format.dateTime(date, { dateStyle: 'medium' })}</time>
    </Tooltip>
  );
}
