/** Sentences on conduct, disputes, other grounds and checks by risk control. Literal data. */

import type { Sentence } from './sentence.ts';

export const sentencesOfConduct = {
  breach: {
    en: 'The service was used in a way that our terms forbid, so there is no refund.',
    ru: 'Сервис использовался способом, который запрещён нашими условиями, поэтому возврата нет.',
    agent: 'Refused: a breach of the terms is on record.',
  },
  no_breach: {
    en: 'No breach of our terms is known.',
    ru: 'О нарушении наших условий не известно.',
    agent: 'No breach on record.',
  },
  abuse: {
    en: 'A member of our staff found that refunds were used abusively, so there is no refund.',
    ru: 'Наш сотрудник установил злоупотребление возвратами, поэтому возврата нет.',
    agent: 'Refused: abuse confirmed by a person.',
  },
  abuse_signals: {
    en: 'Nothing in how the service was used speaks against a refund.',
    ru: 'Характер использования не препятствует возврату.',
    agent: 'Signals to look at: {count}. None of them refuses by itself.',
  },
  no_abuse: {
    en: 'Nothing in how the service was used speaks against a refund.',
    ru: 'Характер использования не препятствует возврату.',
    agent: 'No abuse confirmed.',
  },
  no_dispute: {
    en: 'There is no dispute about this payment.',
    ru: 'Спора по этому платежу нет.',
    agent: 'No dispute on record.',
  },
  dispute_lost: {
    en: 'The dispute about this payment was decided in your favour, so the money comes through your bank or provider.',
    ru: 'Спор по этому платежу решён в вашу пользу: деньги придут через ваш банк или платёжную систему.',
    agent: 'Dispute lost: the money is taken, nothing more is paid.',
  },
  dispute_prevented: {
    en: 'Your bank or provider has already returned this payment to you.',
    ru: 'Ваш банк или платёжная система уже вернули вам этот платёж.',
    agent: 'Dispute prevented by an automatic refund: nothing more is paid.',
  },
  dispute_withdrawn: {
    en: 'Thank you for withdrawing the dispute on {at}. We go on as soon as your bank or provider reports its end.',
    ru: 'Спасибо, что отозвали спор {at}. Мы продолжим, как только банк или платёжная система сообщат о его завершении.',
    agent: 'Withdrawn by the customer at {at}; the provider still reports it open.',
  },
  dispute_open: {
    en: 'There is an open dispute about this payment. Until it ends we can pay and extend nothing.',
    ru: 'По этому платежу открыт спор. До его завершения мы не можем ничего вернуть или продлить.',
    agent: 'An open dispute blocks every payout and extension.',
  },
  inquiry_full_only: {
    en: 'Your bank or provider has asked about this payment. A full refund is possible, a part is not.',
    ru: 'Ваш банк или платёжная система прислали запрос по этому платежу. Возможен только полный возврат.',
    agent: 'Inquiry open: a full refund resolves it, a part would not.',
  },
  dispute_over: {
    en: 'The dispute about this payment has ended and no longer stands in the way.',
    ru: 'Спор по этому платежу завершён и больше не мешает.',
    agent: 'Every dispute is won or closed.',
  },
  no_other_ground: {
    en: 'No other ground by law or contract is known.',
    ru: 'Других оснований по закону или договору нет.',
    agent: 'No ground beyond the policy.',
  },
  statutory_right: {
    en: 'A right by law beyond this policy is being looked at on its own path.',
    ru: 'Право по закону помимо этой политики рассматривается отдельно.',
    agent: 'Statutory path: lead and finance, with the provision named.',
  },
  other_ground: {
    en: 'There is a ground by law or contract against a refund; it is written out in the decision.',
    ru: 'Есть основание по закону или договору против возврата; оно изложено в решении.',
    agent: 'Refused on a written ground, confirmed by a second person.',
  },
  other_ground_unconfirmed: {
    en: 'A second member of our staff is looking at this case.',
    ru: 'Этот случай проверяет второй сотрудник.',
    agent: 'A written ground waits for a second person.',
  },
  contact_unknown: {
    en: 'We do not know yet whether our messages reach you.',
    ru: 'Мы пока не знаем, доходят ли до вас наши сообщения.',
    agent: 'The contact is not verified yet.',
  },
  contact_verified: {
    en: 'We can reach you at the address that you gave.',
    ru: 'Мы можем связаться с вами по указанному адресу.',
    agent: 'Contact verified.',
  },
  contact_unverified: {
    en: 'We could not reach you at the address that you gave; please check it.',
    ru: 'Связаться с вами по указанному адресу не удалось; проверьте его, пожалуйста.',
    agent: 'Contact not verified; shown only, no ground.',
  },
  kyc_not_asked: {
    en: 'No identity check is needed.',
    ru: 'Проверка личности не нужна.',
    agent: 'Risk control asked for nothing.',
  },
  kyc_asked: {
    en: 'An identity check or clarification is needed within {days} days. Until then the payout is held.',
    ru: 'Нужна проверка личности или пояснение в течение {days} дн. До этого выплата приостановлена.',
    agent: 'KYC asked; the payout is held.',
  },
  kyc_passed: {
    en: 'The identity check is passed.',
    ru: 'Проверка личности пройдена.',
    agent: 'KYC passed.',
  },
  kyc_failed: {
    en: 'The identity check was not passed, so we cannot pay.',
    ru: 'Проверка личности не пройдена, поэтому выплата невозможна.',
    agent: 'Refused: KYC failed.',
  },
  kyc_timed_out: {
    en: 'The identity check was not answered within {days} days, so we cannot pay.',
    ru: 'На проверку личности не ответили в течение {days} дн., поэтому выплата невозможна.',
    agent: 'Refused: KYC timed out.',
  },
} as const satisfies Record<string, Sentence>;
