/**
 * Catches every mail that the desk sends and keeps it as a file before it says so, so that mails can be read in the
 * browser and by tests. Can be told to fail as mail servers do. For this machine only; never imported by runtime.
 */

import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import PostalMime, { type Address, type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { CaughtMail, MailFault } from './caught-mail.ts';
import { createMailPages } from './mail-catcher-pages.ts';

export interface MailCatcher {
  listen(ports: { smtpPort: number; webPort: number }): Promise<{ smtpPort: number; webPort: number }>;
  /** All mails, oldest first. */
  mails(): readonly CaughtMail[];
  /** The first mail that fits, whether caught already or yet to come. Throws when none came in time. */
  waitForMail(fits: (mail: CaughtMail) => boolean, timeoutMs: number): Promise<CaughtMail>;
  fail(fault: MailFault, times: number): void;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** No fitting mail came in time; tells how many others did. */
export class MailNotCaught extends Error {
  constructor(timeoutMs: number, caught: number) {
    super(`no fitting mail within ${timeoutMs} ms; ${caught} mail(s) caught`);
    this.name = 'MailNotCaught';
  }
}

const mailBytesMax = 10 * 1024 * 1024;
const host = '127.0.0.1';

export function createMailCatcher({ mailDir }: { mailDir: string }): MailCatcher {
  const mails = new Map<string, CaughtMail>();
  const news = new EventEmitter();
  news.setMaxListeners(0);
  const faults = new Map<MailFault, number>();
  const takeFault = (fault: MailFault): boolean => {
    const left = faults.get(fault) ?? 0;
    if (left > 0) faults.set(fault, left - 1);
    return left > 0;
  };
  const catcher = {
    mails: () => [...mails.values()],
    fail: (fault: MailFault, times: number) => void faults.set(fault, times),
    async clear() {
      for (const id of mails.keys()) await rm(join(mailDir, `${id}.eml`), { force: true });
      mails.clear();
    },
  };
  const smtp = createSmtpServer({
    takeFault,
    async keep(raw, session) {
      const mail = await keepMail(mailDir, raw, session);
      mails.set(mail.id, mail);
      news.emit('mail', mail);
    },
  });
  const web = createServer(createMailPages(catcher));
  return {
    ...catcher,
    async listen({ smtpPort, webPort }) {
      await mkdir(mailDir, { recursive: true });
      for (const mail of await readMails(mailDir)) mails.set(mail.id, mail);
      const smtpListener = smtp.server.listen(smtpPort, host);
      const webListener = web.listen(webPort, host);
      try {
        await Promise.all([listening(smtpListener), listening(webListener)]);
      } catch (error) {
        await Promise.all([smtp.close(), closed(web)]);
        throw error;
      }
      return { smtpPort: portOf(smtpListener), webPort: portOf(webListener) };
    },
    waitForMail: (fits, timeoutMs) =>
      new Promise((resolve, reject) => {
        const known = catcher.mails().find(fits);
        if (known) return resolve(known);
        const arrived = (mail: CaughtMail): void => {
          if (!fits(mail)) return;
          done();
          resolve(mail);
        };
        const timer = setTimeout(() => {
          done();
          reject(new MailNotCaught(timeoutMs, mails.size));
        }, timeoutMs);
        const done = (): void => {
          clearTimeout(timer);
          news.off('mail', arrived);
        };
        news.on('mail', arrived);
      }),
    async close() {
      await Promise.all([smtp.close(), closed(web)]);
    },
  };
}

interface SmtpHooks {
  takeFault(fault: MailFault): boolean;
  /** Resolves once the mail is safe on disk. */
  keep(raw: Buffer, session: SMTPServerSession): Promise<void>;
}

const refusal = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });

