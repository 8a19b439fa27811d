/** Fetches pages through the proxy with axios and logs what happens. */

import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { HttpsProxyAgent } from 'https-proxy-agent';

const agent = new HttpsProxyAgent(process.env.PROXY_URL);
const client = axios.create({ httpAgent: agent, httpsAgent: agent, proxy: false, timeout: 3000 });

for (const url of process.argv.slice(2)) {
  const started = Date.now();
  try {
    const response = await client.get(url, { signal: AbortSignal.timeout(4000) });
    console.log(`[${new Date().toISOString()}] ${response.status} ${url} ${Date.now() - started}ms`);
  } catch (error) {
    console.error(
      `[${new Date().toISOString()}] ERROR ${url} ${error.code} ${error.message} ${Date.now() - started}ms`,
      error.response ? `status=${error.response.status} headers=${JSON.stringify(error.response.headers)}` : '',
    );
  }
  await sleep(200);
}
process.exit();
