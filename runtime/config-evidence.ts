/** The keys of the evidence store: its place, a directory or a bucket of S3, and for how long it keeps what no ticket has. */

import { z } from 'zod';

const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** `secret` makes a value that never prints itself, of a least length. */
export const evidencePlaceKeys = <Hidden>(secret: (minLength: number) => z.ZodType<Hidden, string>) =>
  ({
    EVIDENCE_DIR: {
      schema: z.string().default(''),
      doc: 'Directory of the evidence store. Needed where there is no bucket.',
    },
    UNATTACHED_UPLOAD_DAYS: {
      schema: z.coerce.number().int().min(1).max(365).default(14),
      doc: 'After so many days an upload that was given to no ticket is removed (evidence.md).',
    },
    EVIDENCE_S3_BUCKET: {
      schema: z.union([z.literal(''), z.string().regex(bucketName, 'expected the name of a bucket')]).default(''),
      doc: 'Bucket of S3, or of a server that speaks its protocol, that keeps the evidence instead of a directory (evidence.md). Empty: the directory does.',
    },
    EVIDENCE_S3_REGION: { schema: z.string().min(1).default('us-east-1'), doc: 'Region of that bucket.' },
    EVIDENCE_S3_ENDPOINT: {
      schema: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).default(''),
      doc: 'Where the bucket’s server answers. Empty: Amazon’s own.',
    },
    EVIDENCE_S3_PATH_STYLE: {
      schema: z.enum(['true', 'false']).default('false'),
      doc: 'true: the bucket stands in the address’s path and not in its host’s name, as most servers other than Amazon’s want it.',
    },
    EVIDENCE_S3_ACCESS_KEY_ID: {
      schema: z.string().default(''),
      doc: 'Access key of the bucket. Empty: the SDK finds one by itself, such as the role of the machine.',
    },
    EVIDENCE_S3_SECRET_ACCESS_KEY: {
      schema: z.union([z.literal(''), secret(8)]).default(''),
      doc: 'Secret of that access key. Needed where there is one.',
    },
  }) as const;

interface EvidencePlace {
  readonly NODE_ENV: string;
  readonly EVIDENCE_DIR: string;
  readonly EVIDENCE_S3_BUCKET: string;
  readonly EVIDENCE_S3_ENDPOINT: string;
  readonly EVIDENCE_S3_ACCESS_KEY_ID: string;
  readonly EVIDENCE_S3_SECRET_ACCESS_KEY: unknown;
}

/** What is wrong with the keys together, by the key that is to be mended. */
export function* problemsOfEvidencePlace(
  config: EvidencePlace,
): Generator<readonly [keyof EvidencePlace, string], void> {
  if (!config.EVIDENCE_DIR && !config.EVIDENCE_S3_BUCKET)
    yield ['EVIDENCE_DIR', 'is needed where EVIDENCE_S3_BUCKET is not set'];
  if (config.EVIDENCE_S3_ACCESS_KEY_ID && !config.EVIDENCE_S3_SECRET_ACCESS_KEY)
    yield ['EVIDENCE_S3_SECRET_ACCESS_KEY', 'is needed where EVIDENCE_S3_ACCESS_KEY_ID is set'];
  // Half of it would silently use other credentials.
  if (config.EVIDENCE_S3_SECRET_ACCESS_KEY && !config.EVIDENCE_S3_ACCESS_KEY_ID)
    yield ['EVIDENCE_S3_ACCESS_KEY_ID', 'is needed where EVIDENCE_S3_SECRET_ACCESS_KEY is set'];
  if (config.NODE_ENV === 'production' && config.EVIDENCE_S3_ENDPOINT.startsWith('http:'))
    yield ['EVIDENCE_S3_ENDPOINT', 'must be https in production (PV-2.3)'];
}
