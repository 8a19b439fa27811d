/** A mail server that takes its time: one attempt ends before the next begins, so that nobody has a mail twice. */

import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { until } from '../../dev/until.ts';
import { messageIdOf } from '../../domain/mail.ts';
import { createMailer } from '../../providers/mail.ts';

/** Shorter than any limit of one answer, and longer than the mail may take in all. */
const answerMs = 400;
const sendMsMax = 600;

let server: SMTPServer;
let port: number;
let isSlow = true;
let taken = 0;
let closed = 0;

const slowly = (callback: () => void): void => void setTimeout(callback, isSlow ? answerMs : 0);

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onClose: () => {
      closed += 1;
    },
    onMailFrom: (_address, _session, callback) => slowly(callback),
    onRcptTo: (_address, _session, callback) => slowly(callback),
    onData(stream, _session, callback) {
      stream.resume();
      stream.on('end', () => {
        taken += 1;
        callback();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const address = server.server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => new Promise<void>((done) => server.close(done)));

test('a mail that takes too long in all is cut off, goes on nowhere, and goes once when it is tried again', async () => {
  const mailer = createMailer({
    smtpUrl: `smtp://127.0.0.1:${port}`,
    from: 'desk@desk.example',
    requireTls: false,
    sendMsMax,
  });
  const mail = {
    to: { address: 'ada@customer.example' },
    subject: 'Slow',
    text: 'Slow',
    html: '<p>Slow</p>',
    messageId: messageIdOf('notice/slow', 'desk.example'),
  };
  await expect(mailer.send(mail)).rejects.toMatchObject({ name: 'MailNotSent', permanent: false });
  expect(await until(() => closed === 1, { withinMs: 5_000 })).toBe(true);
  expect(taken).toBe(0);
  isSlow = false;
  await mailer.send(mail);
  expect(taken).toBe(1);
  mailer.close();
});
