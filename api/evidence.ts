/** Handlers of evidence: announced uploads, their bytes, their joining a ticket, and the files themselves. */

import { operations } from '../contract/operations.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import { evidenceMediaTypes, servedName } from '../domain/evidence.ts';
import type { TicketId } from '../domain/ids.ts';
import { aimAtTicket } from './aim.ts';
import type { Stores } from './ports.ts';
import { presentDiagnosis, presentEvidence, presentTicketDiagnosis, presentUpload } from './present-evidence.ts';
import { accountsToAskFor } from './principal.ts';
import { noTarget, type ReadAnswer, type Route, route } from './route.ts';
import type { OpenedEvidence } from './upload-port.ts';

export function evidenceRoutes({ tickets, uploads }: Pick<Stores, 'tickets' | 'uploads'>): Route[] {
  const aim = aimAtTicket(tickets);
  return [
    route(operations.createUpload, {
      kind: 'direct',
      aim: async (context) => {
        if (accountsToAskFor(context.principal).length === 0) return refuse('not-allowed');
        const { ticketId } = context.body;
        return ticketId === undefined ? noTarget : aim({ ...context, params: { ticketId } });
      },
      apply: async ({ principal, target, body, at }, trx) => {
        const upload = await uploads.create(trx, {
          accountIds: accountsToAskFor(principal),
          subjectId: principal.subjectId,
          ticket: target.ticket,
          orderRef: body.orderRef ?? null,
          name: body.name,
          bytes: body.bytes,
          sha256: body.sha256,
          at,
        });
        return 'refused' in upload ? upload : { body: presentUpload(upload) };
      },
    }),
    route(operations.getUpload, {
      kind: 'read',
      handle: async ({ principal, params }) => {
        const upload = await uploads.read(principal.subjectId, params.uploadId);
        if (!upload) return refuse('not-found');
        return {
          body: presentUpload(upload),
          headers: { 'Upload-Offset': String(upload.offset), 'Upload-Length': String(upload.bytes) },
        };
      },
    }),
    route(operations.appendUpload, {
      kind: 'upload',
      handle: ({ principal, params, offset, bytes, at }) =>
        uploads.append({ subjectId: principal.subjectId, uploadId: params.uploadId, offset, bytes, at }),
    }),
    route(operations.addEvidence, {
      kind: 'delivered',
      aim,
      present: async ({ viewer }, { ticketId }) => {
        const view = ticketId && (await tickets.read(viewer, ticketId));
        return view
          ? { body: { ticketId: view.id, evidence: view.evidence.map(presentEvidence) } }
          : refuse('not-found');
      },
    }),
    ...openedRoutes({ tickets, uploads }),
    ...diagnosisRoutes({ tickets, uploads }),
  ];
}

type Parts = Pick<Stores, 'tickets' | 'uploads'>;

/** Files as attachments; who looks at them is on record with the person whose they are (PV-1.2, E6). */
function openedRoutes({ tickets, uploads }: Parts): Route[] {
  const opened = async (
    { viewer, ticketId }: { viewer: Parameters<Stores['tickets']['find']>[0]; ticketId: string },
    open: (ticketId: TicketId) => Promise<OpenedEvidence | Refusal>,
    as: (view: OpenedEvidence['view']) => { readonly contentType: string; readonly fileName: string },
  ): Promise<ReadAnswer | Refusal> => {
    const target = await tickets.find(viewer, ticketId);
    if (!target) return refuse('not-found');
    const found = await open(target.ticketId);
    if (isRefusal(found)) return found;
    const { view, pieces } = found;
    return {
      body: null,
      file: { pieces, ...as(view) },
      seen: [{ subjectId: view.subjectId, ticketId: target.ticketId }],
    };
  };
  return [
    route(operations.getEvidence, {
      kind: 'read',
      handle: ({ viewer, params: { ticketId, evidenceId } }) =>
        opened(
          { viewer, ticketId },
          (found) => uploads.open(found, evidenceId),
          ({ kind, name }) => ({ contentType: evidenceMediaTypes[kind], fileName: servedName(name, kind) }),
        ),
    }),
    route(operations.getEvidenceThumbnail, {
      kind: 'read',
      handle: ({ viewer, params: { ticketId, evidenceId } }) =>
        opened(
          { viewer, ticketId },
          (found) => uploads.openThumbnail(found, evidenceId),
          () => ({ contentType: evidenceMediaTypes.webp, fileName: 'thumbnail.webp' }),
        ),
    }),
    route(operations.getEvidencePage, {
      kind: 'read',
      handle: ({ viewer, params: { ticketId, evidenceId, page } }) =>
        opened(
          { viewer, ticketId },
          (found) => uploads.openPage(found, evidenceId, page),
          () => ({ contentType: evidenceMediaTypes.webp, fileName: `page-${page}.webp` }),
        ),
    }),
  ];
}

const diagnosisRoutes = ({ tickets, uploads }: Parts): Route[] => [
  route(operations.getDiagnosis, {
    kind: 'read',
    handle: async ({ viewer, params }) => {
      const target = await tickets.find(viewer, params.ticketId);
      if (!target) return refuse('not-found');
      const found = await uploads.diagnose(target.ticketId, params.evidenceId);
      if (isRefusal(found)) return found;
      return {
        body: presentDiagnosis(found.diagnosis),
        seen: [{ subjectId: found.view.subjectId, ticketId: target.ticketId }],
      };
    },
  }),
  route(operations.getTicketDiagnosis, {
    kind: 'read',
    handle: async ({ viewer, params }) => {
      const target = await tickets.find(viewer, params.ticketId);
      if (!target) return refuse('not-found');
      return {
        body: presentTicketDiagnosis(await uploads.diagnoseTicket(target.ticketId)),
        seen: [{ subjectId: target.subjectId, ticketId: target.ticketId }],
      };
    },
  }),
];
