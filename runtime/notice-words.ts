/** Makes words of what a notice keeps: each parameter by its kind, in the reader's language; a surprise is named. */

import { z } from 'zod';
import { readRow } from '../db/row.ts';
import type { MailLocale, MailParameters, MailValue } from '../domain/mail.ts';
import {
  type NoticeCode,
  type NoticeField,
  type NoticeKind,
  type NoticeTemplate,
  noticeCodes,
  noticeFields,
} from '../domain/notice.ts';
import { railNames } from '../domain/rail.ts';
import { instantInWords, spanInWords, trafficInWords } from '../domain/wording.ts';
import { mailWords } from '../providers/mail-words.ts';
import { factsOfRails } from './rails.ts';

export interface NoticeGiven {
  readonly ticketRef: string;
  readonly ticketUrl: string;
  readonly orderRef: string;
  readonly locale: MailLocale;
  readonly template: NoticeTemplate;
  /** As kept. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export function wordsOf(given: NoticeGiven): MailParameters {
  const fields = Object.entries<NoticeField>(noticeFields[given.template]).flatMap(([name, field]) => {
    const kind = field.replace('?', '') as NoticeKind;
    const kept = given.parameters[name] ?? null;
    if (kept === null && field.endsWith('?')) return [];
    return [
      [name, isCode(kind) ? codeInWords(kind, name, kept, given.locale) : kinds[kind](name, kept, given)] as const,
    ];
  });
  return { ticketRef: given.ticketRef, ticketUrl: given.ticketUrl, ...Object.fromEntries(fields) };
}

const isCode = (kind: NoticeKind): kind is NoticeCode => Object.hasOwn(noticeCodes, kind);

function codeInWords(kind: NoticeCode, name: string, kept: unknown, locale: MailLocale): string {
  const words: Readonly<Record<string, string>> = mailWords[locale].codes[kind];
  return words[readKept(name, z.enum(noticeCodes[kind]), kept)] ?? '';
}

const codesInWords = (kind: NoticeCode, name: string, kept: unknown, locale: MailLocale): string[] =>
  readKept(name, z.array(z.unknown()), kept).map((code) => codeInWords(kind, name, code, locale));

type InWords = (name: string, kept: unknown, given: NoticeGiven) => MailValue;

const text: InWords = (name, kept) => readKept(name, z.string(), kept);

const kinds: Readonly<Record<Exclude<NoticeKind, NoticeCode>, InWords>> = {
  amount: text,
  text,
  flag: (name, kept) => readKept(name, z.boolean(), kept),
  clauses: (name, kept) => readKept(name, z.array(z.string()), kept),
  materials: (name, kept, { locale }) => codesInWords('material', name, kept, locale),
  clocks: (name, kept, { locale }) => codesInWords('clock', name, kept, locale),
  instant: (name, kept, { locale }) => instantInWords(readKept(name, instantSchema, kept), locale),
  ground(name, kept, { locale }) {
    const ground = readKept(name, groundSchema, kept);
    return typeof ground === 'string' ? ground : ground[locale];
  },
  extension(name, kept, { locale }) {
    const { minutes, bytes } = readKept(name, extensionSchema, kept);
    const words = mailWords[locale];
    return minutes > 0
      ? words.moreTime(spanInWords(minutes, locale))
      : words.moreTraffic(trafficInWords(BigInt(bytes), locale));
  },
  reason(name, kept, { locale }) {
    const code = readKept(name, z.string(), kept);
    return mailWords[locale].reasons[code] ?? mailWords[locale].otherReason(code);
  },
  order: (_name, _kept, { orderRef }) => orderRef,
  // Told as usual, never as a promise; what was kept before it named its way went by card.
  postingDays: (_name, _kept, { parameters }) =>
    factsOfRails().get(railSchema.parse(parameters['destination'] ?? 'card'))?.postingDays.max ?? 0,
};

const railSchema = z.enum(railNames);
const instantSchema = z.iso.datetime({ offset: true });
const groundSchema = z.union([z.string(), z.object({ en: z.string(), ru: z.string() })]);
const extensionSchema = z.object({ minutes: z.number().int().nonnegative(), bytes: z.string().regex(/^\d+$/) });

const readKept = <Schema extends z.ZodType>(name: string, schema: Schema, kept: unknown): z.output<Schema> =>
  readRow(`notice parameter ${name}`, schema, kept);
