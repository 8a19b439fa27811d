/** A ticket's timeline: events, messages, notes and evidence in one order, oldest first, a page at a time. */

import { z } from 'zod';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import { evidenceKinds } from '../domain/evidence.ts';
import type { SubjectId, TicketId, UploadId } from '../domain/ids.ts';
import { intakeReasons, intakeStates } from '../domain/intake.ts';
import { roles } from '../domain/role.ts';
import { type Page, type PageOf, pageOf, readCursor } from './cursor.ts';
import type { Queryable } from './database.ts';
import { id, instant, readRows } from './row.ts';
import type { Viewer } from './viewer.ts';

const actorSchema = z.object({
  id: id<SubjectId>().nullable(),
  role: z.enum([...roles, 'system', 'provider']),
  name: z.string().nullable(),
});

const said = { at: instant, tie: z.string(), body: z.object({ id: z.uuid(), text: z.string(), author: actorSchema }) };

const entrySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('event'),
    at: instant,
    tie: z.string(),
    body: z.object({
      number: z.number().int(),
      kind: z.string(),
      data: z.record(z.string(), z.unknown()),
      hash: z.string(),
      actor: actorSchema,
    }),
  }),
  z.object({ type: z.literal('message'), ...said }),
  z.object({ type: z.literal('note'), ...said }),
  z.object({
    type: z.literal('evidence'),
    at: instant,
    tie: z.string(),
    body: z.object({
      id: id<UploadId>(),
      ticketId: id<TicketId>(),
      subjectId: id<SubjectId>(),
      name: z.string(),
      state: z.enum(intakeStates),
      reason: z.enum(intakeReasons).nullable(),
      finding: z.string().nullable(),
      failing: z.object({ since: z.string().transform((text) => new Date(text)), tries: z.number().int() }).nullable(),
      kind: z.enum(evidenceKinds).nullable(),
      bytes: z.number().int(),
      sha256: z.string(),
      masked: z.record(z.string(), z.number()),
      at: z.string().transform((text) => new Date(text)),
      originId: id<UploadId>().nullable(),
      pages: z.number().int().nullable(),
      hasThumbnail: z.boolean(),
    }),
  }),
]);

type EntryRow = z.output<typeof entrySchema>;

const cursorSchema = z.tuple([z.iso.datetime(), z.string().max(60)]);

/** Ties at one instant: what was said or attached stands before the event that tells of it, events in their order. */
const query = `
  select * from (
    select 'event' as type, events.at, '2' || lpad(number::text, 10, '0') as tie,
      jsonb_build_object('number', number, 'kind', kind, 'data', data, 'hash', encode(hash, 'hex'),
        'actor', jsonb_build_object('id', actor_id, 'role', actor_role, 'name', people.name)) as body
    from ticket_events as events left join people on people.id = actor_id where ticket_id = :ticket
    union all
    select 'message', messages.at, '1' || messages.id,
      jsonb_build_object('id', messages.id, 'text', body,
        'author', jsonb_build_object('id', people.id, 'role', author_role, 'name', people.name))
    from messages join people on people.id = subject_id where ticket_id = :ticket
    union all
    select 'note', notes.at, '1' || notes.id,
      jsonb_build_object('id', notes.id, 'text', body,
        'author', jsonb_build_object('id', people.id, 'role', people.role, 'name', people.name))
    from notes join people on people.id = subject_id where ticket_id = :ticket and :notes
    union all
    select 'evidence', shared.attached_at, '1' || id,
      jsonb_build_object('id', id, 'ticketId', evidence_files.ticket_id, 'subjectId', subject_id, 'name', name, 'kind', kind,
        'state', intake, 'reason', intake_reason, 'finding', intake_finding,
        'failing', case when intake in ('quarantined', 'held') and intake_failures > 0
          then jsonb_build_object('since', intake_failing_since, 'tries', intake_failures) end, 'originId', origin_id, 'pages', pages,
        'hasThumbnail', has_thumbnail, 'bytes', coalesce(stored_bytes, announced_bytes), 'masked', coalesce(masked, '{}'),
        'sha256', encode(coalesce(stored_sha256, announced_sha256), 'hex'), 'at', completed_at)
    from ticket_evidence as shared join evidence_files on id = evidence_id where shared.ticket_id = :ticket and shown
  ) as entries
  where :start or (at, tie) > (:at::timestamptz, :tie::text) order by at, tie limit :limit`;

export async function readTimeline(
  db: Queryable,
  viewer: Viewer,
  ticketId: TicketId,
  page: Page,
): Promise<PageOf<ReturnType<typeof viewOf>> | Refusal> {
  const after = readCursor(cursorSchema, page.cursor);
  if (isRefusal(after)) return after;
  const result = await db.raw<{ rows: unknown[] }>(query, {
    ticket: ticketId,
    notes: viewer.kind === 'staff',
    start: after === null,
    at: after?.[0] ?? null,
    tie: after?.[1] ?? null,
    limit: page.limit + 1,
  });
  const rows = readRows('timeline entry', entrySchema, result.rows);
  return pageOf(rows, page.limit, (row) => [row.at.toISOString(), row.tie], viewOf);
}

function viewOf(row: EntryRow) {
  const { at } = row;
  switch (row.type) {
    case 'event':
      return { type: row.type, at, ...row.body };
    case 'message':
    case 'note':
      return { type: row.type, at, ...row.body };
    case 'evidence':
      return { type: row.type, at, evidence: row.body };
  }
}
