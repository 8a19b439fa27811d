/** The place where this desk keeps its evidence: the bucket where one is named, else the directory. */

import type { EvidenceStore } from '../domain/evidence.ts';
import { createEvidenceDirectory } from '../providers/evidence-directory.ts';
import { createEvidenceS3 } from '../providers/evidence-s3.ts';
import type { Config } from './config.ts';

export function createEvidence(config: Config): EvidenceStore {
  const key = config.EVIDENCE_KEY.reveal();
  if (config.EVIDENCE_S3_BUCKET === '') return createEvidenceDirectory({ directory: config.EVIDENCE_DIR, key });
  const secret = config.EVIDENCE_S3_SECRET_ACCESS_KEY;
  return createEvidenceS3({
    bucket: config.EVIDENCE_S3_BUCKET,
    region: config.EVIDENCE_S3_REGION,
    endpoint: config.EVIDENCE_S3_ENDPOINT || null,
    pathStyle: config.EVIDENCE_S3_PATH_STYLE === 'true',
    credentials:
      secret === '' ? null : { accessKeyId: config.EVIDENCE_S3_ACCESS_KEY_ID, secretAccessKey: secret.reveal() },
    key,
  });
}
