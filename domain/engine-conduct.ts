/** Judges of conduct, disputes and other grounds: RP-3.5, RP-3.6, RP-3.8, RP-3.9, RP-5.1 and RP-5.3. */

import {
  awaiting,
  type ClauseJudge,
  dateWords,
  disputed,
  failed,
  forPerson,
  isDisputed,
  notApplicable,
  passed,
  recorded,
  used,
} from './case.ts';

/** RP-3.5: what nobody found is not presumed. */
export const judgeBreach: ClauseJudge = ({ facts: { breach } }) => {
  if (isDisputed(breach)) return disputed('breach', breach);
  const facts = used('breach', breach);
  return breach?.value ? failed('breach', { facts }) : passed('no_breach', { facts });
};

/** RP-3.6: a match is a signal for an agent; only a person's confirmation refuses. */
export const judgeAbuse: ClauseJudge = ({ facts: { abuse } }) => {
  const { confirmed, signals } = abuse;
  if (isDisputed(confirmed)) return disputed('abuse.confirmed', confirmed);
  const facts = [
    ...used('abuse.confirmed', confirmed),
    ...signals.map((signal, index) => recorded(`abuse.signals.${index}`, signal, 'desk')),
  ];
  const isByPerson = confirmed !== null && ['agent', 'lead', 'finance'].includes(confirmed.source);
  if (isByPerson && confirmed.value) return failed('abuse', { facts });
  const isUnseen = signals.length > 0 && !isByPerson;
  return isUnseen
    ? passed('abuse_signals', { facts, words: { count: String(signals.length) } })
    : passed('no_abuse', { facts });
};

/**
 * RP-3.8: the customer's withdrawal is a fact of its own and frees nothing; the provider's report does. A dispute that
 * the bank settled at once has paid the money back already (D1), as a lost one has taken it.
 */
export const judgeDispute: ClauseJudge = ({ facts: { disputes } }) => {
  const inState = (state: string): typeof disputes => disputes.filter((dispute) => dispute.state === state);
  const facts = disputes.map(({ ref, state }) => recorded(`disputes.${ref}.state`, state, 'provider'));
  if (disputes.length === 0) return passed('no_dispute');
  if (inState('lost').length > 0) return failed('dispute_lost', { facts });
  if (inState('prevented').length > 0) return failed('dispute_prevented', { facts });
  const [open] = inState('open');
  if (open?.withdrawnByCustomerAt)
    return awaiting('dispute', 'dispute_withdrawn', { facts, words: { at: dateWords(open.withdrawnByCustomerAt) } });
  if (open) return awaiting('dispute', 'dispute_open', { facts });
  if (inState('inquiry').length > 0) return passed('inquiry_full_only', { facts });
  return passed('dispute_over', { facts });
};

/** RP-3.9: a written ground counts once a second person confirmed it. A right by law goes its own way, by people. */
export const judgeOtherGround: ClauseJudge = ({ facts: { otherGround } }) => {
  if (!otherGround) return notApplicable('no_other_ground');
  const { kind, confirmed } = otherGround;
  const facts = [recorded('otherGround', { kind, confirmed }, 'lead')];
  if (kind === 'statutory') return passed('statutory_right', { facts });
  return confirmed
    ? failed('other_ground', { facts })
    : awaiting('second_person', 'other_ground_unconfirmed', { facts });
};

/** RP-5.1: shown to whoever decides; nobody is refused for it. */
export const judgeContact: ClauseJudge = ({ facts: { contactVerified } }) => {
  if (isDisputed(contactVerified)) return disputed('contactVerified', contactVerified);
  const facts = used('contactVerified', contactVerified);
  if (contactVerified === null) return forPerson('contact_unknown');
  return contactVerified.value ? passed('contact_verified', { facts }) : failed('contact_unverified', { facts });
};

/** RP-5.3: holds what is due until it is passed; a failed or unanswered one ends it. */
export const judgeKyc: ClauseJudge = ({ facts: { kyc }, parameters }) => {
  if (isDisputed(kyc)) return disputed('kyc', kyc);
  if (kyc === null) return notApplicable('kyc_not_asked');
  const more = { facts: used('kyc', kyc), words: { days: String(parameters.waiting.kycDays) } };
  switch (kyc.value) {
    case 'asked':
      return awaiting('kyc', 'kyc_asked', more);
    case 'passed':
      return passed('kyc_passed', more);
    case 'failed':
      return failed('kyc_failed', more);
    case 'timed_out':
      return failed('kyc_timed_out', more);
  }
};
