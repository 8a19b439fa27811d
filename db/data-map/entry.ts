/**
 * What the data map says of a column (PA-1.1, PA-2.1, PA-6.1): why it is kept, on what ground, how long, and who reads
 * it. Literal data; a test compares it with the schema, so no column goes unnamed.
 */

import type { Role } from '../../domain/role.ts';

/** The uses of data that PA-2.1 allows. */
export type DataPurpose =
  | 'account'
  | 'service'
  | 'orders_payments'
  | 'support'
  | 'notices'
  | 'fraud_abuse'
  | 'statistics'
  | 'legal_duty';

export type DataBasis = 'contract' | 'legal_duty' | 'legitimate_interest' | 'consent';

/** From when the retention period counts, and how long it is. */
export type DataRetention =
  | 'until_account_closed'
  | 'until_session_ends'
  | 'until_used_or_expired'
  | '90_days_after_closing'
  | '3_years_after_closing'
  | '10_years_after_payment'
  | 'as_long_as_the_row_it_describes';

/** `subject` is the person themselves; `desk` the software alone. */
export type DataReader = Role | 'subject' | 'desk';

export interface DataMapEntry {
  readonly purpose: DataPurpose;
  readonly basis: DataBasis;
  readonly retention: DataRetention;
  readonly readers: readonly DataReader[];
  /** Whether the column says something about a person, so that erasure must reach it. */
  readonly personal: boolean;
}

export type DataMap = Readonly<Record<string, Readonly<Record<string, DataMapEntry>>>>;
