/** What the door needs of disputes. */

import type { DisputeKind, DisputeStanding } from '../domain/dispute.ts';
import type { Refusal } from '../domain/errors.ts';
import type { EvidencePacket } from '../domain/evidence-packet.ts';
import type { DisputeId, OrderId } from '../domain/ids.ts';
import type { DisputeDetailView, DisputeView } from './dispute-views.ts';
import type { Doing, Transactor } from './transactor.ts';
import type { Page, PageOf } from './views.ts';

export interface Disputes {
  find(disputeId: string): Promise<{ readonly disputeId: DisputeId; readonly orderId: OrderId } | null>;
  read(disputeId: DisputeId): Promise<DisputeView | null>;
  readDetail(disputeId: DisputeId): Promise<DisputeDetailView | null>;
  list(filter: { state?: DisputeStanding; kind?: DisputeKind }, page: Page): Promise<PageOf<DisputeView> | Refusal>;
  /** All that the desk knows and may show of it. */
  compile(disputeId: DisputeId, at: Date, trx?: Transactor): Promise<EvidencePacket | Refusal>;
  /** The bytes that were or are being submitted. */
  submitted(disputeId: DisputeId): Promise<Uint8Array | null>;
  /** Keeps the packet, and makes its input due for the dispute's workflow. */
  keepPacket(
    trx: Transactor,
    given: Doing & { readonly disputeId: DisputeId; readonly bytes: Uint8Array },
  ): Promise<Refusal | null>;
}
