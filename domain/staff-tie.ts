/**
 * What ties a member of staff to a claim: an address or a payment instrument that both have. Nobody handles a claim of an
 * account that they are tied to. Pure; what is declared is known by keyed hash alone, and never shown.
 */

import { ibanOf } from './iban.ts';

/** `bank_account`: an IBAN, another account's number or a wallet. `instrument`: as a provider names a card or a payer. */
export const tieKinds = ['email', 'messenger', 'phone', 'bank_account', 'instrument'] as const;

export type TieKind = (typeof tieKinds)[number];

export interface Tie {
  readonly kind: TieKind;
  readonly value: string;
}

/** Hashes under a key of the desk's own, so that a copy of the table gives nothing away. */
export interface TieHash {
  /** The same for the same key, so that what was declared under another is seen to hold no more. */
  readonly keyMark: string;
  of(tie: Tie): Buffer;
}

/** Equal where people would call it the same. What sets mail addresses equal is the database's function of that name. */
export function normalisedTie({ kind, value }: Tie): Tie {
  const text = value.trim();
  switch (kind) {
    case 'email':
    case 'messenger':
      return { kind, value: text.toLowerCase() };
    case 'phone':
      return { kind, value: text.replaceAll(/[^+\d]/g, '').replace(/^00/, '+') };
    case 'bank_account':
      return { kind, value: ibanOf(text) };
    case 'instrument':
      return { kind, value: text };
  }
}

export const tieName = ({ kind, value }: Tie): string => `${kind}\n${value}`;
