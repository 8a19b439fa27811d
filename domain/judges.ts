/**
 * Which judge answers for which clause: one row a clause, in the policy's order. A row stands on a line of its own, so
 * that a proof can put `alwaysPasses` in its place and see whether a test of that clause notices.
 */

import type { ClauseJudge } from './case.ts';
import { judgeAbuse, judgeBreach, judgeContact, judgeDispute, judgeKyc, judgeOtherGround } from './engine-conduct.ts';
import { judgeForeignCause, judgeIncident, judgeUnmended } from './engine-fault.ts';
import {
  judgeChannel,
  judgeCrypto,
  judgeForeignChannel,
  judgeMethod,
  judgeMoneyPaid,
  judgeScope,
  judgeWayBack,
} from './engine-order.ts';
import { judgeDetails, judgeMaterials, judgeReachability, judgeReviewing, judgeVersion } from './engine-request.ts';
import { judgeLateAsking, judgeResponse, judgeWindow } from './engine-time.ts';
import { judgeUsage } from './engine-usage.ts';
import { judgeDeskAlone, judgeFullRefund, judgePart } from './engine-whole.ts';
import type { RefundClauseId } from './policy.ts';

/** Stands in for a judge whose clause is knocked out. */
export const alwaysPasses: ClauseJudge = () => ({ verdict: 'passed', reason: 'knocked_out', facts: [], words: {} });

export const judges = {
  'RP-1.1': judgeScope,
  'RP-2.0': judgeFullRefund,
  'RP-2.1': judgeChannel,
  'RP-2.2': judgeMethod,
  'RP-2.3': judgeWindow,
  'RP-2.4a': judgeUnmended,
  'RP-2.4b': judgeIncident,
  'RP-2.5': judgeUsage,
  'RP-3.1': judgeLateAsking,
  'RP-3.2': judgeCrypto,
  'RP-3.3': judgeForeignChannel,
  'RP-3.4': judgeForeignCause,
  'RP-3.5': judgeBreach,
  'RP-3.6': judgeAbuse,
  'RP-3.7': judgeMoneyPaid,
  'RP-3.8': judgeDispute,
  'RP-3.9': judgeOtherGround,
  'RP-4.1': judgeMaterials,
  'RP-4.2': judgeReviewing,
  'RP-4.3': judgeResponse,
  'RP-4.4': judgeWayBack,
  'RP-4.5': judgePart,
  'RP-4.6': judgeDeskAlone,
  'RP-5.1': judgeContact,
  'RP-5.2': judgeDetails,
  'RP-5.3': judgeKyc,
  'RP-6.1': judgeVersion,
  'RP-7.1': judgeReachability,
} as const satisfies Record<RefundClauseId, ClauseJudge>;
