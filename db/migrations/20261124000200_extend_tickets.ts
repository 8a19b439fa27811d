/** A ticket's whole life: its further phases and outcomes, the fault it reports, its policy versions and what is due next. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table tickets
      drop constraint tickets_phase_check,
      add constraint tickets_phase_check check (phase in
        ('gathering', 'reviewing', 'remediating', 'deciding', 'offering', 'settling', 'closed')),
      drop constraint tickets_outcome_check,
      add constraint tickets_outcome_check check (outcome in
        ('refunded', 'extended', 'refused', 'remediated', 'withdrawn', 'lapsed', 'charged_back', 'rehearsed')),
      add column fault text not null default 'unreachable' check (fault in
        ('unreachable', 'slow', 'blocked_by_target', 'authentication', 'wrong_location', 'other')),
      add column purchase_version_id uuid references policy_versions,
      add column materials_complete_at timestamptz,
      add column due_kind text check (due_kind in ('gathering', 'information', 'remediation', 'fix_answer', 'offer', 'kyc', 'system_decision')),
      add column due_at timestamptz,
      add constraint tickets_due_whole check ((due_kind is null) = (due_at is null));
    alter table tickets alter column fault drop default;
    create index tickets_by_due on tickets (due_at) where due_at is not null;
    comment on column tickets.policy_version_id is 'in force when it was asked for (RP-6.1)';
    comment on column tickets.purchase_version_id is 'in force when the order was bought (RP-6.1)';
    comment on column tickets.due_at is 'when the ticket moves by itself, if nothing comes before; its workflow has the timer';

    alter table reviews
      drop constraint reviews_cause_check,
      add constraint reviews_cause_check check (cause in ('seller', 'user', 'target', 'account', 'third_party', 'unclear')),
      add column persistent boolean,
      add column seller_mistake boolean not null default false,
      add column mended boolean not null default false,
      add column lost jsonb not null default '[]';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table reviews drop column persistent, drop column seller_mistake, drop column mended, drop column lost,
      drop constraint reviews_cause_check,
      add constraint reviews_cause_check check (cause in ('seller', 'user', 'target', 'third_party', 'unclear'));
    drop index tickets_by_due;
    alter table tickets drop column fault, drop column purchase_version_id, drop column materials_complete_at,
      drop column due_at, drop column due_kind,
      drop constraint tickets_phase_check,
      add constraint tickets_phase_check check (phase in ('gathering', 'reviewing', 'deciding', 'settling', 'closed')),
      drop constraint tickets_outcome_check,
      add constraint tickets_outcome_check check (outcome in ('refunded', 'refused', 'withdrawn', 'rehearsed'));
  `);
}
