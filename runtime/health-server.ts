/** Health, readiness and metrics of a process that serves nothing else; the same routes as the API's own. */

import { createServer } from 'node:http';
import express from 'express';
import { type HealthParts, mountHealth } from '../api/health.ts';
import { type Listening, listen } from './listen.ts';

export function serveHealth(parts: HealthParts, at: { host: string; port: number }): Promise<Listening> {
  const app = express();
  app.disable('x-powered-by');
  mountHealth(app, parts);
  return listen(createServer(app), at);
}
