/**
 * What a provider is shown of a disputed payment: the order, its usage, the tickets with their course, decisions and
 * messages, and what was paid back already with its references (D4). All of it recorded facts; nothing is looked up again,
 * so that the same facts are the same packet.
 */

import type { ClauseFinding } from './assessment.ts';
import type { DisputeKind } from './dispute.ts';

/** Amounts from `formatMoney`, instants in RFC 3339. */
export interface EvidencePacket {
  readonly sellerName: string;
  readonly contact: string;
  /** Of the newest fact in it. */
  readonly asOf: string;
  readonly dispute: {
    readonly ref: string;
    readonly kind: DisputeKind;
    readonly reason: string | null;
    readonly amount: string | null;
    readonly openedAt: string;
  };
  readonly order: {
    readonly ref: string;
    readonly plan: string;
    readonly purchasedAt: string;
    readonly period: { readonly from: string; readonly until: string } | null;
    readonly payments: readonly PacketPayment[];
  };
  readonly usage: readonly { readonly measuredAt: string; readonly bytes: string; readonly requests: string | null }[];
  readonly refunds: readonly PacketRefund[];
  readonly tickets: readonly PacketTicket[];
  readonly pastTickets: readonly PacketPastTicket[];
}

export interface PacketPayment {
  readonly method: string;
  readonly amount: string;
  readonly captureRef: string | null;
  readonly capturedAt: string;
  /** By the seller, but not by this desk; `null` where nothing was. */
  readonly paidBackElsewhere: string | null;
}

export interface PacketRefund {
  readonly amount: string;
  readonly method: string;
  readonly state: string;
  readonly at: string;
  readonly providerRef: string | null;
  /** By which a bank finds the money, e.g. a card refund's ARN. */
  readonly bankRef: string | null;
}

export interface PacketTicket {
  readonly reference: string;
  readonly askedAt: string;
  readonly status: string;
  readonly description: string;
  readonly decisions: readonly PacketDecision[];
  readonly course: readonly { readonly at: string; readonly what: string; readonly who: string }[];
  /** Masked, as they are stored. */
  readonly messages: readonly { readonly at: string; readonly who: string; readonly text: string }[];
}

/** Closed before the seller had this desk. */
export interface PacketPastTicket {
  readonly reference: string;
  readonly askedAt: string;
  readonly closedAt: string;
  readonly outcome: string;
  readonly refunds: readonly string[];
}

export interface PacketDecision {
  readonly at: string;
  readonly decision: string;
  readonly amount: string | null;
  readonly ground: string;
  readonly findings: readonly {
    readonly clause: string;
    readonly text: string;
    readonly verdict: ClauseFinding['verdict'];
    readonly sentence: string;
  }[];
  /** The assessment's hash, by which it can be proved against the desk's records. */
  readonly proof: string | null;
}

export interface PacketPrinter {
  /** A PDF; the same packet is the same bytes. */
  print(packet: EvidencePacket): Promise<Uint8Array>;
}
