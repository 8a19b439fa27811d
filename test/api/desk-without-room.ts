/**
 * A desk whose disk fills up under an upload, as a program of its own: the system lets no file of its process grow beyond
 * a limit, which nothing within a test could survive. Prints what the client was answered, as JSON.
 */

import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { startDesk } from './desk.ts';
import { putOrder } from './orders-and-tickets.ts';

async function holdFilesTo(bytes: number | 'unlimited'): Promise<void> {
  await promisify(execFile)('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]);
}

const desk = await startDesk();
try {
  const customer = await desk.signedIn('customer');
  await putOrder(desk, await desk.signedIn('service'), customer.email);
  const bytes = Buffer.from(randomBytes(150_000).toString('base64'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const made = await customer.post('/v1/uploads', { name: 'log.txt', bytes: bytes.length, sha256 });
  const path = `/v1/uploads/${String(made.json['uploadId'])}`;
  const append = async (from: number, until: number) => {
    const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(from) };
    const answer = await customer.send('PATCH', path, { raw: bytes.subarray(from, until), headers });
    const { status } = answer;
    return status === 204 ? { status } : { status, id: answer.json['id'] };
  };
  const standing = async () => (await customer.get(path)).json;
  const first = await append(0, 1_000);
  await holdFilesTo(64 * 1024);
  const full = await append(1_000, bytes.length);
  const stood = await standing();
  await holdFilesTo('unlimited');
  const again = await append(1_000, bytes.length);
  const logged = desk.logged.filter((line) => line.includes('no room left')).length;
  process.stdout.write(JSON.stringify({ first, full, stood, again, end: await standing(), logged }));
} finally {
  await desk.close();
}
