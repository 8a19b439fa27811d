/** Puts the job runner together: redelivery of kept inputs, and notices by mail. */

import { createMailTemplates } from '../providers/mail-templates.ts';
import type { Core } from './core.ts';
import { createDelivery } from './delivery.ts';
import { type Jobs, startJobs } from './jobs.ts';
import { createNoticeSender } from './notices.ts';
import { openMailer } from './outgoing-mail.ts';
import type { TemporalClient } from './temporal-client.ts';

export async function wireJobs(core: Core, temporal: TemporalClient): Promise<Jobs> {
  const { config, db, clock, log } = core;
  const mailer = openMailer(config);
  const notices = createNoticeSender({
    db,
    mailer,
    templates: createMailTemplates(),
    clock,
    log,
    publicUrl: config.PUBLIC_URL,
    dryRun: config.PAYOUT_MODE === 'dry-run',
  });
  const delivery = createDelivery({ db, client: temporal.client, clock, log });
  const jobs = await startJobs({ databaseUrl: config.DATABASE_URL.reveal(), delivery, notices, log });
  return {
    promise: jobs.promise,
    async stop() {
      await jobs.stop();
      mailer.close();
    },
  };
}
