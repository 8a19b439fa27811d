/** Facts that bear on a case and come from elsewhere: incidents that cover an order, disputes, and what staff established. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table order_incidents (
      order_id uuid not null references orders,
      ref text not null check (length(ref) between 1 and 100),
      confirmed boolean not null,
      widely_impacting boolean not null,
      covers boolean not null,
      from_at timestamptz not null,
      until_at timestamptz,
      reported_at timestamptz not null,
      primary key (order_id, ref),
      constraint order_incidents_forward check (until_at > from_at)
    );

    create table disputes (
      id uuid primary key default uuidv7(),
      provider text not null check (provider in ('stripe')),
      provider_ref text not null,
      order_id uuid not null references orders,
      tender_id uuid not null references order_tenders,
      state text not null check (state in ('open', 'inquiry', 'won', 'lost', 'closed', 'prevented')),
      amount_minor bigint not null check (amount_minor >= 0),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      told_at timestamptz not null,
      opened_at timestamptz not null,
      ended_at timestamptz,
      withdrawn_by_customer_at timestamptz,
      unique (provider, provider_ref),
      constraint disputes_ended_whole check ((ended_at is null) = (state in ('open', 'inquiry')))
    );
    create index disputes_by_order on disputes (order_id);
    comment on column disputes.told_at is 'the provider’s own time of its newest word: older ones change nothing (W10)';

    create table ticket_facts (
      id uuid primary key default uuidv7(),
      ticket_id uuid not null references tickets,
      fact text not null check (fact in ('breach', 'abuse', 'billing_country', 'independent_country', 'contact_verified')),
      value text not null check (length(value) between 1 and 40),
      ground text not null,
      stated_by uuid not null references people,
      stated_role text not null,
      at timestamptz not null,
      input_id uuid not null unique references inputs
    );
    create index ticket_facts_by_ticket on ticket_facts (ticket_id, at);
    create trigger ticket_facts_append_only before update or delete on ticket_facts
      for each row execute function refuse_change();

    create function normalised_email(email text) returns text immutable language sql as $$
      select case when split_part(email, '@', 2) in ('gmail.com', 'googlemail.com')
        then replace(regexp_replace(split_part(email, '@', 1), '[+].*$', ''), '.', '') || '@gmail.com'
        else regexp_replace(split_part(email, '@', 1), '[+].*$', '') || '@' || split_part(email, '@', 2) end
    $$;
    create index people_by_normalised_email on people (normalised_email(email));

    alter table inputs
      drop constraint inputs_source_check,
      add constraint inputs_source_check check (source in ('api', 'stripe', 'desk'));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index people_by_normalised_email;
    drop function normalised_email;
    drop table ticket_facts, disputes, order_incidents;
    alter table inputs
      drop constraint inputs_source_check,
      add constraint inputs_source_check check (source in ('api', 'stripe'));
  `);
}
