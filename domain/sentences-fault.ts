/** Sentences on times, faults, incidents and usage. Literal data. */

import type { Sentence } from './sentence.ts';

export const sentencesOfFault = {
  first_capture_unknown: {
    en: 'We are asking the payment provider when this plan was first paid for.',
    ru: 'Мы уточняем у платёжной системы, когда этот тариф был оплачен впервые.',
    agent: 'The first capture of this plan is not known yet.',
  },
  asked_in_time: {
    en: 'You asked on {asked}, within {days} days of paying for this plan for the first time ({captured}).',
    ru: 'Вы обратились {asked}, то есть не позднее {days} дн. после первой оплаты этого тарифа ({captured}).',
    agent: 'Asked {asked}; the window ends {end}.',
  },
  asked_late: {
    en: 'You asked on {asked}. The {days} days from the first payment for this plan ended on {end}.',
    ru: 'Вы обратились {asked}. Срок в {days} дн. с первой оплаты этого тарифа истёк {end}.',
    agent: 'Asked {asked}, after the window’s end at {end}; RP-4.5 may still apply.',
  },
  not_late: {
    en: 'When you asked is no ground against a refund.',
    ru: 'Срок обращения не препятствует возврату.',
    agent: 'No ground: asked {asked}, by {end}.',
  },
  late: {
    en: 'We cannot give a full refund that is asked for after {end}. After a confirmed incident a part may still be due.',
    ru: 'Полный возврат по обращению после {end} невозможен. После подтверждённого сбоя может полагаться его часть.',
    agent: 'Refused: asked {asked}, after {end}.',
  },
  response_not_begun: {
    en: 'You will have an answer {days} business days after we have everything that we need.',
    ru: 'Вы получите ответ через {days} рабочих дн. после того, как у нас будет всё необходимое.',
    agent: 'The decision clock has not begun: the materials are not complete.',
  },
  response_running: {
    en: 'You will have an answer by {due}.',
    ru: 'Вы получите ответ до {due}.',
    agent: 'Answer due {due}.',
  },
  response_running_weekends_only: {
    en: 'You will have an answer by {due}. Public holidays of that time are not yet counted.',
    ru: 'Вы получите ответ до {due}. Праздники этого времени пока не учтены.',
    agent:
      'Answer due {due}; the version does not know the holidays of all years in between, so only weekends are left out.',
  },
  response_paused: {
    en: 'The time for our answer stands still while we wait; as of now it is due by {due}.',
    ru: 'Срок нашего ответа приостановлен на время ожидания; сейчас он истекает {due}.',
    agent: 'The decision clock is paused; due {due} if it went on now.',
  },
  response_overdue: {
    en: 'Our answer was due by {due}. We are sorry that it is late.',
    ru: 'Ответ полагался до {due}. Просим прощения за задержку.',
    agent: 'Overdue since {due}.',
  },
  review_needs_materials: {
    en: 'Our technicians can begin as soon as we have everything that they need.',
    ru: 'Наши техники начнут, как только у нас будет всё необходимое.',
    agent: 'Materials are missing, so the review has not begun.',
  },
  review_asked_back: {
    en: 'Our technicians have a question for you and go on when you have answered.',
    ru: 'У наших техников есть к вам вопрос; они продолжат после вашего ответа.',
    agent: 'The review waits for the customer’s answer.',
  },
  not_reviewed: {
    en: 'Our technicians are looking into it.',
    ru: 'Наши техники разбираются в этом.',
    agent: 'No finding of the review yet.',
  },
  diagnosed_not_reviewed: {
    en: 'Our technicians are looking into it.',
    ru: 'Наши техники разбираются в этом.',
    agent:
      'No finding of the review yet. Of {attempts} attempts in the files and of our own tests {failed} failed, most by cause {cause}.',
  },
  review_inconclusive: {
    en: 'Our technicians could not find out for certain what happened. A person will decide how to go on.',
    ru: 'Наши техники не смогли точно установить, что произошло. Как быть дальше, решит сотрудник.',
    agent: 'The review leaves the cause or its persistence open; review again or decide by hand.',
  },
  cause_not_ours: {
    en: 'Our technicians found a cause that does not lie with our service.',
    ru: 'Наши техники установили причину, которая не связана с нашим сервисом.',
    agent: 'Cause found: {cause}, not the seller’s.',
  },
  not_persistent: {
    en: 'Our technicians found that the service was not persistently unusable.',
    ru: 'По данным наших техников, сервис не был недоступен постоянно.',
    agent: 'Ours, but not persistent.',
  },
  fault_after_window: {
    en: 'The service failed only after {end}, when the time for a full refund had ended.',
    ru: 'Сервис отказал только после {end}, когда срок для полного возврата уже истёк.',
    agent: 'No loss within the window, which ended {end}.',
  },
  mended: {
    en: 'The fault that you reported on {reported} was mended in time, within {days} days.',
    ru: 'Неполадка, о которой вы сообщили {reported}, была устранена в срок, за {days} дн.',
    agent: 'Mended by {due}, or no answer to the fix in the version’s time.',
  },
  remediation_running: {
    en: 'The fault is ours and we are mending it. If it is not mended by {due}, this condition of a refund is met.',
    ru: 'Неполадка на нашей стороне, мы её устраняем. Если это не удастся до {due}, это условие возврата будет выполнено.',
    agent: 'Remediation runs until {due}, {days} days after the report at {reported}.',
  },
  fix_unanswered: {
    en: 'We reported it mended in time. Please tell us by {answer} whether it works; a no lets the deadline of {due} stand.',
    ru: 'Мы вовремя сообщили, что всё исправлено. Скажите до {answer}, работает ли; если нет, остаётся в силе срок {due}.',
    agent: 'A fix was reported in time; the customer may answer until {answer}.',
  },
  not_mended: {
    en: 'The fault that you reported on {reported} was ours, and we did not mend it by {due}.',
    ru: 'Неполадка, о которой вы сообщили {reported}, была на нашей стороне, и мы не устранили её до {due}.',
    agent: 'Not remediated by {due}.',
  },
  incident_covers: {
    en: 'An incident that we confirmed ({ref}, from {from}) affected your plan.',
    ru: 'Подтверждённый нами сбой ({ref}, с {from}) затронул ваш тариф.',
    agent: 'Incident {ref} is confirmed, wide, and covers the order; no waiting for a mending.',
  },
  no_incident: {
    en: 'We know of no incident that affected your plan.',
    ru: 'Нам не известно о сбое, который затронул бы ваш тариф.',
    agent: 'No incident is on record for this order.',
  },
  incident_falls_short: {
    en: 'The incidents that we know of were not confirmed, not wide enough, or did not affect your plan at that place and time.',
    ru: 'Известные нам сбои не подтверждены, не были массовыми или не затронули ваш тариф в том месте и в то время.',
    agent: 'No incident is confirmed, wide and covering at once.',
  },
  incident_is_cause: {
    en: 'The cause is an incident that we confirmed.',
    ru: 'Причина – подтверждённый нами сбой.',
    agent: 'A confirmed incident is the cause; no finding says otherwise.',
  },
  seller_mistake: {
    en: 'Your account was restricted by our mistake. That is no ground against a refund.',
    ru: 'Ваш аккаунт был ограничен по нашей ошибке. Это не препятствует возврату.',
    agent: 'A restriction set by mistake is no ground.',
  },
  no_foreign_cause: {
    en: 'The cause is no ground of its own against a refund.',
    ru: 'Причина сама по себе не препятствует возврату.',
    agent: 'No ground: cause found is {cause}.',
  },
  cause_conflicts: {
    en: 'The review and a confirmed incident name different causes. A person will settle this first.',
    ru: 'Проверка и подтверждённый сбой указывают на разные причины. Сначала это проверит сотрудник.',
    agent: 'The review blames {cause} while a confirmed incident covers the order; settle which one holds.',
  },
  cause_target: {
    en: 'The site that you called defends itself against automated visits. That lies beyond our control.',
    ru: 'Сайт, к которому вы обращались, защищается от автоматических посещений. На это мы не можем повлиять.',
    agent: 'Refused: the target’s own defence.',
  },
  cause_account: {
    en: 'Your account is restricted by compliance rules. That lies beyond our control.',
    ru: 'Ваш аккаунт ограничен правилами соответствия. На это мы не можем повлиять.',
    agent: 'Refused: an account or compliance restriction, not set by mistake.',
  },
  cause_third_party: {
    en: 'A tool of another maker caused the fault. That lies beyond our control.',
    ru: 'Неполадку вызвал инструмент другого разработчика. На это мы не можем повлиять.',
    agent: 'Refused: a third-party tool.',
  },
  plan_unlisted: {
    en: 'The policy has no rule for this kind of plan, so a person will judge it.',
    ru: 'Для такого тарифа в политике нет правила, поэтому решит сотрудник.',
    agent: 'The version lists no plan kind {planKind}; judge by hand.',
  },
  no_cap: {
    en: 'For your kind of plan usage does not matter.',
    ru: 'Для вашего тарифа объём использования не важен.',
    agent: 'No usage cap for {planKind}.',
  },
  usage_unknown: {
    en: 'We are asking the shop how much of the plan was used before you asked.',
    ru: 'Мы уточняем у магазина, сколько было использовано до вашего обращения.',
    agent: 'Usage up to the asking is not known in a measure that a cap needs.',
  },
  over_cap: {
    en: 'Up to your request {bytes} bytes and {requests} requests were used; light testing ends at {capsEn}.',
    ru: 'До обращения использовано {bytes} байт и {requests} запросов; пробное использование – до {capsRu}.',
    agent: 'Over a cap: {bytes} bytes, {requests} requests; caps: {capsEn}. Bars the full refund only.',
  },
  within_caps: {
    en: 'Up to your request you used the plan lightly, within {capsEn}.',
    ru: 'До обращения вы лишь немного использовали тариф, в пределах {capsRu}.',
    agent: 'Within caps: {bytes} bytes, {requests} requests; caps: {capsEn}.',
  },
} as const satisfies Record<string, Sentence>;
