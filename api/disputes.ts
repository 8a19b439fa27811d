/** Handlers of disputes: finance's list, one with all that belongs to it, its packet of evidence, and the click that submits it. */

import { operations } from '../contract/operations.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { PacketPrinter } from '../domain/evidence-packet.ts';
import type { DisputeId } from '../domain/ids.ts';
import type { Disputes } from './dispute-port.ts';
import type { DisputeView } from './dispute-views.ts';
import type { Stores } from './ports.ts';
import { type DisputeReader, presentDispute, presentDisputeDetail } from './present-dispute.ts';
import type { Principal } from './principal.ts';
import { noTarget, type Route, route, type Target } from './route.ts';
import type { Transactor } from './transactor.ts';

export function disputeRoutes(
  { disputes, staffTies }: Pick<Stores, 'disputes' | 'staffTies'>,
  printer: PacketPrinter,
): Route[] {
  const readerOf: ReaderOf = async (principal, views) => ({
    principal,
    own: await staffTies.findOwn(
      principal.subjectId,
      views.map(({ orderId }) => orderId),
    ),
  });
  return [...readRoutes(disputes, readerOf, printer), submitRoute(disputes, readerOf, printer)];
}

type ReaderOf = (principal: Principal, views: readonly DisputeView[]) => Promise<DisputeReader>;

function readRoutes(disputes: Disputes, readerOf: ReaderOf, printer: PacketPrinter): Route[] {
  return [
    route(operations.listDisputes, {
      kind: 'read',
      handle: async ({ principal, query: { state, kind, limit, cursor }, at }) => {
        const filter = { ...(state ? { state } : {}), ...(kind ? { kind } : {}) };
        const found = await disputes.list(filter, { limit, cursor: cursor ?? null });
        if (isRefusal(found)) return found;
        const reader = await readerOf(principal, found.items);
        return {
          body: { items: found.items.map((view) => presentDispute(view, reader, at)), next: found.next },
          seen: found.items.map(({ subjectId }) => ({ subjectId, ticketId: null })),
        };
      },
    }),
    route(operations.getDispute, {
      kind: 'read',
      handle: async ({ principal, params, at }) => {
        const found = await disputes.find(params.disputeId);
        const view = found && (await disputes.readDetail(found.disputeId));
        if (!view) return refuse('not-found');
        return {
          body: presentDisputeDetail(view, await readerOf(principal, [view]), at),
          seen: [{ subjectId: view.subjectId, ticketId: null }],
        };
      },
    }),
    route(operations.getDisputeEvidence, {
      kind: 'read',
      handle: async ({ params, at }) => {
        const found = await disputes.find(params.disputeId);
        const view = found && (await disputes.read(found.disputeId));
        if (!view || view.kind === 'early_fraud_warning') return refuse('not-found');
        // As it was submitted, word for word, however much has come since.
        const bytes =
          (await disputes.submitted(view.id)) ?? (await print(disputes, printer, { disputeId: view.id, at }));
        if (isRefusal(bytes)) return bytes;
        return {
          body: null,
          file: {
            bytes: Buffer.from(bytes),
            contentType: 'application/pdf',
            fileName: `evidence-${view.providerRef}.pdf`,
          },
          seen: [{ subjectId: view.subjectId, ticketId: null }],
        };
      },
    }),
  ];
}

async function print(
  disputes: Disputes,
  printer: PacketPrinter,
  { disputeId, at }: { disputeId: DisputeId; at: Date },
  trx?: Transactor,
): Promise<Uint8Array | Refusal> {
  const packet = await disputes.compile(disputeId, at, trx);
  return isRefusal(packet) ? packet : printer.print(packet);
}

/** What is submitted is compiled and kept in the click's own transaction, so that nobody can say later that it was another. */
const submitRoute = (disputes: Disputes, readerOf: ReaderOf, printer: PacketPrinter): Route =>
  route(operations.submitDisputeEvidence, {
    kind: 'delivered',
    aim: async ({ params }): Promise<Target | Refusal> => {
      const found = await disputes.find(params.disputeId);
      return found ? { ...noTarget, ...found } : refuse('not-found');
    },
    prepare: async ({ target, doing, at }, trx) => {
      const { disputeId } = target;
      if (disputeId === undefined) return refuse('not-found');
      const bytes = await print(disputes, printer, { disputeId, at }, trx);
      if (isRefusal(bytes)) return bytes;
      return (await disputes.keepPacket(trx, { ...doing, disputeId, bytes })) ?? { disputeId };
    },
    present: async ({ principal, at }, { disputeId }) => {
      const view = disputeId && (await disputes.read(disputeId));
      if (!view) return refuse('not-found');
      return { body: presentDispute(view, await readerOf(principal, [view]), at) };
    },
  });
