/**
 * The mail catcher as a process of the embedded stack: SMTP_PORT, WEB_PORT and MAIL_DIR from its environment. Ends when
 * asked to, and when the process that started it is gone.
 */

import { createMailCatcher } from './mail-catcher.ts';

const required = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
};

const catcher = createMailCatcher({ mailDir: required('MAIL_DIR') });

try {
  await catcher.listen({ smtpPort: Number(required('SMTP_PORT')), webPort: Number(required('WEB_PORT')) });
} catch (error) {
  process.stderr.write(`The mail catcher cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

const stop = (): void => {
  void catcher.close().finally(() => process.exit(0));
};

process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.once('disconnect', stop);
process.send?.('ready');
