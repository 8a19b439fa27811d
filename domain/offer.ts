/** RP-4.5: an offer of money or time, as codes: what a customer may choose, and how it ended. */

export const offerChoices = ['refund', 'extension'] as const;

/** Chosen, or ended with nothing chosen; `taken_back` by staff, for a fact that could give more. */
export const offerEnds = [...offerChoices, 'lapsed', 'withdrawn', 'taken_back'] as const;

export type OfferEnd = (typeof offerEnds)[number];
