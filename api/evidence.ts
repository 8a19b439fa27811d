/** Handlers of evidence: announced uploads, their bytes, their joining a ticket, and the files themselves. */

import { operations } from '../contract/operations.ts';
import { refuse } from '../domain/errors.ts';
import { evidenceMediaTypes } from '../domain/evidence.ts';
import { aimAtTicket } from './aim.ts';
import type { Stores } from './ports.ts';
import { presentDiagnosis, presentEvidence, presentTicketDiagnosis, presentUpload } from './present-evidence.ts';
import { accountsToAskFor } from './principal.ts';
import { noTarget, type Route, route } from './route.ts';

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
    route(operations.getEvidence, {
      kind: 'read',
      handle: async ({ viewer, params }) => {
        const target = await tickets.find(viewer, params.ticketId);
        const found = target && (await uploads.open(target.ticketId, params.evidenceId));
        if (!target || !found) return refuse('not-found');
        return {
          body: null,
          file: { bytes: found.bytes, contentType: evidenceMediaTypes[found.view.kind], fileName: found.view.name },
          seen: [{ subjectId: found.view.subjectId, ticketId: target.ticketId }],
        };
      },
    }),
    ...diagnosisRoutes({ tickets, uploads }),
  ];
}

const diagnosisRoutes = ({ tickets, uploads }: Pick<Stores, 'tickets' | 'uploads'>): Route[] => [
  route(operations.getDiagnosis, {
    kind: 'read',
    handle: async ({ viewer, params }) => {
      const target = await tickets.find(viewer, params.ticketId);
      const found = target && (await uploads.diagnose(target.ticketId, params.evidenceId));
      if (!target || !found) return refuse('not-found');
      if (!found.diagnosis) return refuse('evidence-unread', { kind: found.view.kind });
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
