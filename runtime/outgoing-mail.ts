/** The way that mail takes out of this process; in production over TLS only. */

import { createMailer } from '../providers/mail.ts';
import type { Config } from './config.ts';

export const openMailer = (config: Pick<Config, 'SMTP_URL' | 'MAIL_FROM' | 'NODE_ENV'>) =>
  createMailer({
    smtpUrl: config.SMTP_URL.reveal(),
    from: config.MAIL_FROM,
    requireTls: config.NODE_ENV === 'production',
  });
