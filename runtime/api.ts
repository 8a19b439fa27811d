/** The API process: serves the door, hands kept inputs on at once, and stops in order when asked. */

import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { readConfig } from './config.ts';
import { createCore } from './core.ts';
import { listen } from './listen.ts';
import { runMain, untilAskedToStop } from './main.ts';
import { wireApi } from './wire-api.ts';

await runMain('api', async () => {
  const config = readConfig(process.env);
  const core = createCore(config, 'api');
  const asked = untilAskedToStop();
  const api = await wireApi(core);
  const listening = await listen(createServer(api.app), { host: config.HOST, port: config.PORT });
  core.log.info({ event: 'ready', port: listening.port }, 'the API listens');

  const why = await asked;
  core.log.info({ event: 'stopping', reason: why }, 'the API stops');
  api.drain();
  await delay(config.SHUTDOWN_DRAIN_SECONDS * 1000);
  await api.endStreams();
  await listening.close();
  await api.close();
  await core.close();
});
