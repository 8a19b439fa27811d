/** The stack's ports: read from the environment, proved free, and named where they are not. */

import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { findFreePorts, isPortFree, portNames, portUses, readPorts, requirePortsFree } from '../../dev/ports.ts';

let blocker: Server | null = null;

afterEach(async () => {
  await new Promise<void>((resolve) => (blocker === null ? resolve() : blocker.close(() => resolve())));
  blocker = null;
});

async function block(port: number): Promise<void> {
  const server = createServer();
  blocker = server;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
}

test('a taken port is named with what it is for and the variable that moves it', async () => {
  const ports = await findFreePorts();
  await block(ports.smtp);
  const sentence = `Port ${ports.smtp}, for the mail catcher, is taken (move it with SMTP_PORT=…). Nothing was started.`;
  await expect(requirePortsFree(ports)).rejects.toThrow(sentence);
});

test('every taken port is told at once', async () => {
  const ports = await findFreePorts();
  await block(ports.api);
  const clash = requirePortsFree({ ...ports, temporal: ports.worker });
  await expect(clash).rejects.toThrow(`Port ${ports.api}, for pages and API, is taken`);
  await expect(clash).rejects.toThrow(
    `port ${ports.worker} is wanted for both the worker’s health and metrics and the`,
  );
});

test('a port that the wanted parts do not use may be taken', async () => {
  const ports = await findFreePorts();
  await block(ports.smtp);
  await expect(requirePortsFree(ports, ['api', 'postgres'])).resolves.toBeUndefined();
});

test('each port can be moved by its variable and has its preset otherwise', () => {
  expect(readPorts({})).toMatchObject({ api: 3000, worker: 3001, temporal: 7233, temporalUi: 8233, postgres: 54_329 });
  for (const name of portNames) expect(readPorts({ [portUses[name].variable]: '4321' })[name]).toBe(4321);
});

test.each(['0', '65536', 'http', '80.5', '-1'])('"%s" is refused as a port by the variable’s name', (text) => {
  expect(() => readPorts({ SMTP_PORT: text })).toThrow(`SMTP_PORT must be a port from 1 to 65535, but is "${text}".`);
});

test('free ports are distinct and free', async () => {
  const ports = Object.values(await findFreePorts());
  expect(new Set(ports).size).toBe(portNames.length);
  expect(await Promise.all(ports.map(isPortFree))).not.toContain(false);
});
