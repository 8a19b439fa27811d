/** Decisions and offers as codes: what is decided, what makes it an exception, and how far a second person has come. */

export const decisionKinds = ['refund', 'refuse', 'offer', 'replace'] as const;

export type DecisionKind = (typeof decisionKinds)[number];

/** Against the proposal, by two people: in the customer's favour, RP-3.9's refusal, or a right by law beyond the policy. */
export const decisionExceptions = ['goodwill', 'refusal', 'statutory'] as const;

export type DecisionException = (typeof decisionExceptions)[number];

/** awaiting: a second person must confirm it. rejected: they did not, and it never held. */
export const decisionStates = ['awaiting', 'final', 'rejected'] as const;

export type DecisionState = (typeof decisionStates)[number];

/** RP-4.5: what a customer may choose. */
export const offerChoices = ['refund', 'extension'] as const;

/** How an offer ended: chosen, or with nothing chosen. */
export const offerEnds = [...offerChoices, 'lapsed', 'withdrawn'] as const;

export type OfferEnd = (typeof offerEnds)[number];
