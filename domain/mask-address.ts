/**
 * Finds user names and passwords in addresses, above all those of proxies in the notations in which sellers hand them
 * out: in URLs, before an @, behind or before host and port, and as options of curl. Keeps scheme, host and port.
 */

import { backslashesBefore, closingQuote, type Finding, findInLines, scanUntil, secretSpan } from './mask-finding.ts';

const host =
  '(?:(?:\\d{1,3}\\.){3}\\d{1,3}|(?:[a-z0-9_-]{1,63}\\.){1,8}[a-z][a-z0-9-]{1,23}|localhost|\\[[0-9a-f:.]{2,45}\\])';
const port = '\\d{2,5}(?![\\w])';

/** What ends an address in running text. */
const addressStops = ' \t\r\n"\'`<>';
const addressLengthMax = 512;
/** How far behind a raw slash in a password its @ is looked for. */
const slashedLengthMax = 160;

const present = (findings: readonly (Finding | null)[]): Finding[] =>
  findings.filter((finding): finding is Finding => finding !== null);

/** Behind these a user name alone is a key; with others, as in `ssh://git@host`, it is a name and nothing more. */
const keyedScheme = /(?:https?|socks\d?[ah]?)$/i;

const schemeLengthMax = 7;

/** What parts a scheme from its host, also with its slashes escaped as JSON has them, level by level. */
const behindScheme = /:(?:\\{0,8}(?:\/|(?<=\\)u002f)){2}/gi;

