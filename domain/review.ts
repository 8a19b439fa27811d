/** Whose fault a technical review found (RP-2.4a, RP-3.4): codes that histories, facts and pages share. */

export const reviewCauses = ['seller', 'user', 'target', 'account', 'third_party', 'unclear'] as const;

export type ReviewCause = (typeof reviewCauses)[number];
