/** A log as large as asked: lines that real clients printed behind a failing gateway, over and over, with secrets among them. */

import { once } from 'node:events';
import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const recorded = join(import.meta.dirname, '../test/client-logs/recorded');
/** Those whose words are plain lines. */
const clients = ['requests', 'aiohttp', 'scrapy', 'go', 'undici', 'axios'];

/** In every planted secret, so that one which passed is found. */
export const secretWord = 'Planted5ecret';
const linesBetweenSecrets = 50;

/** The notations in which a secret is planted, one after the other. */
const notations: readonly ((secret: string) => string)[] = [
  (secret) => `INFO trying http://customer:${secret}@gate.example.com:8000 again`,
  (secret) => `> Proxy-Authorization: Basic ${secret}`,
  (secret) => `DEBUG gate.example.com:8000:customer:${secret}`,
  (secret) => `{"level":"debug","headers":{"Cookie":"session=${secret}"}}`,
  (secret) => `-----BEGIN PRIVATE KEY-----\nMIIE${secret}\nAAAA${secret}==\n-----END PRIVATE KEY-----`,
  (secret) => `level=warn msg="retry" password="${secret}"`,
  (secret) => `curl -x \\\n  customer:${secret}@gate.example.com:8000 https://shop.example.com`,
];

function recordedLines(): string[] {
  return clients.flatMap((client) =>
    readdirSync(join(recorded, client))
      .filter((name) => name.endsWith('.log'))
      .sort()
      .flatMap((name) => readFileSync(join(recorded, client, name), 'utf8').split('\n'))
      // What is no plain text is refused before it is read.
      .filter((line) => line !== '' && !/\p{Cc}/u.test(line.replaceAll('\t', ''))),
  );
}

/** Writes at least so many bytes; says how many lines and secrets there are. */
export async function writeLog(path: string, bytesMin: number): Promise<{ lines: number; secrets: number }> {
  const known = recordedLines();
  const file = createWriteStream(path);
  let [bytes, lines, secrets] = [0, 0, 0];
  while (bytes < bytesMin) {
    let block = '';
    for (let index = 0; index < linesBetweenSecrets; index += 1) {
      block += `${known[lines % known.length] ?? ''}\n`;
      lines += 1;
    }
    const notation = notations[secrets % notations.length];
    if (notation) block += `${notation(`${secrets.toString(36)}${secretWord}${secrets}`)}\n`;
    secrets += 1;
    bytes += Buffer.byteLength(block);
    if (!file.write(block)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  return { lines, secrets };
}
