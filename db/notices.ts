/** Notices queued for people: read for sending with where they go, and marked once they went or never will. */

import { z } from 'zod';
import type { DisputeId, NoticeId, OrderId, SubjectId, TicketId } from '../domain/ids.ts';
import { noticeTemplates } from '../domain/notice.ts';
import type { Database, Queryable } from './database.ts';
import { id, instant, readRow } from './row.ts';

const noticeSchema = z.object({
  id: id<NoticeId>(),
  key: z.string(),
  subject_id: id<SubjectId>(),
  order_id: id<OrderId>().nullable(),
  ticket_id: id<TicketId>().nullable(),
  ticket_number: z.string().nullable(),
  dispute_id: id<DisputeId>().nullable(),
  dispute_ref: z.string().nullable(),
  order_ref: z.string().nullable(),
  audience: z.enum(['customer', 'staff']),
  template: z.enum(noticeTemplates),
  parameters: z.record(z.string(), z.unknown()),
  state: z.enum(['queued', 'sent', 'withheld', 'failed']),
  created_at: instant,
  name: z.string(),
  email: z.string(),
  locale: z.string(),
});

export type NoticeToSend = z.output<typeof noticeSchema>;

export async function readNotice(db: Database, noticeId: NoticeId): Promise<NoticeToSend | null> {
  const row: unknown = await db('notices')
    .join('people', 'people.id', 'notices.subject_id')
    .leftJoin('tickets', 'tickets.id', 'notices.ticket_id')
    .leftJoin('disputes', 'disputes.id', 'notices.dispute_id')
    .leftJoin('orders', (join) => {
      join.on('orders.id', db.raw('coalesce(tickets.order_id, disputes.order_id, notices.order_id)'));
    })
    .where({ 'notices.id': noticeId })
    .first(
      'notices.*',
      'tickets.number as ticket_number',
      'disputes.provider_ref as dispute_ref',
      'orders.ref as order_ref',
      'orders.id as order_id',
      'people.name',
      'people.email',
      'people.locale',
    );
  return row === undefined ? null : readRow('notice', noticeSchema, row);
}

export async function markNotice(
  db: Queryable,
  noticeId: NoticeId,
  state: 'sent' | 'withheld' | 'failed',
  at: Date,
): Promise<void> {
  await db('notices')
    .where({ id: noticeId, state: 'queued' })
    .update({ state, sent_at: state === 'sent' ? at : null });
}
