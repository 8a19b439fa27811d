/** E5: what masking takes out of a log, and that what is left of it says the same. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { classOf } from '../../domain/attempt-class.ts';
import { maskText } from '../../domain/mask.ts';
import { type ClientLog, clients, logsOf } from './client-logs.ts';

const all = clients.flatMap(logsOf).map((log) => [`${log.client}: ${log.scenario}`, log] as const);

/** Of the recordings: the password of their gateway, plain and as in its header. */
const secrets = ['s3cret-pass', Buffer.from('customer-7:s3cret-pass').toString('base64')];

const told = ({ read }: ClientLog, text: string) =>
  read(text).map((attempt) => ({ ...classOf(attempt), at: attempt.at, target: attempt.target, lines: attempt.lines }));

describe.each(all)('%s', (_name, log) => {
  const masked = maskText(log.text).text;

  test('lets no login through', () => {
    expect(secrets.filter((secret) => masked.includes(secret))).toEqual([]);
  });

  test('is read as before', () => {
    expect(told(log, masked)).toEqual(told(log, log.text));
  });
});

/** What customers' logs hold: no two accounts have the recordings' login, and some have a token in its header's place. */
const credentials = fc.record({
  user: fc.stringMatching(/^[a-z]{4}[a-z0-9_.-]{2,16}[a-z0-9]$/),
  password: fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.~!$*-]{6,24}[A-Za-z]$/),
  bearer: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{20,60}$/)),
});

const login = 'customer-7:s3cret-pass';
const basic = `Basic ${Buffer.from(login).toString('base64')}`;

function plant(text: string, { user, password, bearer }: { user: string; password: string; bearer: string | null }) {
  const encoded = Buffer.from(`${user}:${password}`).toString('base64');
  const planted = text
    .replaceAll(basic, () => (bearer === null ? `Basic ${encoded}` : `Bearer ${bearer}`))
    .replaceAll(basic.slice('Basic '.length), () => encoded)
    .replaceAll('s3cret-pass', () => password)
    .replaceAll('customer-7', () => user);
  return { planted, secrets: [password, encoded, ...(bearer === null ? [] : [bearer])] };
}

interface Beside {
  readonly proxy: string;
  readonly cookie: string;
  readonly key: string;
}

const escaped = (address: string): string => address.replaceAll('/', '\\/');

/** What a client may say beside, in its file's own writing: its proxy and a cookie, at any of its lines. */
function beside(text: string, at: number, { proxy, cookie, key }: Beside): string {
  // As some programs write JSON: with its slashes escaped.
  const headers = [
    { name: 'Cookie', value: `sid=${cookie}` },
    { name: 'x-via', value: proxy },
    { name: 'x-command', value: `curl -x ${key}@gate.proxy.example -v` },
  ].map((header) => JSON.stringify(header).replaceAll('/', at % 2 === 0 ? '/' : '\\/'));
  if (/^\s*\{\s*"log"/.test(text))
    return text.replace(/"headers":\s*\[(?=\s*\{)/, (head) => `${head}${headers.join(',')},`);
  const said = text.startsWith('{')
    ? headers.map((header) => `{"level":"debug","header":${header}}`).join('\n')
    : `via ${proxy}\nCookie: sid=${cookie}\n+ curl -x ${key}@gate.proxy.example -v\n{"via":"${escaped(proxy)}"}`;
  const lines = text.split('\n');
  return lines.toSpliced(at % lines.length, 0, said).join('\n');
}

const plants = fc.record({
  given: credentials,
  cookie: fc.stringMatching(/^[a-z0-9]{16,40}$/),
  at: fc.nat(),
  key: fc.stringMatching(/^[a-z][a-z0-9]{18,40}$/),
});

test.each(clients)('%s: no login, token or cookie that is planted passes, and its reader reads on', (client) => {
  const logs = logsOf(client);
  fc.assert(
    fc.property(fc.constantFrom(...logs), plants, (log, { given, cookie, at, key }) => {
      const { planted: text, secrets: replaced } = plant(log.text, given);
      const proxy = `http://${given.user}:${given.password}@gate.proxy.example:8080`;
      const planted = beside(text, at, { proxy, cookie, key });
      expect([cookie, key, given.password].map((secret) => planted.includes(secret))).toEqual([true, true, true]);
      const masked = maskText(planted).text;
      expect([...replaced, cookie, key].filter((secret) => masked.includes(secret))).toEqual([]);
      expect(told(log, masked)).toEqual(told(log, planted));
    }),
    { numRuns: 40 },
  );
});
