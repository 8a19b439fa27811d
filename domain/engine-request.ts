/** Judges of the request itself and of the version that judges it: RP-4.1, RP-4.2, RP-5.2, RP-6.1 and RP-7.1. */

import { awaiting, type ClauseJudge, dateWords, failed, notApplicable, passed, recorded, used } from './case.ts';
import type { Material } from './materials.ts';
import { materialNames, namesIn } from './names.ts';

/** RP-5.2: what of the materials makes a fault reproducible. */
const details: readonly Material[] = ['network_context'];

/** RP-4.1. */
export const judgeMaterials: ClauseJudge = ({ facts: { missing } }) => {
  const facts = [recorded('missing', missing.join(', '), 'desk')];
  return missing.length > 0
    ? awaiting('materials', 'materials_missing', { facts, words: namesIn(materialNames, missing, 'missing') })
    : passed('materials_complete', { facts });
};

/** RP-4.2. */
export const judgeReviewing: ClauseJudge = ({ facts: { informationRequested, missing, review }, parameters }) => {
  const words = { days: String(parameters.waiting.lapseDays) };
  const facts = [recorded('informationRequested', informationRequested, 'agent')];
  if (informationRequested) return awaiting('information', 'information_requested', { facts, words });
  if (review) return passed('reviewed', { facts: used('review', review) });
  return missing.length > 0
    ? awaiting('materials', 'review_needs_materials')
    : awaiting('review', 'not_reviewed', { facts });
};

/** RP-5.2. */
export const judgeDetails: ClauseJudge = ({ facts: { missing, fault }, parameters }) => {
  const facts = [recorded('missing', missing.join(', '), 'desk'), recorded('fault', fault, 'customer')];
  if (!parameters.materials[fault].some((material) => details.includes(material)))
    return notApplicable('details_not_needed', { facts });
  return missing.some((material) => details.includes(material))
    ? awaiting('materials', 'details_missing', { facts })
    : passed('details_given', { facts });
};

/** RP-6.1: names the version that counts, since a ticket keeps it whatever is posted later (E10). */
export const judgeVersion: ClauseJudge = ({ version, role, facts }) => {
  const more = {
    facts: [recorded('version', version.number, 'desk'), recorded('askedAt', facts.askedAt, 'desk')],
    words: { number: String(version.number), since: dateWords(version.effectiveAt), asked: dateWords(facts.askedAt) },
  };
  if (role === 'purchase') return passed('version_at_purchase', more);
  return passed(role === 'asking' ? 'version_at_asking_better' : 'version_at_asking', more);
};

/** RP-7.1. */
export const judgeReachability: ClauseJudge = ({ version }) => {
  const { contact } = version.document.seller;
  return contact.trim() ? passed('contact_named', { words: { contact } }) : failed('contact_not_named');
};
