/** Masking in pieces: the same text and counts as masking the whole, with turns for others in between. */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maskText } from '../../domain/mask.ts';
import { maskInPieces, pieceLimits } from '../../runtime/mask-pieces.ts';

const pem = (lines: number): string =>
  [
    '-----BEGIN RSA PRIVATE KEY-----',
    ...Array.from({ length: lines }, () => 'MIIEpAIBAAKCAQEAabcdefgh0123456789abcdefgh0123456789'),
    '-----END RSA PRIVATE KEY-----',
  ].join('\n');

const lines = fc.constantFrom(
  '2026-11-20T10:00:00Z INFO proxy connected to shop.example.com:443',
  '2026-11-20T10:00:01Z WARN retry 3 of 5 via http://user:hunter2secret@proxy.example.com:8080',
  'GET /login HTTP/1.1',
  'Authorization: Bearer abcdefghij0123456789abcdefghij',
  'Cookie: session=0123456789abcdef; other=1',
  'curl -x \\',
  '  user:hunter2secret@proxy.example.com https://shop.example.com',
  'curl --proxy-user',
  'someone:hunter2secret',
  '-U',
  'paid with 4242 4242 4242 4242',
  '4242 4242',
  ' 4242 4242',
  'password=hunter2secret',
  '"password":',
  '"hunter2secret",',
  '{',
  '}',
  '},',
  ']',
  '"cookies": [',
  'Cookie: [masked]',
  'Cookies => {"a": [',
  'Set-Cookie: {',
  '"name": "Authorization",',
  '"name": "Cookie"',
  '"value": "hunter2secret abc",',
  '"value": "first',
  'second", "name": "Cookie"',
  ', "name": "x-api-key"',
  '"name":',
  '42,',
  'true',
  '',
  '\t',
  pem(2),
  pem(12),
  '-----BEGIN PRIVATE KEY-----',
  'MIIEpAIBAAKCAQEAabcdefgh0123456789abcdefgh0123456789',
  '-----END PRIVATE KEY-----',
  'level=warn msg="connect failed"',
  'level=warn msg="failed" proxy="',
  'use the "proxy"',
  "'token', 'abcdefgh1234'",
  ': rest',
  ', "value": "hunter2secret"',
  '"value": "hunter2secret"',
  '"name": "Author',
  'ization", "value": "hunter2secret"',
  'padded with blanks   ',
  'map[Authorization:[Bearer abcdefghij0123456789] Cookie:[a=hunter2secret] Host:[a.example]]',
  '{"headers": {"cookies": ["a=hunter2secret", "b=c"]}, "password": "hunter2secret"}',
  'Cookies: [ password=hunter2secret]xyz',
  'Cookies: ["a", password=hunter2secret]',
);

const logs = fc
  .tuple(fc.array(lines, { minLength: 1, maxLength: 60 }), fc.constantFrom('\n', '\r\n'))
  .map(([all, ending]) => all.join(ending));

test('PA-1.2: in pieces of any length a text is masked and counted as in one', async () => {
  await fc.assert(
    fc.asyncProperty(logs, fc.integer({ min: 1, max: 400 }), async (text, pieceCharactersMax) => {
      expect(await maskInPieces(text, { ...pieceLimits, pieceCharactersMax })).toEqual(maskText(text));
    }),
    { numRuns: 3_000 },
  );
});

test('others have their turns while a long log is masked', async () => {
  const text = '2026-11-20T10:00:01Z WARN retry via http://user:hunter2secret@proxy.example.com:8080\n'.repeat(8_000);
  let turns = 0;
  let masking = true;
  const count = (): void => {
    turns += 1;
    if (masking) setImmediate(count);
  };
  setImmediate(count);
  const masked = await maskInPieces(text);
  masking = false;
  expect(turns).toBeGreaterThanOrEqual(Math.floor(text.length / 65_536));
  expect(masked.counts.proxy).toBe(8_000);
  expect(masked.text).not.toContain('hunter2secret');
});
