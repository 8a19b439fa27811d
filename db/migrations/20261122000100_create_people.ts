/**
 * People of every role, how they sign in, and the accounts that they act for. Sign-in's tables carry the names that
 * `api/auth.ts` tells its library; a test compares them with what the library expects.
 */

import type { Knex } from 'knex';

const people = `
  create table people (
    id uuid primary key default uuidv7(),
    email text not null unique check (email = lower(email) and length(email) between 3 and 320),
    email_verified boolean not null default false,
    name text not null default '' check (length(name) <= 200),
    image text,
    role text not null default 'customer'
      check (role in ('customer', 'agent', 'lead', 'finance', 'admin', 'privacy', 'service')),
    locale text not null default 'en' check (locale ~ '^[a-z]{2}(-[A-Z]{2}){0,1}$'),
    two_factor_enabled boolean not null default false,
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp
  );
  comment on column people.id is 'the subject id that every row about this person names';
  create index people_by_role on people (role) where role <> 'customer';
`;

const signIn = `
  create table sessions (
    id uuid primary key default uuidv7(),
    person_id uuid not null references people on delete cascade,
    token text not null unique,
    remembered boolean not null default false,
    expires_at timestamptz not null,
    ip_address text,
    user_agent text,
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp,
    constraint sessions_end_later check (expires_at > created_at)
  );
  comment on column sessions.remembered is 'the person asked to be remembered; otherwise the cookie ends with the browser (PV-2.2)';
  create index sessions_by_person on sessions (person_id);

  create table credentials (
    id uuid primary key default uuidv7(),
    person_id uuid not null references people on delete cascade,
    external_id text not null,
    provider text not null,
    password_hash text,
    access_token text,
    refresh_token text,
    id_token text,
    access_token_expires_at timestamptz,
    refresh_token_expires_at timestamptz,
    scope text,
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp,
    unique (provider, external_id),
    constraint credentials_password_hashed check (password_hash is null or length(password_hash) >= 60)
  );
  create index credentials_by_person on credentials (person_id);

  create table verifications (
    id uuid primary key default uuidv7(),
    identifier text not null,
    value text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp
  );
  comment on column verifications.identifier is 'hashed, since it is made of an e-mail address';
  create index verifications_by_identifier on verifications (identifier);
  create index verifications_by_expiry on verifications (expires_at);

  create table second_factors (
    id uuid primary key default uuidv7(),
    person_id uuid not null references people on delete cascade,
    secret text not null,
    backup_codes text not null,
    verified boolean not null default true,
    failed_verification_count integer not null default 0 check (failed_verification_count >= 0),
    locked_until timestamptz
  );
  comment on column second_factors.secret is 'encrypted by the sign-in library';
  create index second_factors_by_person on second_factors (person_id);
  create index second_factors_by_secret on second_factors (secret);

  create table api_keys (
    id uuid primary key default uuidv7(),
    person_id uuid not null references people on delete cascade,
    config_id text not null default 'default',
    name text,
    start text,
    prefix text,
    key_hash text not null unique,
    refill_interval integer,
    refill_amount integer,
    last_refill_at timestamptz,
    enabled boolean not null default true,
    rate_limit_enabled boolean not null default false,
    rate_limit_time_window integer,
    rate_limit_max integer,
    request_count integer not null default 0,
    remaining integer,
    last_request timestamptz,
    expires_at timestamptz,
    permissions text,
    metadata text,
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp
  );
  create index api_keys_by_person on api_keys (person_id);
  create index api_keys_by_config on api_keys (config_id);
`;

const accounts = `
  create table accounts (
    id uuid primary key default uuidv7(),
    ref text not null unique check (length(ref) between 1 and 100),
    name text not null default '' check (length(name) <= 200),
    created_at timestamptz not null
  );
  comment on column accounts.ref is 'the shop’s name for the account';

  create table account_members (
    account_id uuid not null references accounts,
    person_id uuid not null references people,
    rights text not null check (rights in ('owner', 'requester', 'viewer')),
    primary key (account_id, person_id)
  );
  create index account_members_by_person on account_members (person_id);

  create table contact_channels (
    id uuid primary key default uuidv7(),
    person_id uuid not null references people,
    kind text not null check (kind in ('email', 'messenger', 'phone')),
    address text not null check (length(address) between 1 and 320),
    verified_at timestamptz,
    created_at timestamptz not null,
    unique (person_id, kind, address)
  );
`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(people + signIn + accounts);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table contact_channels, account_members, accounts, api_keys, second_factors, verifications, credentials,
      sessions, people
  `);
}
