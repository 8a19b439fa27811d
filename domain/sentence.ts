/** The shape of a reason's sentences: to the customer in each language of the policy, and to an agent in English. */

import type { PolicyLanguage } from './policy.ts';

export interface Sentence extends Readonly<Record<PolicyLanguage, string>> {
  readonly agent: string;
}
