/**
 * The policy document as it goes over the wire. Each field's description is the reference
 * of the document; whether the fields agree with one another is judged in domain.
 */

import { z } from 'zod';
import {
  policyDaysMax,
  policyListItemsMax,
  policyNameCharactersMax,
  policyPlanKindsMax,
  policyTextCharactersMax,
} from '../domain/limits.ts';
import { materials } from '../domain/materials.ts';
import { faultKinds, methodClasses, policyLanguages, refundClauseIds } from '../domain/policy.ts';
import { tenderMethods } from '../domain/rail.ts';
import { byteCountSchema, currencySchema, holdsNoCard } from './wire.ts';

/** Kept unmasked, as it is published word for word, so that a card's number must not pass as text (PA-1.2). */
const published = (charactersMax: number) =>
  z
    .string()
    .max(charactersMax, `expected at most ${charactersMax} characters`)
    .refine((text) => !text.includes('\u0000'), 'expected text without NUL characters')
    .refine(holdsNoCard, 'expected text without what looks like a payment card’s number');

const name = published(policyNameCharactersMax).min(1, 'expected some text');

const perLanguage = <Value extends z.ZodType>(value: Value) => z.record(z.enum(policyLanguages), value);

const wholeDays = z
  .number()
  .int()
  .min(1, 'expected at least 1')
  .max(policyDaysMax, `expected at most ${policyDaysMax}`);

const listOf = <Item extends z.ZodType>(item: Item) =>
  z.array(item).max(policyListItemsMax, `expected at most ${policyListItemsMax} items`);

const minorDigits = z.string().regex(/^(0|[1-9]\d{0,11})$/, 'expected digits only, in minor units');

const limit = z.partialRecord(currencySchema, minorDigits);

const usageCap = z
  .discriminatedUnion('measure', [
    z.object({ measure: z.literal('bytes'), max: byteCountSchema }).strict(),
    z.object({ measure: z.literal('requests'), max: byteCountSchema }).strict(),
    z
      .object({
        measure: z.literal('share'),
        /** Of what the plan meters, in hundredths of a per cent. */
        basisPointsMax: z.number().int().min(0).max(10_000),
      })
      .strict(),
  ])
  .nullable();

const planRule = z
  .object({
    usageCaps: z.tuple([usageCap, usageCap]).meta({
      description:
        'RP-2.5: use from purchase to the asking that still counts as light testing. Above either bars the full refund; at the cap is inside; null is none.',
    }),
    compensation: z.enum(['period', 'metered_term', 'traffic_only']).meta({
      description:
        'RP-4.5: how a part is reckoned: by lost minutes over the period, over the metered term, or in traffic alone.',
    }),
  })
  .strict();

const remediation = z
  .object({
    days: wholeDays.meta({
      description: 'RP-2.4a: days from the customer’s report within which a fault of ours must be mended.',
    }),
    owedDaysPause: z.boolean().meta({
      description: 'RP-2.4a: whether days on which the customer owed details (RP-5.2) do not count.',
    }),
    answerDays: wholeDays.meta({
      description: 'RP-2.4a: how long the customer may be silent after a fix was reported, until it counts as mended.',
    }),
  })
  .strict();

const response = z
  .object({
    remindAfterBusinessDays: wholeDays.meta({ description: 'RP-4.3: agents are reminded after so many.' }),
    escalateAfterBusinessDays: wholeDays.meta({ description: 'RP-4.3: it escalates after so many.' }),
    dueAfterBusinessDays: wholeDays.meta({
      description: 'RP-4.3: the response is promised within so many, counted from complete materials.',
    }),
  })
  .strict();

const waiting = z
  .object({
    reminderDays: listOf(wholeDays).meta({
      description: 'RP-4.2: days after a request at which its addressee is reminded.',
    }),
    lapseDays: wholeDays.meta({ description: 'RP-4.2: days without an answer after which a ticket lapses.' }),
    kycDays: wholeDays.meta({ description: 'RP-5.3: days that a verification may take before it has timed out.' }),
  })
  .strict();

