/** The desk's panes side by side, as wide as their reader last made them; one of them at a time on a small screen. */

import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { useTranslations } from 'use-intl';
import styles from './desk.module.css';

/** From here on there is room for more than one. */
const roomy = '(min-width: 62em)';

export const useIsRoomy = (): boolean => useMediaQuery(roomy, true, { getInitialValueInEffect: false });

interface SplitProps {
  /** Under which the widths are remembered. */
  readonly id: 'desk' | 'ticket';
  readonly start: ReactNode;
  readonly end: ReactNode;
  /** Share of the first, in per cent, until somebody moves it. */
  readonly startSize: number;
}

export function Split({ id, start, end, startSize }: SplitProps) {
  const t = useTranslations('desk.panes');
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({ id: `refund-desk-${id}`, storage: localStorage });
  return (
    <Group className={styles['split']} {...(defaultLayout ? { defaultLayout } : {})} onLayoutChanged={onLayoutChanged}>
      <Panel id="start" className={styles['pane']} defaultSize={`${startSize}%`} minSize="15%">
        {start}
      </Panel>
      <Separator className={styles['separator']} aria-label={t('separator')} />
      <Panel id="end" className={styles['pane']} minSize="20%">
        {end}
      </Panel>
    </Group>
  );
}
