/** The whole data map (PA-1.1): every column of every table of ours. A table of knex's own bookkeeping has no place here. */

import { bankDataMap } from './bank.ts';
import { caseFactDataMap } from './case-facts.ts';
import { disputeDataMap } from './disputes.ts';
import type { DataMap } from './entry.ts';
import { holdDataMap } from './holds.ts';
import { incidentDataMap } from './incidents.ts';
import { inputDataMap } from './inputs.ts';
import { ledgerDataMap } from './ledger.ts';
import { noticeDataMap } from './notices.ts';
import { orderDataMap } from './orders.ts';
import { pastTicketDataMap } from './past-tickets.ts';
import { payoutDataMap } from './payouts.ts';
import { peopleDataMap } from './people.ts';
import { policyVersionDataMap } from './policy-versions.ts';
import { probeDataMap } from './probes.ts';
import { reconciliationDataMap } from './reconciliations.ts';
import { remedyDataMap } from './remedies.ts';
import { staffTieDataMap } from './staff-ties.ts';
import { ticketDataMap } from './tickets.ts';

export const dataMap: DataMap = {
  ...peopleDataMap,
  ...staffTieDataMap,
  ...orderDataMap,
  ...policyVersionDataMap,
  ...inputDataMap,
  ...ticketDataMap,
  ...pastTicketDataMap,
  ...probeDataMap,
  ...holdDataMap,
  ...caseFactDataMap,
  ...incidentDataMap,
  ...disputeDataMap,
  ...remedyDataMap,
  ...payoutDataMap,
  ...ledgerDataMap,
  ...reconciliationDataMap,
  ...bankDataMap,
  ...noticeDataMap,
};
