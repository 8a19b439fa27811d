/**
 * Who is paid by another way than the money came (RP-4.4). Personal data: it stays in its table and reaches a rail or
 * finance alone, never an event, a log or Temporal. Pure.
 */

/** How a change of details was verified anew before it was made. */
export const payeeVerifications = ['documents', 'callback', 'signed_in_customer'] as const;

export type PayeeVerification = (typeof payeeVerifications)[number];

/** B6: what the receiving bank says of the holder's name; whatever it says, a second person approves. */
export const payeeNameChecks = ['match', 'close_match', 'no_match', 'unavailable'] as const;

export type PayeeNameCheck = (typeof payeeNameChecks)[number];

export interface Payee {
  readonly holder: string;
  /** An IBAN, another account's number, or an address of a wallet. */
  readonly account: string;
  /** ISO 3166, two letters. */
  readonly country: string;
}

/** Where a payee lives, as far as they told: a bank's message bears it in parts or not at all (B5). */
export interface PayeeAddress {
  readonly streetName?: string | undefined;
  readonly buildingNumber?: string | undefined;
  readonly postCode?: string | undefined;
  readonly townName: string;
}

/** unknown: no answer, or none to go by; whoever is not cleared waits. */
export const screeningOutcomes = ['clear', 'hit', 'unknown'] as const;

export type ScreeningOutcome = (typeof screeningOutcomes)[number];

/** What a payout tells of it: who was not cleared never became a payee. */
export const payeeScreenings = ['clear', 'none'] as const;

export type ScreenedAs = (typeof payeeScreenings)[number];

/** Asks whether a payee stands on a list of sanctions. A desk without one asks nobody. */
export interface PayeeScreening {
  check(payee: Payee): Promise<ScreeningOutcome>;
}
