/** Branded ids: one cannot be passed for another. All are UUIDs; `db/mint.ts` makes them. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type AccountId = Branded<'AccountId'>;
/** A person of any role; what rows about a person name as their subject. */
export type SubjectId = Branded<'SubjectId'>;
export type OrderId = Branded<'OrderId'>;
export type TenderId = Branded<'TenderId'>;
export type TicketId = Branded<'TicketId'>;
export type UploadId = Branded<'UploadId'>;
export type GrantId = Branded<'GrantId'>;
export type PayoutId = Branded<'PayoutId'>;
export type InputId = Branded<'InputId'>;
export type HoldId = Branded<'HoldId'>;
export type OfferId = Branded<'OfferId'>;
export type RemedyId = Branded<'RemedyId'>;
export type DecisionId = Branded<'DecisionId'>;
export type AssessmentId = Branded<'AssessmentId'>;
export type DisputeId = Branded<'DisputeId'>;
export type PacketId = Branded<'PacketId'>;
export type NoticeId = Branded<'NoticeId'>;
export type ReconciliationId = Branded<'ReconciliationId'>;
export type BreakId = Branded<'BreakId'>;
export type CreditNoteId = Branded<'CreditNoteId'>;
export type IncidentId = Branded<'IncidentId'>;
export type WaveId = Branded<'WaveId'>;
export type PolicyVersionId = Branded<'PolicyVersionId'>;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const isUuid = (text: string): boolean => uuidPattern.test(text);
