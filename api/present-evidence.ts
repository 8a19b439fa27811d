/** Evidence and uploads on their way out: what the owner and staff alike may see of a file. */

import type { z } from 'zod';
import type { diagnosisSchema, ticketDiagnosisSchema } from '../contract/diagnosis.ts';
import type { evidenceSchema, uploadSchema } from '../contract/evidence.ts';
import type { LogDiagnosis } from '../domain/diagnosis.ts';
import type { TicketDiagnosis, TicketFinding } from '../domain/ticket-diagnosis.ts';
import type { UploadView } from './upload-view.ts';
import type { EvidenceView } from './views.ts';

export const presentEvidence = (view: EvidenceView): z.output<typeof evidenceSchema> => ({
  id: view.id,
  name: view.name,
  state: view.state,
  reason: view.reason,
  finding: view.finding,
  failing: view.failing && { since: view.failing.since.toISOString(), tries: view.failing.tries },
  kind: view.kind,
  bytes: view.bytes,
  sha256: view.sha256,
  masked: { ...view.masked },
  at: view.at.toISOString(),
  originId: view.originId,
  pages: view.pages,
  hasThumbnail: view.hasThumbnail,
});

/** All of it is codes, counts, instants, hosts and addresses; of the file’s words it has none. */
export const presentDiagnosis = (diagnosis: LogDiagnosis): z.output<typeof diagnosisSchema> => ({
  ...diagnosis,
  read: { ...diagnosis.read },
  classes: diagnosis.classes.map((entry) => ({ ...entry, proofs: [...entry.proofs] })),
});

const presentFinding = (finding: TicketFinding) => ({ ...finding, missing: [...finding.missing] });

export const presentTicketDiagnosis = (told: TicketDiagnosis): z.output<typeof ticketDiagnosisSchema> => ({
  files: told.files.map(({ evidenceId, diagnosis: { format, read } }) => ({ evidenceId, format, read: { ...read } })),
  unread: [...told.unread],
  ...told.merged,
  classes: told.merged.classes.map((entry) => ({ ...entry, proofs: [...entry.proofs] })),
  finding: presentFinding(told.finding),
  probes: told.probes && {
    ...told.probes.diagnosis,
    classes: told.probes.diagnosis.classes.map((entry) => ({ ...entry, proofs: [...entry.proofs] })),
    finding: presentFinding(told.probes.finding),
  },
  window: told.window,
});

export const presentUpload = (view: UploadView): z.output<typeof uploadSchema> => ({
  uploadId: view.uploadId,
  offset: view.offset,
  bytes: view.bytes,
  state: view.state,
  reason: view.reason,
  masked: { ...view.masked },
  sameAs: view.sameAs,
  refusedMembers: view.refusedMembers.map((refused) => ({ ...refused })),
});
