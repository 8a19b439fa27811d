/** The codec for Temporal's UI: staff, from that UI, and nobody else. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { listIn } from './client.ts';
import { type Desk, startDesk, temporalUiOrigin } from './desk.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const aPayload = { metadata: { encoding: base64('json/plain') }, data: base64('{"ticketId":"one"}') };

test('staff read in the clear what was encrypted', async () => {
  const agent = await desk.signedIn('agent');
  const headers = { Origin: temporalUiOrigin, 'X-Namespace': 'default' };
  const encoded = await agent.send('POST', '/codec/encode', { body: { payloads: [aPayload] }, headers });
  expect(encoded.status).toBe(200);
  const [secret] = listIn(encoded.json, 'payloads');
  expect(secret?.['data']).not.toBe(aPayload.data);
  const decoded = await agent.send('POST', '/codec/decode', { body: { payloads: [secret] }, headers });
  expect(decoded.json).toEqual({ payloads: [aPayload] });
  expect(decoded.headers.get('access-control-allow-origin')).toBe(temporalUiOrigin);
  expect(decoded.headers.get('access-control-allow-credentials')).toBe('true');
});

test('customers, strangers, other origins and other forms are refused', async () => {
  const body = { payloads: [aPayload] };
  const ui = { Origin: temporalUiOrigin };
  const customer = await desk.signedIn('customer');
  const agent = await desk.signedIn('agent');
  const answers = [
    await desk.stranger.send('POST', '/codec/decode', { body, headers: ui }),
    await customer.send('POST', '/codec/decode', { body, headers: ui }),
    await agent.send('POST', '/codec/decode', { body, headers: { Origin: 'https://elsewhere.example' } }),
    await agent.send('POST', '/codec/decode', { body: { payloads: [{ data: 1 }] }, headers: ui }),
  ];
  expect(answers.map((answer) => [answer.status, answer.json['id']])).toEqual([
    [401, 'not-signed-in'],
    [403, 'not-allowed'],
    [403, 'origin-refused'],
    [400, 'request-malformed'],
  ]);
  expect(answers[2]?.headers.get('access-control-allow-origin')).toBeNull();
});

test('a browser is told beforehand that the UI may ask', async () => {
  const answer = await desk.stranger.send('OPTIONS', '/codec/decode', {
    key: null,
    headers: { Origin: temporalUiOrigin },
  });
  expect([answer.status, answer.headers.get('access-control-allow-headers')]).toEqual([
    204,
    'content-type, x-namespace',
  ]);
});
