/**
 * Puts the job runner together: redelivery of kept inputs, notices by mail, captures to read, probes to begin, reminders when their time
 * has come, and what the bank leaves.
 */

import { createBankDirectory } from '../providers/bank-drop.ts';
import { createMailTemplates } from '../providers/mail-templates.ts';
import { bankAccountOf } from './bank.ts';
import { startBankSweep } from './bank-sweep.ts';
import { createCaptureReading } from './capture-reading.ts';
import type { Core } from './core.ts';
import { createDelivery } from './delivery.ts';
import { createIncidentRuns } from './incident-runs.ts';
import { type Jobs, startJobs } from './jobs.ts';
import { createNoticeSender } from './notices.ts';
import { openMailer } from './outgoing-mail.ts';
import { createProbeSteering } from './probe-steering.ts';
import { startReminderSweep } from './reminder-sweep.ts';
import { tieHashOf } from './staff-ties.ts';
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
    tieHash: tieHashOf(config),
  });
  const delivery = createDelivery({ db, client: temporal.client, clock, log });
  const captures = createCaptureReading({ client: temporal.client, log });
  const incidents = createIncidentRuns({ db, client: temporal.client, clock, log });
  const probes = createProbeSteering({ db, client: temporal.client, clock, log });
  const databaseUrl = config.DATABASE_URL.reveal();
  const jobs = await startJobs({ databaseUrl, delivery, notices, captures, probes, incidents, log });
  const reminders = startReminderSweep({ db, clock, log });
  const debtor = bankAccountOf(config);
  const folder = debtor && createBankDirectory(config.BANK_DROP_DIRECTORY).in;
  const bank = debtor && folder && startBankSweep({ db, clock, log, folder, account: debtor.iban });
  return {
    promise: jobs.promise,
    async stop() {
      await reminders.stop();
      await bank?.stop();
      await jobs.stop();
      mailer.close();
    },
  };
}
