/** Reads an order's captures anew, where something was heard of what went back of it elsewhere. Needs no ticket. */

import { proxyActivities } from '@temporalio/workflow';
import { capturesOptions } from './activity-options.ts';
import type { CapturesRun } from './messages.ts';
import type { CaptureActivities } from './ports.ts';

const { takeOverCaptures } = proxyActivities<CaptureActivities>(capturesOptions);

export const capturesWorkflow = (run: CapturesRun): Promise<void> => takeOverCaptures(run);
