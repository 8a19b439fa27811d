/**
 * Evidence in a bucket of S3, or of a server that speaks its protocol. A file appears there as a whole or not at all; what
 * is removed is removed in all its versions, since an erased key that could be got back would erase nothing.
 */

import { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { EvidenceErased, EvidenceFull, type EvidenceStore } from '../domain/evidence.ts';
import { createEvidenceStore, type EvidenceFiles } from './evidence-store.ts';

export interface S3Options {
  readonly bucket: string;
  readonly region: string;
  /** `null` for Amazon's own. */
  readonly endpoint: string | null;
  /** Whether the bucket stands in the address's path and not in its host's name. */
  readonly pathStyle: boolean;
  /** `null` where the SDK finds them by itself: environment, shared files, the role of machine or container. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
  /** The master key: 32 bytes in base64. */
  readonly key: string;
}

const connectMsMax = 5_000;
const answerMsMax = 60_000;

export function createEvidenceS3({ bucket, key, ...options }: S3Options): EvidenceStore {
  const client = new S3Client({
    region: options.region,
    forcePathStyle: options.pathStyle,
    ...(options.endpoint === null ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === null ? {} : { credentials: options.credentials }),
    // What is stored proves itself when it is opened, and not every server knows the newer check sums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: connectMsMax, requestTimeout: answerMsMax },
  });
  return createEvidenceStore(bucketFiles(client, bucket), key);
}

/** Of a file that is sent in parts; one after the other, so that one upload holds so much memory twice. */
const partBytes = 8 * 1024 * 1024;
/** Tries again where another process writes the same file at the same moment. */
const createTriesMax = 5;

const bucketFiles = (client: S3Client, bucket: string): EvidenceFiles => ({
  async read(path) {
    const isThere = await unless(
      ['NotFound', 'NoSuchKey'],
      client.send(new HeadObjectCommand({ Bucket: bucket, Key: path })),
    );
    return isThere ? readPieces(client, { Bucket: bucket, Key: path }) : null;
  },
  async replace(path, bytes) {
    const params = { Bucket: bucket, Key: path, Body: Readable.from(bytes, { objectMode: false }) };
    await told(new Upload({ client, params, partSize: partBytes, queueSize: 1 }).done());
  },
  async create(path, bytes) {
    const given = { Bucket: bucket, Key: path, Body: bytes, IfNoneMatch: '*' };
    for (let tries = 1; ; tries += 1) {
      try {
        await unless(['PreconditionFailed'], told(client.send(new PutObjectCommand(given))));
        return;
      } catch (error) {
        if (!isNamed(error, ['ConditionalRequestConflict']) || tries === createTriesMax) throw error;
      }
    }
  },
  async remove(path) {
    await removeVersions(client, { Bucket: bucket, Prefix: path }, ({ Key }) => Key === path);
  },
  async removeFolder(folder) {
    await removeVersions(client, { Bucket: bucket, Prefix: `${folder}/` }, () => true);
  },
});

async function* readPieces(
  client: S3Client,
  place: { readonly Bucket: string; readonly Key: string },
): AsyncGenerator<Uint8Array, void> {
  const answer = await unless(['NoSuchKey'], client.send(new GetObjectCommand(place)));
  // It was seen a moment ago.
  if (answer === null) throw new EvidenceErased();
  if (!(answer.Body instanceof Readable)) throw new TypeError('the bucket answered without a stream');
  const body: AsyncIterable<Uint8Array> = answer.Body;
  yield* body;
}

/** All versions, and the marks of removed ones, page by page until there is none; a bucket without versions has one of each. */
async function removeVersions(
  client: S3Client,
  place: { readonly Bucket: string; readonly Prefix: string },
  isMeant: (version: ObjectVersion) => boolean,
): Promise<void> {
  let after: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | null = {};
  while (after !== null) {
    const page: Awaited<ReturnType<typeof listVersions>> = await listVersions(client, { ...place, ...after });
    const found = page.found.filter(isMeant).map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (found.length > 0) {
      const removed = await client.send(
        new DeleteObjectsCommand({ Bucket: place.Bucket, Delete: { Objects: found, Quiet: true } }),
      );
      const [refused] = removed.Errors ?? [];
      if (refused) throw new Error(`the bucket refused to remove a file: ${refused.Code ?? 'without a code'}`);
    }
    after = page.after;
  }
}

async function listVersions(
  client: S3Client,
  asked: { Bucket: string; Prefix: string; KeyMarker?: string; VersionIdMarker?: string },
) {
  const { Versions = [], DeleteMarkers = [], ...page } = await client.send(new ListObjectVersionsCommand(asked));
  const after =
    page.IsTruncated === true && page.NextKeyMarker !== undefined
      ? {
          KeyMarker: page.NextKeyMarker,
          ...(page.NextVersionIdMarker ? { VersionIdMarker: page.NextVersionIdMarker } : {}),
        }
      : null;
  return { found: [...Versions, ...DeleteMarkers], after };
}

const isNamed = (error: unknown, names: readonly string[]): error is S3ServiceException =>
  error instanceof S3ServiceException && names.includes(error.name);

/** `null` where the bucket refuses by one of these names. */
async function unless<Result>(names: readonly string[], work: Promise<Result>): Promise<Result | null> {
  try {
    return await work;
  } catch (error) {
    if (isNamed(error, names)) return null;
    throw error;
  }
}

/** As servers say it, each in their own words. */
const fullNames = ['QuotaExceeded', 'NoSpaceLeftOnDevice', 'InsufficientStorage', 'XMinioStorageFull'];

/** A bucket without room in the store's words. */
async function told<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const isFull =
      isNamed(error, fullNames) || (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 507);
    if (isFull) throw new EvidenceFull({ cause: error });
    throw error;
  }
}
