/**
 * What a ticket went through, on its way out: holds, clocks, offers, remedies. A customer sees what stands still and
 * until when, never who held it or what staff wrote about it.
 */

import type { z } from 'zod';
import type { ticketSchema } from '../contract/ticket-shown.ts';
import { toWire } from '../domain/money.ts';
import type { ColleagueView, HoldView, OfferView, PauseView, ReviewView, TicketCourseView } from './views.ts';

type TicketWire = z.output<typeof ticketSchema>;
type CourseWire = Pick<
  TicketWire,
  | 'policy'
  | 'clocks'
  | 'holds'
  | 'informationRequest'
  | 'remediation'
  | 'promisedAt'
  | 'offer'
  | 'remedies'
  | 'appeal'
  | 'pending'
  | 'linked'
>;

const instant = (date: Date | null): string | null => date?.toISOString() ?? null;

const colleague = (view: ColleagueView) => ({ id: view.id, name: view.name });

export const presentCourse = (view: TicketCourseView, staff: boolean): CourseWire => ({
  policy: { atAsking: view.policy.atAsking, atPurchase: view.policy.atPurchase },
  clocks: { pauses: view.pauses.map((pause) => presentPause(pause, staff)) },
  holds: view.holds.map((hold) => presentHold(hold, staff)),
  informationRequest: view.informationRequest && {
    materials: [...view.informationRequest.materials],
    question: view.informationRequest.question,
    askedAt: view.informationRequest.askedAt.toISOString(),
    lapsesAt: instant(view.informationRequest.lapsesAt),
  },
  remediation: view.remediation && {
    deadline: instant(view.remediation.deadline),
    fixReportedAt: instant(view.remediation.fixReportedAt),
    answer: view.remediation.answer,
  },
  promisedAt: instant(view.promisedAt),
  offer: view.offer && presentOffer(view.offer),
  remedies: view.remedies.map(({ kind, state, planEndsAt }) => ({ kind, state, planEndsAt: instant(planEndsAt) })),
  appeal: view.appeal && { at: view.appeal.at.toISOString() },
  pending: view.pending && { count: view.pending.count, since: view.pending.since.toISOString() },
  linked: view.linked.map(({ id, reference, orderRef, phase, outcome }) => ({
    id,
    reference,
    orderRef,
    phase,
    outcome,
  })),
});

const presentPause = (view: PauseView, staff: boolean): CourseWire['clocks']['pauses'][number] => ({
  clock: view.clock,
  reason: view.reason,
  from: view.from.toISOString(),
  until: instant(view.until),
  ...(staff ? { by: view.by && colleague(view.by) } : {}),
});

const presentHold = (view: HoldView, staff: boolean): CourseWire['holds'][number] => ({
  kind: view.kind,
  since: view.since.toISOString(),
  until: instant(view.until),
  stops: [...view.stops],
  ...(staff
    ? { id: view.id, ground: view.ground, placedBy: view.placedBy && colleague(view.placedBy), result: view.result }
    : {}),
});

const presentOffer = (view: OfferView): NonNullable<CourseWire['offer']> => ({
  refund: view.refund && toWire(view.refund),
  extension: view.extension && { minutes: view.extension.minutes, bytes: view.extension.bytes },
  endsPlan: view.endsPlan,
  offeredAt: view.offeredAt.toISOString(),
  expiresAt: instant(view.expiresAt),
  choice: view.choice,
});

export const presentReview = (view: ReviewView): NonNullable<TicketWire['reviews']>[number] => ({
  cause: view.cause,
  finding: view.finding,
  persistent: view.persistent,
  sellerMistake: view.sellerMistake,
  diagnosis: view.diagnosis,
  mended: view.mended,
  lost: view.lost.map(({ from, until }) => ({ from: from.toISOString(), until: until.toISOString() })),
  at: view.at.toISOString(),
  reviewer: colleague(view.reviewer),
});
