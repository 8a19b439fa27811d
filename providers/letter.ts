/** Prints a decision, or a closing without one, as a letter in the customer's language: a PDF with its grounds and sums. */

import type { ArithmeticLine, Verdict } from '../domain/assessment.ts';
import type {
  ClosingLetter,
  DecisionLetter,
  Letter,
  LetterClosing,
  LetterDecision,
  LetterPrinter,
} from '../domain/letter.ts';
import type { ExtensionGranted } from '../domain/notice.ts';
import type { PolicyLanguage } from '../domain/policy.ts';
import { instantInWords, spanInWords, trafficInWords } from '../domain/wording.ts';
import { closingWords } from './closing-words.ts';
import { printCreditNote } from './credit-note.ts';
import { createLetterPage, type LetterPage, readLetterFonts, type Tone } from './letter-page.ts';
import { letterWords } from './letter-words.ts';
import { printTable, writeCsv } from './table.ts';

const decisionTones: Readonly<Record<LetterDecision['kind'], Tone>> = {
  refund: 'good',
  extension: 'good',
  offer: 'accent',
  replacement: 'good',
  refusal: 'bad',
};

const closingTones: Readonly<Record<LetterClosing['outcome'], Tone>> = {
  lapsed: 'plain',
  remediated: 'good',
  charged_back: 'plain',
};

const verdictTones: Readonly<Record<Verdict, Tone>> = {
  passed: 'good',
  failed: 'bad',
  unknown: 'plain',
  not_applicable: 'plain',
};

export function createLetterPrinter(): LetterPrinter {
  const fonts = readLetterFonts();
  return {
    printCreditNote: (note, language) => printCreditNote(fonts, note, language),
    printTable: (table) => printTable(fonts, table),
    writeCsv,
    async print(letter, language) {
      const words = letterWords[language];
      const told = letter.about === 'decision' ? tellDecision(letter, language) : tellClosing(letter, language);
      const page = await createLetterPage(fonts, {
        title: told.title,
        author: letter.sellerName,
        language,
        // Not when it is printed: the same letter is the same bytes for ever.
        createdAt: new Date(told.at),
      });
      page.head(letter.sellerName, letter.contact);
      page.headline(told.title);
      writeSummary(page, letter, told, language);
      page.section(words.ground);
      page.paragraph(told.ground);
      writeReasons(page, letter, language);
      writeSums(page, letter, language);
      writeFurther(page, letter, told, language);
      return page.finish(`${told.reference} ${letter.reference}`, words.page);
    },
  };
}

/** What one kind of letter says otherwise than the other. */
interface Told {
  readonly title: string;
  readonly at: string;
  readonly tone: Tone;
  readonly outcome: string;
  readonly rows: readonly (readonly [string, string])[];
  readonly ground: string;
  readonly reference: string;
  readonly further: readonly string[];
}

function tellDecision(letter: DecisionLetter, language: PolicyLanguage): Told {
  const words = letterWords[language];
  const { labels } = words;
  const given = givenBy(letter.decision, language);
  const outcome = words.decisions[letter.decision.kind];
  return {
    title: words.title(letter.ticketRef),
    at: letter.decidedAt,
    tone: decisionTones[letter.decision.kind],
    outcome: given === '' ? outcome : `${outcome}: ${given}`,
    rows: [
      [labels.decided, instantInWords(letter.decidedAt, language)],
      [labels.by, letter.byDesk ? words.byDesk : words.byPerson],
      ...(letter.exception ? ([[labels.exception, exceptionInWords(letter.exception, language)]] as const) : []),
    ],
    ground: letter.ground,
    reference: labels.reference,
    further: [
      ...(letter.byDesk ? [words.person] : []),
      ...(letter.appealBy === null ? [] : [words.appeal(instantInWords(letter.appealBy, language))]),
    ],
  };
}

