/** E5: what masking takes out of a log, and that what is left of it says the same. */

import { describe, expect, test } from '@jest/globals';
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
