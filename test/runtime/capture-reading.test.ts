/** An order's captures are read by one workflow at a time: who brings news waits for the next, and who brings none does not. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from '@temporalio/client';
import type { OrderId } from '../../domain/ids.ts';
import { type CaptureReading, createCaptureReading } from '../../runtime/capture-reading.ts';
import { createLog } from '../../runtime/log.ts';
import { type OwnNamespace, registerNamespace } from './namespace.ts';

let namespace: OwnNamespace;
let captures: CaptureReading;

beforeAll(async () => {
  namespace = await registerNamespace();
  const client = new Client({ connection: namespace.connection, namespace: namespace.name });
  captures = createCaptureReading({ client, log: createLog({ LOG_LEVEL: 'silent' }, 'test') });
}, 70_000);
afterAll(() => namespace.close());

test('what reads already does for a wave, and not for what was told since it began', async () => {
  const orderId = randomUUID() as OrderId;
  expect(await captures.begin(orderId, { orReading: true })).toBe(true);
  expect(await captures.begin(orderId, { orReading: true })).toBe(true);
  expect(await captures.begin(orderId)).toBe(false);
});
