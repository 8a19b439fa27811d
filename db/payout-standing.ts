/** Which payouts count for their ticket: those that no other has taken the place of (RP-4.4). One place for all queries. */

export const standing = 'not exists (select from payouts as newer where newer.replaces = payouts.id)';
