/** For apps whose suites hand in no file: a store and an intake that nobody asks anything of. */

import type { StoresOptions } from '../../runtime/stores.ts';

export const noFiles = {
  evidence: {} as StoresOptions['evidence'],
  intake: {} as StoresOptions['intake'],
};
