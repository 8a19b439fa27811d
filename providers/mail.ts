/**
 * Sends mail over SMTP. One call is one attempt: what failed is told, and the caller's job sends it again with the same
 * Message-ID. Never logs, and never lets an address or a server's words into an error.
 */

import { createTransport } from 'nodemailer';
import { type Mailer, MailNotSent, type OutgoingMail } from '../domain/mail.ts';

const connectTimeoutMs = 10_000;
const greetingTimeoutMs = 10_000;
/** No answer for this long within a conversation; servers that scan content take their time. */
const answerTimeoutMs = 60_000;
/**
 * For all of it, however many answers it takes: less than a job may take, so that no attempt goes on behind the next one.
 * What is cut off closes its connection.
 */
const sendTimeoutMs = 75_000;
const connectionsMax = 3;
const mailsPerConnectionMax = 100;

/** One mailbox and nothing that could be read as a second recipient. */
const mailboxPattern = /^[^\s<>()[\],;:"\\]{1,64}@[^\s<>()[\],;:"\\]{1,255}$/;
const messageIdPattern = /^<[^<>@\s]{1,200}@[^<>@\s]{1,200}>$/;

export interface MailerOptions {
  /** `smtp://` or `smtps://`, with user and password percent-encoded where there are any. */
  readonly smtpUrl: string;
  /** Sender of every mail, e.g. `Refund Desk <desk@seller.example>`. */
  readonly from: string;
  /** Refuses to speak without TLS to any server but one on this machine; set in production (PV-2.3). */
  readonly requireTls: boolean;
  /** Milliseconds that one mail may take in all. */
  readonly sendMsMax?: number;
}

export interface SmtpMailer extends Mailer {
  close(): void;
}

export function createMailer({ smtpUrl, from, requireTls, sendMsMax = sendTimeoutMs }: MailerOptions): SmtpMailer {
  const server = serverOf(smtpUrl);
  const transport = createTransport({
    pool: true,
    host: server.host,
    port: server.port,
    secure: server.secure,
    // Without it STARTTLS is used only where the server offers it, which anyone on the way can prevent.
    requireTLS: requireTls && !server.secure && !isLoopback(server.host),
    ...(server.auth === undefined ? {} : { auth: server.auth }),
    maxConnections: connectionsMax,
    maxMessages: mailsPerConnectionMax,
    // A connection that closes while sending leaves it open whether the mail was taken: the caller decides.
    maxRequeues: 0,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: greetingTimeoutMs,
    socketTimeout: answerTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      const message = messageOf(mail, from);
      try {
        await transport.sendMail({ ...message, signal: AbortSignal.timeout(sendMsMax) });
      } catch (error) {
        // The cause is left out on purpose: servers repeat the address in their refusals.
        throw asMailNotSent(error);
      }
    },
    close: () => transport.close(),
  };
}

function messageOf(mail: OutgoingMail, from: string) {
  if (!mailboxPattern.test(mail.to.address)) throw new MailNotSent('malformed address', true);
  for (const id of [mail.messageId, ...(mail.inReplyTo ? [mail.inReplyTo] : []), ...(mail.references ?? [])])
    if (!messageIdPattern.test(id)) throw new TypeError('a message id must look like <key@domain>');
  return {
    from,
    to: { name: mail.to.name ?? '', address: mail.to.address },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: mail.messageId,
    ...(mail.inReplyTo === undefined ? {} : { inReplyTo: mail.inReplyTo }),
    ...(mail.references === undefined ? {} : { references: [...mail.references] }),
    headers: {
      ...mail.headers,
      // Keeps answering machines from answering (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
  };
}

interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
}

const submissionPort = 587;
const submissionsPort = 465;

function serverOf(smtpUrl: string): SmtpServer {
  const url = URL.canParse(smtpUrl) ? new URL(smtpUrl) : null;
  // The address itself is not told: it holds a password.
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '')
    throw new TypeError('SMTP_URL must look like smtp://host:port or smtps://user:password@host:port');
  if (url.search !== '') throw new TypeError('SMTP_URL takes no options behind a question mark');
  const secure = url.protocol === 'smtps:';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? submissionsPort : submissionPort) : Number(url.port),
    secure,
    ...(url.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
  };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

function asMailNotSent(error: unknown): MailNotSent {
  const { responseCode, code } = error as { responseCode?: unknown; code?: unknown };
  const reply = typeof responseCode === 'number' ? responseCode : null;
  const kind = typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'unknown';
  // A login that is refused is the desk's fault, not the mail's: it is put right and the mail sent then.
  const permanent = reply !== null && reply >= 500 && reply < 600 && kind !== 'EAUTH';
  return new MailNotSent(reply === null ? kind : `${kind} ${reply}`, permanent);
}
