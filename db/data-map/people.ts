/** The data map of people, their sign-in and their accounts. */

import type { DataMap, DataMapEntry } from './entry.ts';

const account: DataMapEntry = {
  purpose: 'account',
  basis: 'contract',
  retention: 'until_account_closed',
  readers: ['subject', 'agent', 'lead', 'finance', 'admin', 'privacy'],
  personal: true,
};
const internal: DataMapEntry = { ...account, readers: ['desk'], personal: false };
const session: DataMapEntry = { ...account, retention: 'until_session_ends', readers: ['desk'] };
const sessionSeen: DataMapEntry = {
  ...session,
  purpose: 'fraud_abuse',
  basis: 'legitimate_interest',
  readers: ['subject', 'privacy'],
};
const secret: DataMapEntry = { ...account, readers: ['desk'] };
const code: DataMapEntry = { ...account, retention: 'until_used_or_expired', readers: ['desk'] };
const codeTime: DataMapEntry = { ...code, personal: false };
const apiKey: DataMapEntry = { ...internal, readers: ['admin', 'desk'] };
const contact: DataMapEntry = { ...account, purpose: 'notices' };

export const peopleDataMap = {
  people: {
    id: account,
    email: account,
    email_verified: account,
    name: account,
    image: account,
    role: account,
    locale: contact,
    two_factor_enabled: account,
    created_at: account,
    updated_at: account,
  },
  sessions: {
    id: session,
    person_id: session,
    token: session,
    remembered: session,
    expires_at: session,
    ip_address: sessionSeen,
    user_agent: sessionSeen,
    created_at: session,
    updated_at: session,
  },
  credentials: {
    id: secret,
    person_id: secret,
    external_id: secret,
    provider: secret,
    password_hash: secret,
    access_token: secret,
    refresh_token: secret,
    id_token: secret,
    access_token_expires_at: secret,
    refresh_token_expires_at: secret,
    scope: secret,
    created_at: secret,
    updated_at: secret,
  },
  verifications: {
    id: codeTime,
    identifier: code,
    value: code,
    expires_at: codeTime,
    created_at: codeTime,
    updated_at: codeTime,
  },
  second_factors: {
    id: secret,
    person_id: secret,
    secret,
    backup_codes: secret,
    verified: secret,
    failed_verification_count: secret,
    locked_until: secret,
  },
  second_factor_uses: {
    person_id: secret,
    last_counter: secret,
    failures: secret,
    failed_at: secret,
  },
  api_keys: {
    id: apiKey,
    person_id: apiKey,
    config_id: apiKey,
    name: apiKey,
    start: apiKey,
    prefix: apiKey,
    key_hash: apiKey,
    refill_interval: apiKey,
    refill_amount: apiKey,
    last_refill_at: apiKey,
    enabled: apiKey,
    rate_limit_enabled: apiKey,
    rate_limit_time_window: apiKey,
    rate_limit_max: apiKey,
    request_count: apiKey,
    remaining: apiKey,
    last_request: apiKey,
    expires_at: apiKey,
    permissions: apiKey,
    metadata: apiKey,
    created_at: apiKey,
    updated_at: apiKey,
  },
  accounts: {
    id: { ...account, personal: false },
    ref: account,
    name: account,
    created_at: { ...account, personal: false },
  },
  account_members: {
    account_id: account,
    person_id: account,
    rights: account,
  },
  contact_channels: {
    id: contact,
    person_id: contact,
    kind: contact,
    address: contact,
    verified_at: contact,
    created_at: contact,
  },
} as const satisfies DataMap;
