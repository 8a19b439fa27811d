/** The bank's rail passes what every rail must, over a real database, a real drop and the bank's sandbox. */

import { bankLimits, openBankBench } from '../providers/bank-bench.ts';
import { describeRail } from '../providers/rail-conformance.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

describeRail('a bank', () => openBankBench(suite.db), bankLimits);
