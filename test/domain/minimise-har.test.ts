/** What is kept of a HAR (PV-2.1): nothing that was planted where it may not be kept, and all that the reader reads. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createDiagnosis } from '../../domain/diagnosis.ts';
import { minimiseHar, withoutQueryValues } from '../../domain/minimise-har.ts';
import { readHar } from '../../domain/read-har.ts';

const recorded = join(import.meta.dirname, '../client-logs/recorded/playwright');
const hars = readdirSync(recorded).filter((name) => name.endsWith('.har'));

function told(text: string | null) {
  const har = text === null ? null : readHar(text);
  if (har === null) return null;
  const diagnosis = createDiagnosis();
  for (const attempt of har.attempts) diagnosis.add(attempt);
  return { unread: har.unread, ...diagnosis.told() };
}

test.each(hars)('%s tells the same once it is minimised', (name) => {
  const text = readFileSync(join(recorded, name), 'utf8');
  const kept = minimiseHar(text);
  expect(told(kept)).toEqual(told(text));
  expect(minimiseHar(kept ?? '')).toBe(kept);
  expect(kept).not.toMatch(/"(?:postData|cookies|queryString|pages|comment)"/);
});

const secret = fc.stringMatching(/^[a-z]{12}$/).map((letters) => `planted-${letters}`);
/** Any JSON, with a secret somewhere in it. */
const anything = (planted: string) =>
  fc.constantFrom(planted, { a: [planted] }, [{ name: 'x', value: planted }], { value: planted });
const places = [
  'entry',
  'log',
  'request',
  'response',
  'postData',
  'cookies',
  'queryString',
  'body',
  'url',
  'cookie',
] as const;

const planted = fc.record({
  planted: secret,
  place: fc.constantFrom(...places),
  name: fc.stringMatching(/^[a-z_]{1,12}$/),
});

const harWith = (given: { planted: string; place: (typeof places)[number]; name: string; held: unknown }): string => {
  const { planted: word, place, name, held } = given;
  const at = (where: string) => (place === where ? { [`_${name}`]: held, comment: word } : {});
  return JSON.stringify({
    log: {
      ...at('log'),
      pages: [{ title: place === 'log' ? word : '' }],
      entries: [
        {
          ...at('entry'),
          startedDateTime: '2026-11-20T10:00:00Z',
          time: 5,
          request: {
            ...at('request'),
            method: 'GET',
            url: `https://shop.example.com/a?${name}=${place === 'url' ? word : 1}${place === 'url' ? `#${word}` : ''}`,
            ...(place === 'postData' ? { postData: held } : {}),
            ...(place === 'cookies' ? { cookies: held } : {}),
            ...(place === 'queryString' ? { queryString: held } : {}),
            headers: place === 'cookie' ? [{ name: 'Cookie', value: `sid=${word}` }] : [],
          },
          response: {
            ...at('response'),
            status: 200,
            headers: place === 'cookie' ? [{ name: 'set-cookie', value: `sid=${word}` }] : [],
            content: { mimeType: 'text/html', text: place === 'body' ? `<p>${word}</p>` : '' },
          },
        },
      ],
    },
  });
};

describe('PV-2.1: what is planted where nothing is kept', () => {
  test('is gone, and the HAR is one', () => {
    const any = planted.chain((given) => anything(given.planted).map((held) => ({ ...given, held })));
    fc.assert(
      fc.property(any, (given) => {
        const kept = minimiseHar(harWith(given));
        expect(kept).not.toContain(given.planted);
        expect(readHar(kept ?? '')?.attempts).toHaveLength(1);
      }),
    );
  });

  test('control characters that were escaped are written out nowhere, and what they stood in is kept', () => {
    const anyControl = fc
      .integer({ min: 0, max: 0x9f })
      .filter((code) => /[^\P{Cc}\t\n\r]/u.test(String.fromCharCode(code)));
    const put = fc.record({
      code: anyControl,
      place: fc.constantFrom('log', 'url', 'header', 'cookie', 'body', 'text'),
    });
    fc.assert(
      fc.property(put, ({ code, place }) => {
        const at = (where: string, text: string) =>
          place === where ? text.replace('|', String.fromCharCode(code)) : text.replace('|', '');
        const har = {
          log: {
            version: at('log', '1|.2'),
            entries: [
              {
                request: { method: 'GET', url: at('url', 'https://shop.exa|mple.com/') },
                response: {
                  statusText: at('text', 'Bad| Gateway'),
                  headers: [
                    { name: 'via', value: at('header', '1.1 ga|te') },
                    { name: at('cookie', 'Set-Co|okie'), value: 'sid=planted' },
                  ],
                  content: { text: at('body', '<p>Attention| Required! | Cloudflare</p>') },
                },
              },
            ],
          },
        };
        const kept = minimiseHar(JSON.stringify(har)) ?? '';
        expect(kept).not.toMatch(/[^\P{Cc}\n]|\\u00/u);
        expect(kept).not.toContain('planted');
        for (const word of ['"1.2"', 'https://shop.example.com/', 'Bad Gateway', '1.1 gate'])
          expect(kept).toContain(word);
      }),
    );
  });

  test('of an address only the names of its fields are kept', () => {
    expect(withoutQueryValues('https://a.example/b?x=1&token=secret&bare#part')).toBe(
      'https://a.example/b?x=[masked]&token=[masked]&[masked]',
    );
    expect(withoutQueryValues('https://a.example/b')).toBe('https://a.example/b');
  });

  test.each(['', '{', '[]', '{"log":{}}', '{"log":{"entries":{}}}', 'null'])('%j is no HAR', (text) => {
    expect(minimiseHar(text)).toBeNull();
  });
});
