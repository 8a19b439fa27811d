/** The agent desk: the queue, and beside it the ticket that is open. */

import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import styles from './desk.module.css';
import { Keys } from './keys.tsx';
import { Split, useIsRoomy } from './panes.tsx';
import type { Queue } from './queue.ts';
import { QueuePane } from './queue-pane.tsx';

export function DeskPage({ queue, children }: { queue: Queue; children: ReactNode }) {
  const navigate = useNavigate();
  const { ticketId } = useParams({ strict: false });
  const isRoomy = useIsRoomy();
  const choose = (next: Queue) =>
    void (ticketId === undefined
      ? navigate({ to: '/desk', search: { queue: next } })
      : navigate({ to: '/desk/$ticketId', params: { ticketId }, search: { queue: next } }));
  const list = <QueuePane queue={queue} onChoose={choose} />;
  return (
    <div className={styles['desk']}>
      <Keys queue={queue} ticketId={ticketId ?? null} />
      {isRoomy ? (
        <Split id="desk" startSize={24} start={list} end={children} />
      ) : (
        <div className={styles['pane']} style={{ flex: 1 }}>
          {ticketId === undefined ? list : children}
        </div>
      )}
    </div>
  );
}
