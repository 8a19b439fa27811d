/**
 * What becomes of a file between its last byte and whoever opens it: in quarantine, held, refused or complete; the files
 * that came out of an archive; and the same file handed in twice, which is one.
 */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table evidence_files
      drop constraint evidence_complete_whole,
      drop constraint evidence_files_kind_check,
      drop constraint evidence_files_announced_bytes_check,
      add column intake text,
      add column intake_reason text,
      add column intake_finding text,
      add column intake_due_at timestamptz,
      add column origin_id uuid references evidence_files,
      add column same_as uuid references evidence_files,
      add column pages integer,
      add column has_thumbnail boolean not null default false;
    update evidence_files set intake = 'complete' where state <> 'receiving';
    alter table evidence_files
      add constraint evidence_announced_bytes check (announced_bytes >= 0),
      add constraint evidence_kind check (kind in ('png', 'jpeg', 'webp', 'text', 'har', 'pdf', 'archive')),
      add constraint evidence_intake check (intake in ('quarantined', 'held', 'complete', 'refused')),
      add constraint evidence_received_whole check (
        (state = 'receiving') = (intake is null) and (state = 'receiving') = (completed_at is null)
        and (state = 'receiving' or received_bytes = announced_bytes)),
      add constraint evidence_complete_whole check (
        (intake is not distinct from 'complete') = (kind is not null)
        and (kind is null) = (stored_bytes is null) and (kind is null) = (stored_sha256 is null)
        and (kind is null) = (masked is null)),
      add constraint evidence_reason_where_kept_back check (
        coalesce(intake in ('held', 'refused'), false) = (intake_reason is not null)),
      add constraint evidence_due_where_open check (
        intake is null or intake in ('complete', 'refused') or intake_due_at is not null),
      add constraint evidence_same_as_other check (same_as <> id),
      add constraint evidence_pages_of_pdf check (pages >= 0 and (pages is not null) = (kind is not distinct from 'pdf'));
    create index evidence_by_intake on evidence_files (intake_due_at) where intake_due_at is not null;
    create index evidence_by_origin on evidence_files (origin_id) where origin_id is not null;
    create index evidence_by_same on evidence_files (same_as) where same_as is not null;
    comment on column evidence_files.origin_id is 'the archive that it came out of';
    comment on column evidence_files.same_as is 'the file with the same bytes that stands for it on its ticket';
    comment on column evidence_files.intake_due_at is
      'when it is looked at next, by the desk''s clock; null once nothing is left to do, the clearing of its quarantine included';

    create or replace view ticket_evidence (ticket_id, evidence_id, attached_at, shown) as
      select ticket_id, id, attached_at, true from evidence_files where state = 'attached' and same_as is null
      union all
      select linked.id, evidence_files.id, attached_at, linked.closed_at is null or attached_at <= linked.closed_at
      from evidence_files join tickets as holder on holder.id = evidence_files.ticket_id
        join tickets as linked on linked.request_id = holder.request_id and linked.account_id = holder.account_id
          and linked.id <> holder.id
      where evidence_files.state = 'attached' and same_as is null;
  `);
}

/** What is not complete is as if it had not been sent; what is kept as a kind that there was not is text. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace view ticket_evidence (ticket_id, evidence_id, attached_at, shown) as
      select ticket_id, id, attached_at, true from evidence_files where state = 'attached'
      union all
      select linked.id, evidence_files.id, attached_at, linked.closed_at is null or attached_at <= linked.closed_at
      from evidence_files join tickets as holder on holder.id = evidence_files.ticket_id
        join tickets as linked on linked.request_id = holder.request_id and linked.account_id = holder.account_id
          and linked.id <> holder.id
      where evidence_files.state = 'attached';
    alter table evidence_files
      drop constraint evidence_announced_bytes,
      drop constraint evidence_kind,
      drop constraint evidence_received_whole,
      drop constraint evidence_complete_whole,
      drop constraint evidence_reason_where_kept_back,
      drop constraint evidence_due_where_open,
      drop constraint evidence_pages_of_pdf;
    update evidence_files set state = 'receiving', received_bytes = 0, completed_at = null, attached_at = null,
      announced_bytes = greatest(announced_bytes, 1) where intake <> 'complete' or same_as is not null;
    update evidence_files set kind = null, stored_bytes = null, stored_sha256 = null, masked = null
      where state = 'receiving';
    update evidence_files set kind = 'text' where kind in ('har', 'pdf', 'archive');
    alter table evidence_files
      drop column intake,
      drop column intake_reason,
      drop column intake_finding,
      drop column intake_due_at,
      drop column origin_id,
      drop column same_as,
      drop column pages,
      drop column has_thumbnail,
      add constraint evidence_files_announced_bytes_check check (announced_bytes > 0),
      add constraint evidence_files_kind_check check (kind in ('png', 'jpeg', 'webp', 'text')),
      add constraint evidence_complete_whole check (
        (state = 'receiving') = (completed_at is null) and (completed_at is null) = (kind is null)
        and (kind is null) = (stored_bytes is null) and (kind is null) = (stored_sha256 is null)
        and (kind is null) = (masked is null) and (state = 'receiving' or received_bytes = announced_bytes));
  `);
}
