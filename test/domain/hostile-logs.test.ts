/** Logs made to harm: what is no host is shown as none, nothing throws, and no line takes long. */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createDiagnosis } from '../../domain/diagnosis.ts';
import { readHar } from '../../domain/read-har.ts';
import { createReader } from '../../domain/read-log.ts';
import { readWith } from './client-logs.ts';

const formats = ['curl', 'json_lines', 'plain'] as const;

test('PV-2.1: words of the file pass for no target and no egress address', () => {
  const secret = 'my-account:0000';
  const curl = readWith(
    createReader('curl'),
    `*   Trying 203.0.113.1:8080...\n> CONNECT a/b?${secret} HTTP/1.1\n< HTTP/1.1 200 OK`,
  );
  const json = readWith(
    createReader('json_lines'),
    JSON.stringify({ url: 'https://shop.example/a', status: 200, egress: secret }),
  );
  expect([curl[0]?.target, json[0]?.target, json[0]?.egress]).toEqual([null, 'shop.example', null]);
});

test('an answer that says it is of another age has no instant', () => {
  const log =
    '*   Trying 203.0.113.1:8080...\n> GET http://shop.example/ HTTP/1.1\n< HTTP/1.1 200 OK\n< Date: +275760-09-13T00:00:00Z\n<';
  expect(readWith(createReader('curl'), log)[0]?.at).toBeNull();
});

test('whatever stands in a HAR, it is read or left unread', () => {
  const anything = fc.jsonValue({ maxDepth: 4 });
  const entry = fc.record(
    {
      request: fc.oneof(anything, fc.constant({ url: 'https://shop.example/' })),
      response: fc.oneof(
        anything,
        fc.record({ status: anything, headers: fc.array(anything), content: anything, _error: anything }),
      ),
      startedDateTime: anything,
      time: anything,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(anything, entry)), (entries) => {
      const diagnosis = createDiagnosis();
      for (const attempt of readHar(JSON.stringify({ log: { entries } }))?.attempts ?? []) diagnosis.add(attempt);
      expect(diagnosis.told().failed).toBeLessThanOrEqual(entries.length);
    }),
  );
});

test.each(formats)('lines of 64 KB made for searching backwards are read by %s in no time', (format) => {
  const lines = ['http://', '200 Client Error: ', 'headers={', '"GET ', 'Cannot connect to host '].map(
    (part) => `2026-11-30 10:00:00 https://shop.example/ ${part.repeat(64_000 / part.length)}`,
  );
  const began = process.cpuUsage();
  // Of a whole upload it would be a hundred and more.
  for (let times = 0; times < 60; times += 1) readWith(createReader(format), lines.join('\n'));
  expect(process.cpuUsage(began).user / 1_000).toBeLessThan(1_000);
});
