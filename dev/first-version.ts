/** The seller's first policy version, which lies in `dev/policy` as data: for the demo load, the documents and tests. */

import { readFileSync } from 'node:fs';
import { postPolicyVersion } from '../contract/policy-versions.ts';

/** As the body of its posting, checked as the door would. */
export const readFirstVersion = () =>
  postPolicyVersion.body.parse(JSON.parse(readFileSync(new URL('policy/first-version.json', import.meta.url), 'utf8')));
