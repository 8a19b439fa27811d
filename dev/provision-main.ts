/** Provides the servers that the tests start: the Temporal dev server, the time-skipping one, ClamAV, Chromium, S3. Run by `npm test`. */

import { provisionChromium } from './chromium.ts';
import { provisionClamd } from './clamd.ts';
import { provisionS3 } from './s3-binary.ts';
import { provisionTemporal } from './temporal-binary.ts';
import { provisionTimeSkippingServer } from './time-skipping-server.ts';
import { Trouble } from './trouble.ts';

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopped.abort());

const options = {
  environment: process.env,
  report: (line: string) => void process.stdout.write(`${line}\n`),
  signal: stopped.signal,
};

try {
  // Tests start servers of their own, so that a server named by TEMPORAL_ADDRESS is no help to them.
  await provisionTemporal({ ...options, environment: { ...process.env, TEMPORAL_ADDRESS: undefined } });
  await provisionTimeSkippingServer(options);
  await provisionClamd(options);
  await provisionChromium(options);
  await provisionS3(options);
} catch (error) {
  process.exitCode = stopped.signal.aborted ? 130 : 1;
  if (!stopped.signal.aborted) {
    if (!(error instanceof Trouble)) throw error;
    process.stderr.write(`${error.message}\n`);
  }
}
