/** Masking (PA-1.2): cards do not survive it, what only looks like a secret does, and it may be repeated. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maskedTotal, maskJson, maskText } from '../../domain/mask.ts';

/** Prefix and length of real card schemes, told apart from the table under test. */
const schemes = [
  ['4', 13],
  ['4', 16],
  ['4', 19],
  ['51', 16],
  ['5555', 16],
  ['2221', 16],
  ['2720', 16],
  ['34', 15],
  ['37', 15],
  ['301', 14],
  ['36', 14],
  ['3530', 16],
  ['6011', 16],
  ['6500', 19],
  ['6221', 17],
  ['2202', 16],
  ['6759', 13],
] as const;

function withCheckDigit(body: string): string {
  const total = [...body].reverse().reduce((sum, character, index) => {
    const weighted = Number(character) * (index % 2 === 0 ? 2 : 1);
    return sum + Math.floor(weighted / 10) + (weighted % 10);
  }, 0);
  return body + String((10 - (total % 10)) % 10);
}

const aCard = fc
  .tuple(fc.constantFrom(...schemes), fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 18, maxLength: 18 }))
  .map(([[prefix, length], digits]) => withCheckDigit((prefix + digits.join('')).slice(0, length - 1)));

/** The card cut into groups at any places, with the same blank or dash between them. */
const aWrittenCard = fc
  .tuple(
    aCard,
    fc.constantFrom(' ', '-', '  ', '\u00a0', '–', ' - '),
    fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 19 }),
    fc.boolean(),
  )
  .map(([digits, separator, sizes, whole]) => {
    if (whole) return { digits, written: digits };
    const groups: string[] = [];
    for (let at = 0, index = 0; at < digits.length; index += 1) {
      const size = sizes[index % sizes.length] ?? 4;
      groups.push(digits.slice(at, at + size));
      at += size;
    }
    return { digits, written: groups.join(separator) };
  })
  // A card that holds a date written out is taken for the date.
  .filter(({ written }) => !/(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d)/.test(written));

const someText = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 40 }));
const openEdge = fc.constantFrom(' ', '\n', '(', '"', ' card: ', 'number=', '№ ');
const closeEdge = fc.constantFrom(' ', '\n', ')', '"', '; thanks', ' exp 12/27');

describe('card numbers (PA-1.2)', () => {
  test('a card never survives, in any grouping, in any text', () => {
    fc.assert(
      fc.property(someText, openEdge, aWrittenCard, closeEdge, someText, (before, open, card, close, after) => {
        const { text } = maskText(before + open + card.written + close + after);
        expect(text).not.toContain(card.written);
        expect(text.replace(/[^0-9]/g, '')).not.toContain(card.digits);
      }),
      { numRuns: 400 },
    );
  });

  test.each([
    ['4242 4242 4242 4242', '[card …4242]'],
    ['order 12345 4242-4242-4242-4242 12/27', 'order 12345 [card …4242] 12/27'],
    ['3782 822463 10005', '[card …0005]'],
    ['number=4242+4242+4242+4242&cvc=123', 'number=[card …4242]&cvc=[masked]'],
    ['number=4242%204242%204242%204242', 'number=[card …4242]'],
    ['4242.4242.4242.4242', '[card …4242]'],
    ['a,4242424242424242,5555555555554444,b', 'a,[card …4242],[card …4444],b'],
    ['4242 4242-4242 4242', '[card …4242]'],
  ])('%j is kept as %j', (text, kept) => {
    expect(maskText(text).text).toBe(kept);
  });

  test('each card is counted', () => {
    expect(maskText('4242424242424242 and 5555 5555 5555 4444').counts.card).toBe(2);
  });

  test('digits with a wrong check digit, length or issuer are kept', () => {
    for (const digits of ['4242424242424241', '424242424242', '1234567812345670', '42424242424242424242'])
      expect(maskText(digits).text).toBe(digits);
  });
});

/**
 * As people have them. RFC 5322 allows more, such as `cvc=1@shop.example` or `-xuser@host.example`, which is what a
 * secret by its name, or curl's option with a login, looks like: that is masked.
 */
const mailAddresses = fc
  .tuple(fc.stringMatching(/^[a-z0-9]{1,8}(?:[._+-][a-z0-9]{1,8}){0,3}$/), fc.domain())
  .map(([local, domain]) => `${local}@${domain}`);

