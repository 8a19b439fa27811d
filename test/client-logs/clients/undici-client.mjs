/** Fetches pages through the proxy with undici's fetch and logs what happens. */

import { setTimeout as sleep } from 'node:timers/promises';
import { fetch, ProxyAgent } from 'undici';

const dispatcher = new ProxyAgent(process.env.PROXY_URL);

for (const url of process.argv.slice(2)) {
  try {
    const response = await fetch(url, { dispatcher, signal: AbortSignal.timeout(3000) });
    console.log(new Date().toISOString(), response.status, url, (await response.text()).length);
  } catch (error) {
    console.error(new Date().toISOString(), 'failed', url, error);
  }
  await sleep(200);
}
process.exit();
