/**
 * A desk as the tour meets it: its clock, its staff signed in, its outside, and one pair of eyes on all its tickets, so
 * that many lives side by side do not each ask for theirs.
 */

import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import { healthSchema } from '../contract/health.ts';
import { operations } from '../contract/operations.ts';
import type { ticketSummarySchema } from '../contract/ticket-shown.ts';
import { pacedInstant } from '../domain/clock.ts';
import { askForCode, createTourClient, signInAt, type TourClient } from './tour-client.ts';
import { createMails, createProvider, createShop, type Mails, type Provider, type Shop } from './tour-sandboxes.ts';

/** A desk and its outside, with who may come in. */
export interface TourAccess {
  readonly url: string;
  readonly stripeUrl: string;
  readonly shopUrl: string;
  readonly mailUrl: string;
  readonly apiKey: string;
  readonly logins: Readonly<Record<TourStaff, { readonly email: string; readonly password: string }>>;
}

export const tourStaff = ['agent', 'lead', 'finance'] as const;

export type TourStaff = (typeof tourStaff)[number];

export type Summary = z.output<typeof ticketSummarySchema>;

export interface DeskClock {
  readonly pace: number;
  now(): Date;
  /** What the desk's clock showed at a real instant. */
  at(realMs: number): Date;
  /** `-2` is the day before yesterday. */
  daysFromNow(days: number): string;
  /** Resolves when so many days of the desk have passed. */
  pass(days: number): Promise<void>;
}

export interface TourDesk {
  /** Tells one tour's people and orders from another's. */
  readonly mark: string;
  readonly clock: DeskClock;
  readonly staff: Readonly<Record<TourStaff, TourClient>>;
  readonly shopSystems: TourClient;
  readonly provider: Provider;
  readonly shop: Shop;
  readonly mails: Mails;
  signIn(email: string): Promise<TourClient>;
  /** Waits until a ticket is as it should be. */
  until(ticketId: string, what: string, fits: (ticket: Summary) => boolean): Promise<Summary>;
}

const dayMs = 86_400_000;

export const daysAfter = (instant: string, days: number): string =>
  new Date(Date.parse(instant) + days * dayMs).toISOString();

const lookMs = 250;
const waitMsMax = 150_000;

export async function readHealth(url: string): Promise<z.output<typeof healthSchema>> {
  const answer = await fetch(new URL('/healthz', url));
  return healthSchema.parse(await answer.json());
}

export async function openTourDesk(access: TourAccess): Promise<TourDesk> {
  const { url, logins } = access;
  const clock = await readClock(url);
  const byPassword = (role: TourStaff): Promise<TourClient> => signInAt(url, '/v1/auth/sign-in/email', logins[role]);
  const staff = {
    agent: await byPassword('agent'),
    lead: await byPassword('lead'),
    finance: await byPassword('finance'),
  };
  const mails = createMails(access.mailUrl);
  return {
    mark: randomBytes(3).toString('hex'),
    clock,
    staff,
    shopSystems: createTourClient(url, { 'x-api-key': access.apiKey }),
    provider: createProvider(access.stripeUrl),
    shop: createShop(access.shopUrl),
    mails,
    signIn: async (email) => {
      await askForCode(url, email);
      return signInAt(url, '/v1/auth/sign-in/email-otp', { email, otp: await mails.code(email) });
    },
    until: createEyes(staff.lead),
  };
}

/** Told by what the desk says of it now. */
export async function readClock(url: string): Promise<DeskClock> {
  const askedMs = Date.now();
  const { now, pace } = await readHealth(url);
  const readMs = (askedMs + Date.now()) / 2;
  const offsetMs = Date.parse(now) - readMs;
  // The desk's clock, told by what it showed when it was read.
  const at = (realMs: number): Date =>
    new Date(pacedInstant({ startMs: readMs, pace }, realMs).getTime() + Math.round(offsetMs));
  const atNow = (): Date => at(Date.now());
  return {
    pace,
    now: atNow,
    at,
    daysFromNow: (days) => daysAfter(atNow().toISOString(), days),
    pass: (days) => pause((days * dayMs) / pace),
  };
}

interface Wait {
  readonly ticketId: string;
  readonly fits: (ticket: Summary) => boolean;
  readonly seen: (ticket: Summary) => void;
  readonly failed: (fault: unknown) => void;
  readonly deadlineMs: number;
  readonly what: string;
}

/** Looks at the newest tickets while somebody waits for one of them. */
function createEyes(lead: TourClient): TourDesk['until'] {
  const waits = new Set<Wait>();
  let isLooking = false;
  const look = async (): Promise<void> => {
    while (waits.size > 0) {
      const { items } = await lead.call(operations.listTickets, { query: { limit: '100' } });
      for (const wait of waits) {
        const ticket = items.find(({ id }) => id === wait.ticketId);
        const isSeen = ticket !== undefined && wait.fits(ticket);
        if (!isSeen && performance.now() < wait.deadlineMs) continue;
        waits.delete(wait);
        if (isSeen) wait.seen(ticket);
        else wait.failed(new Error(`waited in vain for ${wait.what}; the ticket is ${ticket?.phase ?? 'not listed'}`));
      }
      await pause(lookMs);
    }
  };
  const keepLooking = (): void => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((fault: unknown) => {
        for (const wait of waits) wait.failed(fault);
        waits.clear();
      })
      .finally(() => {
        isLooking = false;
      });
  };
  return (ticketId, what, fits) =>
    new Promise((seen, failed) => {
      waits.add({ ticketId, what, fits, seen, failed, deadlineMs: performance.now() + waitMsMax });
      keepLooking();
    });
}
