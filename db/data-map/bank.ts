/** The data map of the bank's files: what it booked, and the accounts of people that money came from and goes back to. */

import type { DataMap, DataMapEntry } from './entry.ts';

const booked: DataMapEntry = {
  purpose: 'orders_payments',
  basis: 'legal_duty',
  retention: '10_years_after_payment',
  readers: ['finance'],
  personal: true,
};
const file: DataMapEntry = { ...booked, personal: false };
const bookkeeping: DataMapEntry = { ...booked, readers: ['desk'], personal: false };
/** Read by the desk alone, which writes it to the bank. */
const account: DataMapEntry = { ...booked, readers: ['desk'] };

export const bankDataMap = {
  bank_files: {
    id: file,
    kind: file,
    message_id: file,
    content_hash: bookkeeping,
    source: file,
    uploaded_by: booked,
    received_at: file,
  },
  bank_accounts: {
    id: bookkeeping,
    iban: account,
    bic: account,
    name: account,
  },
  bank_entries: {
    id: bookkeeping,
    file_id: bookkeeping,
    key: bookkeeping,
    direction: booked,
    amount_minor: booked,
    fee_minor: booked,
    fee_currency: booked,
    currency: booked,
    booked_on: booked,
    value_on: booked,
    bank_ref: booked,
    end_to_end_id: booked,
    remittance: booked,
    account_id: account,
    payout_id: booked,
    is_return: booked,
    reason: booked,
  },
  bank_statuses: {
    id: bookkeeping,
    file_id: bookkeeping,
    payout_id: booked,
    outcome: booked,
    reason: booked,
  },
  bank_instructions: {
    payout_id: booked,
    capture_ref: booked,
    account_id: account,
    payee_id: account,
    amount_minor: booked,
    currency: booked,
    execution_on: booked,
    created_at: booked,
  },
  bank_withdrawals: {
    payout_id: booked,
    at: booked,
  },
} as const satisfies DataMap;
