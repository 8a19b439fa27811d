/** Judges of when it was asked for and by when it is answered: RP-2.3, RP-3.1 and RP-4.3. */

import {
  awaiting,
  type Case,
  type ClauseJudge,
  dateWords,
  disputed,
  failed,
  isDisputed,
  type Judged,
  passed,
  recorded,
  used,
} from './case.ts';
import { windowEndMs } from './clocks.ts';
import { instantMs } from './spans.ts';

/** RP-2.3: when the window ends; `null` while the first capture is not known or disputed. */
export function windowEndOf({ facts, parameters }: Case): number | null {
  const captured = facts.order.firstCapturedAt;
  return captured === null || isDisputed(captured) ? null : windowEndMs(captured.value, parameters);
}

/** Exactly at the end is still inside; a moment later is outside. */
function judgeAsking(subject: Case, inside: (more: object) => Judged, outside: (more: object) => Judged): Judged {
  const { facts, parameters } = subject;
  const captured = facts.order.firstCapturedAt;
  if (isDisputed(captured)) return disputed('order.firstCapturedAt', captured);
  const end = windowEndOf(subject);
  if (captured === null || end === null) return awaiting('capture', 'first_capture_unknown');
  const more = {
    facts: [...used('order.firstCapturedAt', captured), recorded('askedAt', facts.askedAt, 'desk')],
    words: {
      days: String(parameters.requestWindowDays),
      captured: dateWords(captured.value),
      asked: dateWords(facts.askedAt),
      end: dateWords(end),
    },
  };
  return instantMs(facts.askedAt) <= end ? inside(more) : outside(more);
}

export const judgeWindow: ClauseJudge = (subject) =>
  judgeAsking(
    subject,
    (more) => passed('asked_in_time', more),
    (more) => failed('asked_late', more),
  );

/** RP-3.1: the ground that RP-2.3 is the condition of. */
export const judgeLateAsking: ClauseJudge = (subject) =>
  judgeAsking(
    subject,
    (more) => passed('not_late', more),
    (more) => failed('late', more),
  );

/** RP-4.3: shown beside the case, and no ground for anything: a broken promise is ours, not the customer's. */
export const judgeResponse: ClauseJudge = ({ facts, parameters, now, decision: clock }) => {
  if (!clock)
    return awaiting('materials', 'response_not_begun', { words: { days: responseDays(parameters.response) } });
  const more = {
    facts: [
      recorded(clock.startedAt === facts.reopenedAt ? 'reopenedAt' : 'materialsCompleteAt', clock.startedAt, 'desk'),
      ...facts.pauses
        .filter((pause) => pause.clock === 'decision')
        .map((pause, index) =>
          recorded(`pauses.${index}`, `${pause.reason} ${pause.from}/${pause.until ?? ''}`, 'desk'),
        ),
    ],
    words: { due: dateWords(clock.dueAt), days: responseDays(parameters.response) },
  };
  if (now > instantMs(clock.dueAt)) return failed('response_overdue', more);
  if (clock.paused) return passed('response_paused', more);
  return passed(clock.holidaysKnown ? 'response_running' : 'response_running_weekends_only', more);
};

const responseDays = (response: { remindAfterBusinessDays: number; dueAfterBusinessDays: number }): string =>
  `${response.remindAfterBusinessDays}-${response.dueAfterBusinessDays}`;
