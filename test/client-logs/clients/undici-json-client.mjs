/** Requests pages through the proxy with undici and writes a JSON line for each attempt. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, ProxyAgent, request } from 'undici';

const proxy = process.env.PROXY_URL;
const dispatcher = new ProxyAgent({
  uri: proxy,
  proxyTls: { timeout: 3000 },
  requestTls: { timeout: 3000 },
  clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: 3000 }),
});

async function giveUp() {
  await sleep(6000);
  throw Object.assign(new Error('no answer after 6000 ms'), { code: 'ETIMEDOUT' });
}

for (const url of process.argv.slice(2)) {
  const time = new Date().toISOString();
  const started = performance.now();
  let status = null;
  let error = null;
  try {
    const asked = request(url, { dispatcher, headersTimeout: 3000, bodyTimeout: 3000 });
    const response = await Promise.race([asked, giveUp()]);
    status = response.statusCode;
    await response.body.dump();
  } catch (thrown) {
    error = { name: thrown.name, code: thrown.code, message: thrown.message };
  }
  const elapsedMs = Math.round(performance.now() - started);
  console.log(JSON.stringify({ time, url, proxy, status, error, elapsedMs }));
  await sleep(200);
}
process.exit();
