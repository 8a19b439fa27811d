/** Masking of credentials (E5, PV-2.3): in proxy addresses, headers, parameters and by their look, in any notation. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type MaskKind, maskText } from '../../domain/mask.ts';
import { isSecretName } from '../../domain/mask-named.ts';

const kindsFound = (text: string): MaskKind[] =>
  Object.entries(maskText(text).counts).flatMap(([kind, count]) => (count > 0 ? [kind as MaskKind] : []));

/** The text, and what is left of it behind each character that is no letter. */
const tailsOf = (text: string): string[] => [
  text,
  ...[...text.matchAll(/[^a-z]/g)].map(({ index }) => text.slice(index + 1)),
];

describe('credentials (E5)', () => {
  const word = fc
    .string({ unit: fc.constantFrom(...'abcdefghijkmnpqrtuvwxyz23456789-_.!$*'), minLength: 6, maxLength: 24 })
    .filter((text) => /^[a-z].*[a-z]$/.test(text) && !/--|\.\./.test(text))
    // `xpwd:abc` is a named secret, and is masked as one; so is what a name ends with, as in `aa.cvc:abc`.
    .filter((text) => !tailsOf(text).some(isSecretName));
  const anAddress = fc
    .tuple(
      fc.constantFrom('203.0.113.7', 'gate.proxy.example', 'us-1.pool.example.net'),
      fc.integer({ min: 80, max: 65_535 }),
    )
    .map(([host, port]) => `${host}:${port}`);
  const addresses: [string, (at: string, user: string, password: string) => string][] = [
    ['http://user:pass@host:port', (at, user, password) => `http://${user}:${password}@${at}/path`],
    ['socks5://user:pass@host:port', (at, user, password) => `--proxy "socks5://${user}:${password}@${at}"`],
    ['user:pass@host:port', (at, user, password) => `${user}:${password}@${at}`],
    ['host:port:user:pass', (at, user, password) => `${at}:${user}:${password}`],
    ['host:port@user:pass', (at, user, password) => `${at}@${user}:${password}`],
    ['user:pass:host:port', (at, user, password) => `${user}:${password}:${at}`],
    ['curl -U', (at, user, password) => `curl -x ${at} -U ${user}:${password} https://example.com`],
    ['curl --proxy-user', (at, user, password) => `curl --proxy ${at} --proxy-user '${user}:${password}' -v`],
    [
      'a URL in JSON whose slashes are escaped',
      (at, user, password) => JSON.stringify({ url: `http://${user}:${password}@${at}/` }).replaceAll('/', '\\/'),
    ],
    [
      'the same in JSON within JSON',
      (at, user, password) =>
        JSON.stringify({
          body: JSON.stringify({ url: `http://${user}:${password}@${at}/` }).replaceAll('/', '\\/'),
        }),
    ],
    [
      'a URL whose slashes are escaped by number',
      (at, user, password) => String.raw`{"proxy":"http:\u002f\u002F${user}:${password}@${at}"}`,
    ],
    ['curl --proxy with a login', (_at, user, password) => `curl --proxy=${user}:${password}@gate -v`],
    ['curl -x in a list', (_at, user, password) => JSON.stringify(['curl', '-x', `${user}:${password}@gate`])],
    ['curl -x with a login', (_at, user, password) => `curl -x ${user}:${password}@gate https://example.com`],
  ];
  test.each(addresses)('%s: neither user nor password survives, host and port do', (_name, write) => {
    fc.assert(
      fc.property(anAddress, word, word, (at, user, password) => {
        const { text, counts } = maskText(`I used ${write(at, user, password)} all day`);
        expect(text).not.toContain(user);
        expect(text).not.toContain(password);
        expect(text.includes(at)).toBe(write(at, '', '').includes(at));
        expect(counts.proxy).toBeGreaterThan(0);
      }),
    );
  });

  const keyed: [string, (at: string, key: string) => string][] = [
    ['http://key@host:port', (at, key) => `curl -x http://${key}@${at} https://example.com`],
    ['https://key:@host:port', (at, key) => `"proxy": "https://${key}:@${at}/"`],
    ['socks5h://key@host:port', (at, key) => `ALL_PROXY=socks5h://${key}@${at}`],
    ['HTTP://key@host:port', (at, key) => `proxy is HTTP://${key}@${at}, it said`],
    ['percent-encoded', (at, key) => `?url=http%3A%2F%2F${key}%40${at}`],
    ['curl -x key@host:port', (at, key) => `curl -x ${key}@${at} https://example.com`],
    ['curl -x quoted', (at, key) => `curl -x "${key}@${at}" https://example.com`],
    ['curl -xkey@host:port', (at, key) => `curl -x${key}@${at} https://example.com`],
    ['curl -sx key@host:port', (at, key) => `curl -sx ${key}@${at} https://example.com`],
    ['curl --proxy key@host', (at, key) => `curl --proxy ${key}@${at} https://example.com`],
    ['curl --proxy=key@host', (at, key) => `curl --proxy=${key}@${at}`],
    ['curl --preproxy', (at, key) => `curl --preproxy ${key}@${at} https://example.com`],
    ['curl --proxy1.0', (at, key) => `curl --proxy1.0 ${key}@${at} https://example.com`],
    ['curl --socks5-hostname', (at, key) => `curl --socks5-hostname ${key}@${at} https://example.com`],
    ['a variable without a scheme', (at, key) => `ALL_PROXY=${key}@${at} curl https://example.com`],
    ['a setting without a scheme', (at, key) => JSON.stringify({ proxy: `${key}@${at}` })],
    ['the same in JSON within JSON', (at, key) => JSON.stringify({ body: JSON.stringify({ proxy: `${key}@${at}` }) })],
    ['a list of arguments', (at, key) => JSON.stringify(['curl', '-x', `${key}@${at}`])],
    ['escaped slashes', (at, key) => `{"proxy":"http:\\/\\/${key}@${at}\\/"}`],
    ['curl -U key:', (at, key) => `curl -U ${key}: -x ${at} https://example.com`],
    ['curl -Ukey:', (at, key) => `curl -U${key}: -x ${at} https://example.com`],
    ['curl -u key:', (at, key) => `curl -x ${at} -u "${key}:" https://example.com`],
    ['curl --proxy-user key:', (at, key) => `curl -x ${at} --proxy-user '${key}:' -v`],
    ['curl --user=key:', (at, key) => `curl -x ${at} --user=${key}: -v`],
    ['curl in JSON', (at, key) => JSON.stringify({ command: `curl -U "${key}:" -x ${at}` })],
  ];
  test.each(keyed)('%s: a key that stands for user and password does not survive, host and port do', (_name, write) => {
    fc.assert(
      fc.property(anAddress, word, (at, key) => {
        const { text, counts } = maskText(`I used ${write(at, key)} all day`);
        expect(text).not.toContain(key);
        expect(text).toContain(at);
        expect(counts).toMatchObject({ proxy: 1 });
        expect(maskText(text).text).toBe(text);
      }),
    );
  });

  test.each([
    'write to ada@example.com or https://example.com/@ada, please',
    'git clone git@git.example.com:desk/desk.git, or ssh://git@git.example.com/desk.git',
    'see https://example.com/?to=ada@example.com and mailto:ada@example.com',
    'next=https%3A%2F%2Fexample.com%2Fto%2Fada%40example.com',
    'sort -u names | head, id -u: 0',
    'http://@example.com:80/',
    'the proxy ada@example.com runs, and proxies ada@example.com does not',
    'tar -xf logs@night.tar and set -x',
    String.raw`{"see":"https:\/\/example.com\/@ada"}`,
  ])('%j holds no credential and is kept as it is', (text) => {
    expect(maskText(text).text).toBe(text);
  });

  const headers: [string, (name: string, value: string) => string][] = [
    ['a header line', (name, value) => `GET / HTTP/1.1\r\n${name}: ${value}\r\nHost: example.com`],
    ['curl -v', (name, value) => `> ${name}: ${value}\n> Host: example.com`],
    ['curl -H', (name, value) => `curl -H "${name}: ${value}" https://example.com`],
    ['JSON', (name, value) => `{"headers":{"${name}": "${value}", "host": "example.com"}}`],
    [
      'JSON within JSON',
      (name, value) => JSON.stringify({ body: JSON.stringify({ [name]: value, host: 'example.com' }) }),
    ],
    ['a list in JSON', (name, value) => `{"${name}":["${value}"],"host":"example.com"}`],
    ['a Python dictionary', (name, value) => `{'${name}': '${value}', 'host': 'example.com'}`],
    ['a Python tuple', (name, value) => `[('${name}', '${value}'), ('host', 'example.com')]`],
    ['logged bytes', (name, value) => `send: b'GET / HTTP/1.1\\r\\n${name}: ${value}\\r\\nHost: example.com'`],
    [
      'a HAR header',
      (name, value) => `{"name": "${name}", "value": "${value}"}, {"name":"host","value":"example.com"}`,
    ],
    ['a HAR header, value first', (name, value) => `{"value": "${value}", "name": "${name}"}, "example.com"`],
    ['a Ruby hash', (name, value) => `{"${name}"=>"${value}", "host"=>"example.com"}`],
  ];
  test.each(headers)('authorization and cookies do not survive in %s, and what follows does', (_name, write) => {
    const aName = fc.constantFrom(
      'Authorization',
      'authorization',
      'Proxy-Authorization',
      'Cookie',
      'Set-Cookie',
      'PROXY-AUTHORIZATION',
    );
    fc.assert(
      fc.property(aName, fc.constantFrom('', 'Basic ', 'Bearer ', 'sid='), word, (name, scheme, secret) => {
        const { text, counts } = maskText(write(name, scheme + secret));
        expect(text).not.toContain(secret);
        expect(text).toContain('example.com');
        expect(counts.header).toBe(1);
      }),
    );
  });

  test.each([
    ['password=hunter2&user=x', 'password=[masked]&user=x', 'parameter'],
    ['https://example.com/?access_token=abc123&x=1', 'https://example.com/?access_token=[masked]&x=1', 'parameter'],
    ['"api_key": "abc"', '"api_key": "[masked]"', 'parameter'],
    ['"password": 123456', '"password": "[masked]"', 'parameter'],
    ['My password: hunter2', 'My password: [masked]', 'parameter'],
    ['пароль: секрет7', 'пароль: [masked]', 'parameter'],
    ['<password>hunter2</password>', '<password>[masked]</password>', 'parameter'],
    ['PROXY_PASS="a b c"', 'PROXY_PASS="[masked]"', 'parameter'],
    ['it said Bearer abcdef123456', 'it said Bearer [masked]', 'token'],
    ['it said Basic dXNlcjpwYXNz', 'it said Basic [masked]', 'token'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_1 end', '[masked] end', 'token'],
    ['sk_live_abcdefgh12345678', '[masked]', 'token'],
    ['key AKIAIOSFODNN7EXAMPLE', 'key [masked]', 'token'],
    ['ghp_0123456789abcdefghij0123', '[masked]', 'token'],
    ['xoxb-123456789012-abcdef', '[masked]', 'token'],
    [
      'a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----\nb',
      'a\n[masked]\nb',
      'private_key',
    ],
    ['-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg, cut off', '[masked], cut off', 'private_key'],
    ['{"cookies": [{"name":"sid","value":"x"}], "z": 1}', '{"cookies": ["[masked]"], "z": 1}', 'header'],
    ['http://user:pa/ss@203.0.113.7:80/', 'http://[masked]@203.0.113.7:80/', 'proxy'],
    ['url=http%3A%2F%2Fuser%3Apw%40host%3A80', 'url=http%3A%2F%2F[masked]%40host%3A80', 'proxy'],
  ] as [string, string, MaskKind][])('%j is kept as %j', (text, kept, kind) => {
    expect(maskText(text).text).toBe(kept);
    expect(kindsFound(text)).toEqual([kind]);
  });
});
