/**
 * What `npm start` runs once everything is installed: the whole embedded stack in this terminal until Ctrl-C. Tells
 * expected troubles in a sentence; a fault's trace goes to the log, never to the terminal.
 */

import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Stack, startStack } from './stack.ts';
import { Trouble } from './trouble.ts';

const root = resolve(import.meta.dirname, '..');
const dataDirectory = resolve(process.env['REFUND_DESK_DATA'] || join(root, '.data'));

const demoSchema = z.object({
  logins: z.array(z.object({ role: z.string(), email: z.string(), password: z.string().optional() })),
  next: z.string(),
});

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const asked = new AbortController();

/** A second Ctrl-C changes nothing: the order of stopping holds, and it is bounded in time. */
function ask(): void {
  if (!asked.signal.aborted) say('\nStopping everything in order …');
  asked.abort();
}

function welcome(stack: Stack): string {
  const { urls } = stack;
  return [
    '',
    `Refund Desk is ready: ${urls.api}`,
    '',
    `  Pages and API     ${urls.api}   (reference: ${urls.api}/docs)`,
    `  Temporal’s UI     ${urls.temporalUi}`,
    `  Caught mails      ${urls.mail}`,
    `  Card sandbox      ${urls.stripeSandbox}`,
    `  Shop’s sandbox    ${urls.shopSandbox}`,
    `  PayPal’s sandbox  ${urls.paypalSandbox}`,
    `  Bank’s sandbox    ${urls.bankSandbox}`,
    `  Demo gateway      127.0.0.1:${stack.ports.proxyGateway}, through which the desk tests plans itself`,
    `  PostgreSQL        127.0.0.1:${stack.ports.postgres}, database desk, user desk`,
    `  Data and logs     ${fromHere(dataDirectory)}, ${fromHere(join(dataDirectory, 'logs'))}`,
    ...demo(),
    '',
    'Ctrl-C stops everything in order; the next start finds it all again.',
  ].join('\n');
}

function demo(): string[] {
  const file = join(dataDirectory, 'demo.json');
  if (!existsSync(file)) return [];
  const { logins, next } = demoSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const width = Math.max(...logins.map(({ email }) => email.length), 0);
  return [
    '',
    'Demo logins',
    ...logins.map(
      ({ role, email, password }) =>
        `  ${role.padEnd(10)} ${email.padEnd(width)}  ${password ?? 'a one-time code, see the caught mails'}`,
    ),
    '',
    'Try next',
    ...next.split('\n').map((line) => `  ${line}`),
  ];
}

const fromHere = (path: string): string => relative(process.cwd(), path) || path;

/** The shell's environment, with what `npm start -- …` was told laid over it. */
function readShell(): NodeJS.ProcessEnv {
  try {
    const { pace } = parseArgs({ options: { pace: { type: 'string' } } }).values;
    return pace === undefined ? process.env : { ...process.env, CLOCK_PACE: pace };
  } catch {
    throw new Trouble('npm start knows one option: `-- --pace 86400` lets a day of the desk’s clock last a second.');
  }
}

async function run(): Promise<number> {
  say(`Refund Desk is starting; its data is in ${fromHere(dataDirectory)}.`);
  let stack: Stack;
  try {
    stack = await startStack({ dataDirectory, root, shell: readShell(), report: say, signal: asked.signal });
  } catch (error) {
    if (asked.signal.aborted && error instanceof Trouble) {
      say('Everything is stopped.');
      return 0;
    }
    throw error;
  }
  const stop = () => void stack.stop();
  asked.signal.addEventListener('abort', stop, { once: true });
  if (asked.signal.aborted) stop();
  else say(welcome(stack));
  const end = await stack.ended;
  if (end.why === 'crashed') throw new Trouble(end.message, { logFile: end.logFile });
  say('Everything is stopped.');
  return 0;
}

/** One sentence for people; what only a programmer can use goes to the log. */
function tell(error: unknown): void {
  if (error instanceof Trouble) {
    const where = error.logFile === undefined ? '' : ` Its log: ${fromHere(error.logFile)}`;
    process.stderr.write(`\n${error.message}${where}\n`);
    return;
  }
  const logs = join(dataDirectory, 'logs');
  const logFile = join(logs, 'stack.log');
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  try {
    mkdirSync(logs, { recursive: true });
    appendFileSync(logFile, `${new Date().toISOString()} ${trace}\n`);
    process.stderr.write(`\nThe stack itself failed, which is a fault of ours. Its log: ${fromHere(logFile)}\n`);
  } catch {
    process.stderr.write(`\nThe stack itself failed, and its log ${logFile} cannot be written: ${trace}\n`);
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
// `npm start` itself was killed: nobody could stop us any more.
process.once('disconnect', ask);
// The terminal may be gone; stopping in order matters more than saying so.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error: unknown) => {
    tell(error);
    process.exitCode = 1;
    ask();
  });

try {
  process.exitCode = Math.max(await run(), Number(process.exitCode ?? 0));
} catch (error) {
  tell(error);
  process.exitCode = 1;
}
process.off('disconnect', ask);
if (process.connected) process.disconnect();