const calendar = z
  .object({
    timeZone: name.meta({ description: 'RP-4.3: IANA name of the zone in which business days begin and end.' }),
    weekend: listOf(z.number().int().min(1).max(7)).meta({
      description: 'RP-4.3: ISO weekdays that are no business days: 1 is Monday, 7 Sunday.',
    }),
    holidays: listOf(z.iso.date('expected a date, e.g. 2026-10-01')).meta({
      description: 'RP-4.3: the seller’s holidays, frozen here so that no feed can change a promise.',
    }),
    holidaysFrom: name.meta({ description: 'RP-4.3: where the dates were taken from.' }),
    firstYear: z.number().int().min(2000).max(2200).meta({
      description: 'RP-4.3: the first year for which the holidays are complete.',
    }),
    lastYear: z.number().int().min(2000).max(2200).meta({ description: 'RP-4.3: the last such year.' }),
  })
  .strict();

const system = z
  .object({
    refundsByIncident: z.boolean().meta({
      description: 'RP-4.6: whether refunds under RP-2.4b may be decided without a person.',
    }),
    refundMax: limit.meta({
      description: 'RP-4.6: the most of one such refund; a currency not listed needs a person.',
    }),
    dailyMax: limit.meta({ description: 'RP-4.6: the most of all such refunds of a day.' }),
  })
  .strict();

const limits = z
  .object({
    payoutWithoutApproval: limit.meta({
      description: 'RP-4.4: up to this a payout needs no approval of finance; a currency not listed always does.',
    }),
    goodwill: limit.meta({ description: 'RP-3.9: the most that an exception in the customer’s favour may give.' }),
  })
  .strict();

const parametersSchema = z
  .object({
    requestWindowDays: wholeDays.meta({
      description: 'RP-2.3: days from the first purchase of the plan within which a full refund can be asked for.',
    }),
    remediation,
    response,
    plans: z
      .record(published(100).min(1), planRule)
      .refine(
        (plans) => Object.keys(plans).length <= policyPlanKindsMax,
        `expected at most ${policyPlanKindsMax} kinds`,
      )
      .meta({ description: 'RP-1.1: rules by kind of plan; a kind that is not listed is judged by a person.' }),
    methods: z.record(z.enum(tenderMethods), z.enum(methodClasses)).meta({
      description: 'RP-2.2, RP-3.7: what becomes of money by the way it was paid.',
    }),
    cryptoExceptions: listOf(
      z
        .object({
          country: z.string().regex(/^[A-Z]{2}$/, 'expected an ISO 3166-1 alpha-2 code'),
          provision: name,
        })
        .strict(),
    ).meta({ description: 'RP-2.2: places whose law demands that crypto is paid back, with the provision.' }),
    abuse: z
      .object({
        refundsMax: z.number().int().min(1).max(1000).meta({
          description: 'RP-3.6: so many refunds within the days below are a signal for an agent.',
        }),
        withinDays: wholeDays.meta({ description: 'RP-3.6: the days over which refunds are counted.' }),
      })
      .strict(),
    compensation: z
      .object({
        claimDaysAfterIncident: wholeDays.meta({
          description: 'RP-4.5: days after an incident’s end within which compensation can be claimed.',
        }),
        offerDays: wholeDays.meta({ description: 'RP-4.5: days for which an offer stands.' }),
      })
      .strict(),
    materials: z.record(z.enum(faultKinds), listOf(z.enum(materials))).meta({
      description: 'RP-4.1, RP-5.2: what a review needs, by what the customer says is wrong.',
    }),
    waiting,
    limits,
    appealDays: wholeDays.meta({ description: 'RP-4.6: days after a decision within which it can be appealed.' }),
    system,
    betterOfBoth: z.boolean().meta({
      description: 'RP-6.1: whether orders bought under an earlier version keep the better of both.',
    }),
    calendar,
  })
  .strict();

export const policyDocumentSchema = z
  .object({
    format: z.literal(1).meta({ description: 'RP-6.1: the form of this document.' }),
    seller: z
      .object({
        name: name.meta({ description: 'RP-1.1: whose policy it is.' }),
        resellerAdvice: perLanguage(name).meta({
          description: 'RP-1.1: where the buyer of a reseller turns, per language.',
        }),
        contact: name.meta({ description: 'RP-7.1: where the seller is reached.' }),
      })
      .strict(),
    texts: perLanguage(z.record(z.enum(refundClauseIds), published(policyTextCharactersMax))).meta({
      description: 'RP-6.1: what each clause says, in each language; none may be left out.',
    }),
    parameters: parametersSchema,
  })
  .strict()
  .meta({ id: 'PolicyDocument' });
