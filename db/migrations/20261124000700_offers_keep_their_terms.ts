/** An offer keeps the terms that it was made on, and a review says whether it looked if the fault is mended. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table reviews alter column mended drop not null;
    comment on column reviews.mended is 'null where the review says nothing of it';

    alter table offers
      add column offer_days integer check (offer_days > 0),
      add column ends_plan boolean not null default false;
    update offers set offer_days = (
      select (document -> 'parameters' -> 'compensation' ->> 'offerDays')::integer from policy_versions
        join tickets on policy_version_id = policy_versions.id where tickets.id = offers.ticket_id);
    alter table offers alter column offer_days set not null, alter column ends_plan drop default;
    comment on column offers.ends_plan is 'the refund is for all that is unused, so the plan ends with it';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table offers drop column offer_days, drop column ends_plan;
    update reviews set mended = false where mended is null;
    alter table reviews alter column mended set not null;
  `);
}
