/** A full disk under an upload (D1): told by its own status, nothing half is kept, and the client goes on once there is room. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

test('D1: an upload for which there is no room is answered 507 and goes on from where it stood', async () => {
  const program = fileURLToPath(new URL('./desk-without-room.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program]);
  expect(JSON.parse(stdout)).toMatchObject({
    first: { status: 204 },
    full: { status: 507, id: 'evidence-full' },
    stood: { offset: 1_000, state: 'receiving' },
    again: { status: 204 },
    end: { offset: 200_000, state: 'complete' },
    logged: 1,
  });
});