describe('what only looks like a secret is left alone', () => {
  const aNumber = fc.integer({ min: 0, max: 255 });
  const anIpv4 = fc.tuple(aNumber, aNumber, aNumber, aNumber).map((parts) => parts.join('.'));
  const aPort = fc.integer({ min: 10, max: 65_535 });

  test.each([
    [
      'ISO timestamps',
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2099-12-31') }).map((date) => date.toISOString()),
    ],
    ['UUIDs', fc.uuid()],
    [
      'SHA-256 hashes',
      fc
        .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 })
        .filter((hash) => /[a-f]/.test(hash)),
    ],
    ['addresses with ports', fc.tuple(anIpv4, aPort).map(([ip, port]) => `${ip}:${port}`)],
    ['two addresses in a row', fc.tuple(anIpv4, aPort, anIpv4, aPort).map(([a, b, c, d]) => `${a}:${b} -> ${c}:${d}`)],
    ['IPv6 addresses', fc.ipV6().map((ip) => `[${ip}]:443 ${ip}`)],
    [
      'amounts',
      fc
        .integer({ min: 0, max: 99_999_999 })
        .map((minor) => `${Math.floor(minor / 100).toLocaleString('en')}.${String(minor % 100).padStart(2, '0')} USD`),
    ],
    ['references', fc.integer({ min: 0, max: 999_999 }).map((no) => `RD-2026-${String(no).padStart(6, '0')}`)],
    ['mail addresses', mailAddresses],
    ['fractions', fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value.toFixed(16))],
    [
      'log lines',
      fc
        .tuple(anIpv4, aPort, fc.integer({ min: 100, max: 599 }))
        .map(([ip, port, status]) => `2026-05-01 10:00:00,123 INFO proxy ${ip}:${port} status ${status} in 0.412s`),
    ],
  ] as [string, fc.Arbitrary<string>][])('%s', (_kind, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (text) => {
        expect(maskText(text).text).toBe(text);
        expect(maskText(`seen ${text}, then`).text).toBe(`seen ${text}, then`);
      }),
    );
  });

  test.each([
    'main.py:12:34: error: no such file',
    'config.yml:12:key:value',
    'WARNING:urllib3.connectionpool:proxy.example.com:8080',
    'git@github.example:seller/desk.git',
    'image:tag@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    'https://example.com:8080/@john?page=2',
    'The token: expired. Bearer of bad news, Basic information.',
    'docker run -u 1000:1000 image',
    'uptime 1753862400123456789 ns',
    '"password": null, "token_type": "x"',
  ])('%s', (text) => {
    expect(maskText(text).text).toBe(text);
  });
});

describe('repetition and size', () => {
  const fragment = fc.constantFrom(
    'password',
    'token',
    'cookies',
    'Cookie',
    'Authorization',
    ':',
    '=',
    '"',
    "'",
    '\\"',
    '\\',
    ' ',
    '\n',
    ',',
    '@',
    '/',
    '://',
    '[',
    ']',
    '{',
    '}',
    '[masked]',
    '[card …4242]',
    'Basic ',
    'Bearer ',
    'user',
    'hunter2x',
    '1.2.3.4',
    ':8080',
    'gate.example.com',
    '-U ',
    '-x ',
    '%3A%2F%2F',
    '%40',
    '%26',
    '&',
    '4242424242424242',
    '4242 4242 4242 4242',
    '5555-5555-5555-4444',
    '4 2',
    '"name"',
    '"value"',
    'eyJabcdefghi',
    '.abcdefgh',
    'AKIA0123456789ABCDEF',
    '<',
    '>',
    '-----BEGIN PRIVATE KEY-----',
    '-----END PRIVATE KEY-----',
    'sk_live_12345678',
    'пароль',
    'pass',
    '.',
    '+',
    '%20',
    '-',
    '12',
    '2026-05-01',
  );

  test('masking what is masked changes and counts nothing, and comes to rest before all is withheld', () => {
    fc.assert(
      fc.property(
        fc.array(fragment, { maxLength: 30 }).map((parts) => `seen:\n${parts.join('')}`),
        (text) => {
          const once = maskText(text).text;
          const twice = maskText(once);
          expect(once).toMatch(/^seen:/);
          expect(twice.text).toBe(once);
          expect(maskedTotal(twice.counts)).toBe(0);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('a megabyte made to provoke backtracking is masked and comes to rest', () => {
    const provocations = [
      '@',
      '://a:b/',
      '4 ',
      'password=\\"',
      'cookie:[\n',
      '{"name":"Cookie"',
      'eyJ',
      '-----BEGIN PRIVATE KEY-----',
      '%3A%2F%2Fa',
      '@a.b:12',
    ];
    for (const piece of provocations) {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      const once = maskText(text).text;
      expect(maskText(once).text === once).toBe(true);
    }
  }, 60_000);
});

describe('maskJson', () => {
  test('masks strings, keys, cards given as numbers, and whole values under secret names', () => {
    const { value, counts } = maskJson({
      note: 'card 4242 4242 4242 4242',
      number: 4242424242424242,
      password: 'hunter2',
      proxyPassword: 'x',
      'X-Api-Key': 'y',
      'set-cookie': ['a=b', 'c=d'],
      headers: [{ name: 'Authorization', value: 'q' }],
      created: 1753862400,
      token: { id: 'described, not secret' },
      'key 4242424242424242': true,
    });
    expect(value).toEqual({
      note: 'card [card …4242]',
      number: '[card …4242]',
      password: '[masked]',
      proxyPassword: '[masked]',
      'X-Api-Key': '[masked]',
      'set-cookie': ['[masked]', '[masked]'],
      headers: [{ name: 'Authorization', value: '[masked]' }],
      created: 1753862400,
      token: { id: 'described, not secret' },
      'key [card …4242] #10': true,
    });
    expect(counts).toEqual({ card: 3, proxy: 0, header: 3, token: 0, private_key: 0, parameter: 3 });
  });

  test('leaves JSON without secrets as it is, and masks again without a change', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const once = maskJson(json).value;
        expect(maskJson(once)).toEqual({ value: once, counts: maskJson(0).counts });
      }),
    );
    const harmless = { id: 'evt_1', amount: 1999, nested: [{ currency: 'usd', ok: null }] };
    expect(maskJson(harmless).value).toEqual(harmless);
  });

  test('a document nested without end is cut, not followed', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(5_000)}"4242424242424242"${']'.repeat(5_000)}`);
    expect(JSON.stringify(maskJson(deep).value)).not.toContain('4242');
  });

  test('a key named __proto__ stays a key', () => {
    const { value } = maskJson(JSON.parse('{"__proto__": {"password": "x"}}'));
    expect(JSON.stringify(value)).toBe('{"__proto__":{"password":"[masked]"}}');
  });
});