function tellClosing(letter: ClosingLetter, language: PolicyLanguage): Told {
  const words = closingWords[language];
  const { cause, outcome } = letter.closing;
  return {
    title: words.title(letter.ticketRef),
    at: letter.closedAt,
    tone: closingTones[outcome],
    outcome: words.outcomes[outcome],
    rows: [[words.closed, instantInWords(letter.closedAt, language)]],
    ground: words.grounds[cause],
    reference: words.reference,
    further: [
      ...(outcome === 'lapsed' ? [words.reopening] : []),
      ...(letter.appealBy === null ? [] : [words.appeal(instantInWords(letter.appealBy, language))]),
    ],
  };
}

function writeSummary(page: LetterPage, letter: Letter, told: Told, language: PolicyLanguage): void {
  const words = letterWords[language];
  const { labels } = words;
  const versionInWords = ({ number, effectiveAt }: Letter['versionAtAsking']): string =>
    words.version(number, instantInWords(effectiveAt, language));
  page.summary(told.tone, told.outcome, [
    [labels.ticket, letter.ticketRef],
    [labels.order, letter.orderRef],
    [labels.asked, instantInWords(letter.askedAt, language)],
    ...told.rows,
    [labels.version, versionInWords(letter.versionAtAsking)],
    ...(letter.versionAtPurchase
      ? ([[labels.versionAtPurchase, versionInWords(letter.versionAtPurchase)]] as const)
      : []),
  ]);
}

const exceptionInWords = (
  { kind, provision }: NonNullable<DecisionLetter['exception']>,
  language: PolicyLanguage,
): string => [letterWords[language].exceptions[kind], ...(provision === null ? [] : [provision])].join(': ');

function givenBy(decision: LetterDecision, language: PolicyLanguage): string {
  switch (decision.kind) {
    case 'refusal':
    case 'replacement':
      return '';
    case 'refund':
      return decision.amount;
    case 'extension':
      return extensionInWords(decision.extension, language);
    case 'offer':
      return letterWords[language].offered([
        ...(decision.amount === null ? [] : [decision.amount]),
        ...(decision.extension === null ? [] : [extensionInWords(decision.extension, language)]),
      ]);
  }
}

const extensionInWords = ({ minutes, bytes }: ExtensionGranted, language: PolicyLanguage): string =>
  letterWords[language].extension(
    minutes > 0 ? spanInWords(minutes, language) : trafficInWords(BigInt(bytes), language),
  );

function writeReasons(page: LetterPage, letter: Letter, language: PolicyLanguage): void {
  const words = letterWords[language];
  if (letter.findings.length === 0) return;
  page.section(words.reasons);
  letter.findings.forEach(({ clause, text, verdict, sentence }, index) => {
    page.reason({
      heading: `${index + 1}. ${clause}`,
      verdict: words.verdicts[verdict],
      tone: verdictTones[verdict],
      quoted: text,
      said: sentence,
    });
  });
}

function writeSums(page: LetterPage, letter: Letter, language: PolicyLanguage): void {
  for (const sum of letter.sums) {
    page.section(letterWords[language].sums[sum.of]);
    page.sums(
      sum.lines.map((line) => [letterWords[language].lines[line.label] ?? line.label, figureOf(line, language)]),
    );
  }
}

/** Counts are grouped and told with their unit's plural; money stands as it was reckoned. */
function figureOf({ value, unit }: ArithmeticLine, language: PolicyLanguage): string {
  const forms = letterWords[language].units[unit];
  if (!forms || !/^-?\d+$/.test(value)) return `${value} ${unit}`;
  const form = forms[new Intl.PluralRules(language).select(Number(value))] ?? forms.other ?? unit;
  return `${new Intl.NumberFormat(language).format(BigInt(value))} ${form}`;
}

function writeFurther(page: LetterPage, letter: Letter, told: Told, language: PolicyLanguage): void {
  const words = letterWords[language];
  page.section(words.further);
  for (const text of told.further) page.paragraph(text);
  page.paragraph(words.questions(letter.contact));
  page.smallPrint(words.proof);
}