function createSmtpServer({ takeFault, keep }: SmtpHooks) {
  const sockets = new Map<number, Socket>();
  const hangUp = (session: SMTPServerSession): void => void sockets.get(session.remotePort)?.destroy();
  const keepAndAnswer = async (raw: Buffer, session: SMTPServerSession, answer: (error?: Error) => void) => {
    try {
      await keep(raw, session);
    } catch {
      return answer(refusal(451, 'The mail could not be kept'));
    }
    return takeFault('drop-after-data') ? hangUp(session) : answer();
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    size: mailBytesMax,
    banner: 'Refund Desk mail catcher',
    logger: false,
    onAuth: (auth, _session, callback) => callback(null, { user: auth.username ?? 'anyone' }),
    onConnect(session, callback) {
      if (takeFault('down')) return hangUp(session);
      callback();
    },
    onMailFrom(_address, session, callback) {
      // A pooled connection stays open, so that it would not notice a server that is down for new ones.
      if (takeFault('down')) return hangUp(session);
      callback();
    },
    onRcptTo(_address, _session, callback) {
      if (takeFault('reject4xx')) return callback(refusal(451, 'Try again later'));
      callback();
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (stream.sizeExceeded) return callback(refusal(552, 'The mail is too large'));
        void keepAndAnswer(Buffer.concat(chunks), session, callback);
      });
    },
  });
  // Connections that end in the middle of a conversation are what the faults are for.
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    const port = socket.remotePort;
    if (port === undefined) return;
    sockets.set(port, socket);
    socket.once('close', () => sockets.delete(port));
  });
  const close = async (): Promise<void> => {
    if (!server.server.listening) return;
    const ended = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets.values()) socket.destroy();
    await ended;
  };
  return { server, close };
}

const portOf = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port;

async function listening(server: Server | ReturnType<SMTPServer['listen']>): Promise<void> {
  if (!server.listening) await once(server, 'listening');
}

async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

/** Writes the mail with its envelope on top, as mail servers do, and has it on disk before the sender is answered. */
async function keepMail(mailDir: string, raw: Buffer, session: SMTPServerSession): Promise<CaughtMail> {
  const receivedAt = new Date().toISOString();
  const id = `${receivedAt.replace(/\D/g, '')}-${randomUUID()}`;
  const sender = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
  const envelope = [
    `Return-Path: <${sender}>`,
    ...session.envelope.rcptTo.map(({ address }) => `Delivered-To: ${address}`),
    `X-Received-At: ${receivedAt}`,
  ];
  const bytes = Buffer.concat([Buffer.from(`${envelope.join('\r\n')}\r\n`), raw]);
  const part = join(mailDir, `${id}.part`);
  const file = await open(part, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, join(mailDir, `${id}.eml`));
  return parseMail(id, bytes);
}

async function readMails(mailDir: string): Promise<CaughtMail[]> {
  const files = (await readdir(mailDir)).filter((name) => name.endsWith('.eml')).sort();
  return Promise.all(
    files.map(async (name) => parseMail(name.slice(0, -'.eml'.length), await readFile(join(mailDir, name)))),
  );
}

async function parseMail(id: string, bytes: Buffer): Promise<CaughtMail> {
  const email: Email = await PostalMime.parse(bytes);
  const values = (key: string): string[] =>
    email.headers.filter((header) => header.key === key).map((header) => header.value);
  return {
    id,
    receivedAt: values('x-received-at')[0] ?? '',
    to: values('delivered-to'),
    from: written(email.from),
    subject: email.subject ?? '',
    messageId: email.messageId ?? '',
    inReplyTo: email.inReplyTo ?? null,
    references: email.references?.split(/\s+/).filter((part) => part !== '') ?? [],
    headers: Object.fromEntries(email.headers.map((header) => [header.key, header.value])),
    text: email.text ?? '',
    html: email.html ?? '',
    raw: bytes.toString('utf8'),
  };
}

const written = (address: Address | undefined): string =>
  address === undefined ? '' : address.name ? `${address.name} <${address.address ?? ''}>` : (address.address ?? '');
