/** Opens pages through the proxy in Chromium and keeps a HAR of them. */

import { chromium } from 'playwright-core';

const { protocol, host, username, password } = new URL(process.env.PROXY_URL);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  proxy: { server: `${protocol}//${host}`, username, password },
  args: ['--no-sandbox', ...(process.env.CHROMIUM_FLAGS ?? '').split(' ')],
});
const context = await browser.newContext({ recordHar: { path: process.env.HAR_FILE, content: 'omit' } });
for (const url of process.argv.slice(2)) {
  const page = await context.newPage();
  try {
    const response = await page.goto(url, { timeout: 4000 });
    console.log(new Date().toISOString(), response.status(), url);
  } catch (error) {
    console.error(new Date().toISOString(), error.message);
  }
  await page.close();
}
await context.close();
await browser.close();
