/** A real S3 server on loopback over a temporary folder, with a bucket of its own; ended with the suite. */

import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { startChild } from '../../dev/child.ts';
import { answers, findFreePort } from '../../dev/ports.ts';
import { provisionS3 } from '../../dev/s3-binary.ts';
import { until } from '../../dev/until.ts';

export interface S3Server {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly client: S3Client;
  /** Makes a bucket; one that keeps versions never forgets by itself what is removed. */
  makeBucket(name: string, more?: { readonly versions: boolean }): Promise<void>;
  close(): Promise<void>;
}

const region = 'eu-central-1';
const credentials = { accessKeyId: 'desk', secretAccessKey: 'a secret of the tests' } as const;

export async function startS3Server(): Promise<S3Server> {
  const binary = await provisionS3({ environment: process.env, report: (line) => process.stderr.write(`${line}\n`) });
  const folder = await mkdtemp(join(tmpdir(), 's3-'));
  for (const name of ['data', 'sidecar', 'versions']) await mkdir(join(folder, name));
  const port = await findFreePort();
  const logFile = join(folder, 'server.log');
  const at = (name: string): string => join(folder, name);
  const server = startChild({
    command: binary,
    args: [
      `--port=127.0.0.1:${port}`,
      `--region=${region}`,
      `--access=${credentials.accessKeyId}`,
      `--secret=${credentials.secretAccessKey}`,
      '--quiet',
      'posix',
      // What is beside a file stands in files as well, since not every file system has room for it in attributes.
      `--sidecar=${at('sidecar')}`,
      `--versioning-dir=${at('versions')}`,
      at('data'),
    ],
    environment: { PATH: process.env['PATH'] ?? '', HOME: folder },
    directory: folder,
    logFile,
    stopWithinMs: 10_000,
  });
  const serves = await until(async () => server.hasExited() || (await answers(port)), {
    withinMs: 30_000,
    everyMs: 50,
  });
  if (!serves || server.hasExited()) {
    await server.stop();
    throw new Error(`the S3 server did not start: ${await readFile(logFile, 'utf8')}`);
  }
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({ region, endpoint, credentials, forcePathStyle: true });
  return {
    endpoint,
    region,
    credentials,
    client,
    async makeBucket(name, { versions } = { versions: false }) {
      await client.send(new CreateBucketCommand({ Bucket: name }));
      const VersioningConfiguration = { Status: 'Enabled' } as const;
      if (versions) await client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
    },
    async close() {
      client.destroy();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}