/** `scheme://user:password@host` and `http://key@host`, also where the password has a raw slash, and percent-encoded as in a query. */
export function* findUserinfo(text: string): Generator<Finding> {
  for (const { 0: parting, index: scheme } of text.matchAll(behindScheme)) {
    const start = scheme + parting.length;
    const authorityEnd = scanUntil(text, start, `${addressStops}/?#\\`);
    const authority = text.slice(start, authorityEnd);
    let length = authority.lastIndexOf('@');
    if (length < 0 && /^[^:]+:(?!\d{0,5}$)/.test(authority))
      length = text
        .slice(start, scanUntil(text, authorityEnd, addressStops, authorityEnd + slashedLengthMax))
        .lastIndexOf('@');
    const isKeyed = keyedScheme.test(text.slice(Math.max(0, scheme - schemeLengthMax), scheme));
    if (length < 0 || !(isKeyed || text.slice(start, start + length).includes(':'))) continue;
    yield* present([secretSpan(text, start, start + length, 'proxy')]);
  }
  for (const found of text.matchAll(/%3A%2F%2F([^\s"'<>&@]{3,512}?)%40/gi)) {
    const login = found[1] ?? '';
    const start = found.index + '%3A%2F%2F'.length;
    const isKeyed =
      keyedScheme.test(text.slice(Math.max(0, found.index - schemeLengthMax), found.index)) &&
      !/[/?#]|%2F|%3F|%23/i.test(login);
    if (isKeyed || /:|%3A/i.test(login)) yield* present([secretSpan(text, start, start + login.length, 'proxy')]);
  }
}

const shortNumber = /^\d{1,3}$/;
const dated = /^\d{4}-\d\d-\d\d/;

/** A pair that may be user and password: not a clock time, not a date, not the level and logger of a log line. */
const maybeLogin = (user: string, password: string): boolean =>
  user.length > 0 &&
  password.length > 0 &&
  !(shortNumber.test(user) && shortNumber.test(password.split(/[:.,]/)[0] ?? '')) &&
  !dated.test(user) &&
  !/^(?:trace|debug|info|notice|warn|warning|error|critical|fatal|https?|socks\d?h?)$/i.test(user) &&
  !/^(?:\d{1,3}\.){3}\d{1,3}$/.test(user);

const hostAndPort = new RegExp(`@${host}:${port}`, 'gi');

/** `user:password@host:port` without a scheme. */
export function* findBeforeAt(text: string): Generator<Finding> {
  let floor = 0;
  for (const address of text.matchAll(hostAndPort)) {
    const at = address.index;
    let from = at;
    floor = Math.max(floor, at - addressLengthMax);
    while (from > floor && !addressStops.includes(text.charAt(from - 1)) && !text.startsWith('://', from - 3))
      from -= 1;
    floor = at + address[0].length;
    const left = text.slice(from, at);
    const colon = left.indexOf(':');
    if (colon < 0) continue;
    const lead = Math.max(...[...'=([{,;|'].map((sign) => left.lastIndexOf(sign, colon))) + 1;
    if (!maybeLogin(left.slice(lead, colon), left.slice(colon + 1))) continue;
    yield* present([secretSpan(text, from + lead, at, 'proxy')]);
  }
}

const loginAfterAt = new RegExp(`(?<![\\w.:@-])${host}:\\d{2,5}@(?!${host}:${port})`, 'gi');

/** `host:port@user:password`. */
export const findBehindAt = (text: string): Generator<Finding> => findInLines(text, /:\d{2,5}@/g, behindAt);

function* behindAt(text: string): Generator<Finding> {
  for (const address of text.matchAll(loginAfterAt)) {
    const start = address.index + address[0].length;
    const end = scanUntil(text, start, addressStops, start + addressLengthMax);
    if (/^[^:]+:./.test(text.slice(start, end))) yield* present([secretSpan(text, start, end, 'proxy')]);
  }
}

/** Names of files look like hosts, and a search through files prints `name:line:text`. */
const fileName =
  /\.(?:[cm]?[jt]sx?|py|go|java|kt|cc?|cpp|h|hpp|rs|rb|php|cs|swift|ya?ml|json|toml|txt|log|conf|cfg|ini|html?|css|md|sh|xml|csv|sql|env)$/i;

const sellerNotation = new RegExp(
  `(?<![\\w.-])(${host}):(\\d{2,5}):(?!\\d{4}-\\d\\d-\\d\\d)([^\\s:"'\`<>\\\\/,;]{1,128}):(?=[^\\s"'\`<>:])`,
  'gi',
);

const hostBeforePort = /(?:\.\d{1,3}|\.[a-z][a-z0-9-]{1,23}|localhost|\]):\d{2,5}:/gi;

/** `host:port:user:password`. */
export const findBehindPort = (text: string): Generator<Finding> => findInLines(text, hostBeforePort, behindPort);

function* behindPort(text: string): Generator<Finding> {
  sellerNotation.lastIndex = 0;
  for (let found = sellerNotation.exec(text); found !== null; found = sellerNotation.exec(text)) {
    const [whole, name = '', , user = ''] = found;
    const start = found.index + whole.length - user.length - 1;
    const end = scanUntil(text, start, `${addressStops}\\`);
    if (fileName.test(name) || !maybeLogin(user, text.slice(start + user.length + 1, end))) continue;
    yield* present([secretSpan(text, start, end, 'proxy')]);
    sellerNotation.lastIndex = end;
  }
}

const loginFirst = new RegExp(
  `(?<![^\\s"'\`<>=,;|(\\[{])([^\\s:"'\`<>/@=,;|(\\[{]{1,64}):([^\\s:"'\`<>/@]{1,128}):(?=${host}:${port})`,
  'gi',
);

const hostBehindColon = new RegExp(`:${host}:\\d{2}`, 'gi');

/** `user:password:host:port`. */
export const findBeforeHost = (text: string): Generator<Finding> => findInLines(text, hostBehindColon, beforeHost);

function* beforeHost(text: string): Generator<Finding> {
  loginFirst.lastIndex = 0;
  for (let found = loginFirst.exec(text); found !== null; found = loginFirst.exec(text)) {
    const [whole, user = '', password = ''] = found;
    if (!maybeLogin(user, password)) continue;
    yield* present([secretSpan(text, found.index, found.index + whole.length - 1, 'proxy')]);
  }
}

interface OptionRule {
  readonly head: RegExp;
  /** Where the secret ends within the option's value, or -1 where the value holds none. */
  readonly secretLength: (value: string) => number;
}

const userAndPassword = (value: string): number =>
  /^[^:\s]+:[^\s]/.test(value) && !/^\d+:\d+$/.test(value) ? value.length : -1;

/** An API key is handed to curl as a user with an empty password. */
const userOrKey = (value: string): number => (/^[^:\s]+:$/.test(value) ? value.length : userAndPassword(value));

/** Behind an option that takes a proxy; a user name alone is a key there. What has a scheme is found as an address. */
const proxyLogin = (value: string): number =>
  /^[a-z][a-z\d+.-]{0,20}:\\{0,8}\//i.test(value) || !/^[^@]+@[^@\s]/.test(value) ? -1 : value.lastIndexOf('@');

/** The same where a word of prose may stand before it, as in `the proxy ada@example.com runs`. */
const proxyLoginInProse = (value: string): number => (/^[^:@]+:/.test(value) ? proxyLogin(value) : -1);

/** Between an option or a name and its value; in a list of arguments each is quoted. */
const optionJoin = `(?:[ \\t]{0,8}[:=][ \\t]{0,8}|[ \\t\\\\\\r\\n]{1,8}|\\\\{0,8}["'],[ \\t]{0,8}(?=\\\\{0,8}["']))`;

const optionRules: readonly OptionRule[] = [
  {
    head: /(?<![\w-])(?:(?:-[a-zA-Z]{0,6}[uU]|--(?:proxy-)?user)(?:[ \t\\\r\n]{1,8}|=)|-U(?=\S))/g,
    secretLength: userOrKey,
  },
  { head: /proxy[-_]?auth["']?[ \t]{0,8}[:=][ \t]{0,8}/gi, secretLength: userAndPassword },
  {
    head: new RegExp(
      `(?:(?<![\\w-])-[a-zA-Z]{0,6}x|--(?:pre)?proxy(?:1\\.0)?|--socks[\\w-]{0,16})${optionJoin}|(?<![\\w-])-x(?=[^\\s"'\`=:]{1,512}@)`,
      'gi',
    ),
    secretLength: proxyLogin,
  },
  { head: /proxy\w{0,8}\\{0,8}["']?[ \t]{0,8}[:=][ \t]{0,8}/gi, secretLength: proxyLogin },
  { head: /proxy\w{0,8}["']?[ \t\\\r\n]{1,8}/gi, secretLength: proxyLoginInProse },
  { head: /--oauth2-bearer(?:[ \t]{1,8}|=)/g, secretLength: (value) => value.length },
  {
    head: /(?<![\w-])(?:-b|--cookie)(?:[ \t]{1,8}|=)/g,
    secretLength: (value) => (value.includes('=') ? value.length : -1),
  },
];

/** Options of curl that carry a login: `-U user:password`, `--proxy-user`, `-x user:password@host`, `-b cookie`. */
export function* findOptions(text: string): Generator<Finding> {
  for (const { head, secretLength } of optionRules) {
    head.lastIndex = 0;
    for (let found = head.exec(text); found !== null; found = head.exec(text)) {
      let start = head.lastIndex;
      while (text.charAt(start) === '\\') start += 1;
      const quote = text.charAt(start);
      const quoted = quote === '"' || quote === "'";
      if (quoted) start += 1;
      const end = quoted
        ? closingQuote(text, start, quote, backslashesBefore(text, start - 1))
        : scanUntil(text, start, addressStops, start + addressLengthMax);
      const length = secretLength(text.slice(start, end));
      if (length <= 0) continue;
      yield* present([secretSpan(text, start, start + length, 'proxy')]);
      head.lastIndex = start + length;
    }
  }
}
