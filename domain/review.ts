/** Whose fault a technical review found (RP-2.4a, RP-3.4): codes that histories, facts and pages share. */

import type { Role } from './role.ts';

export const reviewCauses = ['seller', 'user', 'target', 'account', 'third_party', 'unclear'] as const;

/** Who may review a ticket, unless an appeal bars them. */
export const reviewingRoles = ['agent', 'lead'] as const satisfies readonly Role[];

export type ReviewCause = (typeof reviewCauses)[number];

/**
 * RP-2.4a: what became of a reported fix. silent: no word within the version’s time. probe_failed: our own test failed, by an
 * agent's word, or with no word of the customer by the desk's own tests.
 * closed: the ticket ended before a word came.
 */
export const fixAnswers = ['mended', 'not_mended', 'silent', 'probe_failed', 'closed'] as const;

export type FixAnswer = (typeof fixAnswers)[number];

/** What a reviewer says of the cause that the files show; an overruling has its reason in the finding. */
export const diagnosisAnswers = ['confirmed', 'overruled'] as const;

export type DiagnosisAnswer = (typeof diagnosisAnswers)[number];
