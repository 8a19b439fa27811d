/** One look at a provider's list, started by a schedule. Its own run, so that its outcome stands in Temporal's page. */

import { proxyActivities } from '@temporalio/workflow';
import type { LookResult } from '../domain/reconciliation.ts';
import { reconcilingOptions } from './activity-options.ts';
import type { ReconciliationLook } from './messages.ts';
import type { ReconciliationActivities } from './ports.ts';

const { reconcile } = proxyActivities<ReconciliationActivities>(reconcilingOptions);

export const reconciliationWorkflow = (look: ReconciliationLook): Promise<LookResult | null> => reconcile(look);
