/** The decision letter: what it says in each language, that it is the same for ever, and that no length breaks it. */

import { describe, expect, test } from '@jest/globals';
import { verdicts } from '../../domain/assessment.ts';
import type { ClosingLetter, DecisionLetter, Letter, LetterFinding } from '../../domain/letter.ts';
import { policyLanguages } from '../../domain/policy.ts';
import { closingWords } from '../../providers/closing-words.ts';
import { createLetterPrinter } from '../../providers/letter.ts';
import { letterWords } from '../../providers/letter-words.ts';
import { pdfFrame, pdfPages } from './pdf-text.ts';

const printer = createLetterPrinter();

const aFinding = (more: Partial<LetterFinding> = {}): LetterFinding => ({
  clause: 'RP-2.3',
  text: 'A refund is asked for within 7 days of the first purchase. Срок считается от списания.',
  verdict: 'failed',
  sentence: 'You asked nine days after the purchase. Вы обратились через девять дней.',
  ...more,
});

const aLetter = (more: Partial<DecisionLetter> = {}): DecisionLetter => ({
  about: 'decision',
  sellerName: 'Proxy Seller Ltd',
  contact: 'refunds@seller.example',
  ticketRef: 'RD-1042',
  orderRef: 'A-917',
  askedAt: '2026-11-12T09:14:00Z',
  decidedAt: '2026-11-30T14:00:00Z',
  decision: { kind: 'refund', amount: '4.20 USD' },
  exception: null,
  byDesk: false,
  ground: 'The incident touched your plan for three days.',
  findings: [aFinding()],
  sums: [
    {
      of: 'refund',
      lines: [
        { label: 'lost time', value: '4321', unit: 'minute' },
        { label: 'refund', value: '4.20', unit: 'USD' },
      ],
    },
  ],
  versionAtAsking: { number: 3, effectiveAt: '2026-06-01T00:00:00Z' },
  versionAtPurchase: null,
  appealBy: '2026-12-14T14:00:00Z',
  reference: 'c0ffee17',
  ...more,
});

const aClosingLetter = (closing: ClosingLetter['closing']): ClosingLetter => {
  const {
    about: _about,
    decidedAt,
    decision: _what,
    byDesk: _by,
    ground: _ground,
    exception: _beyond,
    ...head
  } = aLetter();
  return { about: 'closing', ...head, sums: [], closedAt: decidedAt, closing };
};

const linesOf = async (letter: Letter, language: (typeof policyLanguages)[number] = 'en') =>
  pdfPages(await printer.print(letter, language))
    .flat()
    .map((line) => line.trim());

/** Lines as one, since a long text is broken where the column ends. */
const textOf = async (letter: Letter, language: (typeof policyLanguages)[number] = 'en') =>
  (await linesOf(letter, language)).join(' ');

describe('a decision letter', () => {
  test('RP-6.1: it names the decision, the ground, both versions and the clause as posted', async () => {
    const letter = aLetter({ versionAtPurchase: { number: 2, effectiveAt: '2026-01-01T00:00:00Z' } });
    const text = await textOf(letter);
    for (const said of [
      'Decision on your refund request RD-1042',
      'You get a refund: 4.20 USD',
      'A-917',
      '12 November 2026, 09:14 UTC',
      '30 November 2026, 14:00 UTC',
      'version 3, in force since 1 June 2026, 00:00 UTC',
      'version 2, in force since 1 January 2026, 00:00 UTC',
      letter.ground,
      '1. RP-2.3',
      'stands in the way',
      aFinding().text,
      aFinding().sentence,
      'until 14 December 2026, 14:00 UTC',
      'refunds@seller.example',
      'Reference c0ffee17',
      'Page 1 of 1',
    ])
      expect(text).toContain(said);
  });

  test('in Russian its own words are Russian, and what was handed over is as it was', async () => {
    const text = await textOf(aLetter(), 'ru');
    for (const said of [
      'Решение по вашему запросу на возврат RD-1042',
      'Мы вернём вам деньги: 4.20 USD',
      '30 ноября 2026 г., 14:00 UTC',
      'препятствует',
      aFinding().text,
      'потерянное время',
      'Страница 1 из 1',
    ])
      expect(text).toContain(said);
    expect(text).not.toMatch(/Decided|Order|Page|Reference/);
  });

  test('M4: sums are told line by line, counts with the plural of their unit, money as it was reckoned', async () => {
    const lines = await linesOf(aLetter());
    expect(lines).toEqual(expect.arrayContaining(['lost time', '4,321 minutes', 'refund', '4.20 USD']));
    expect((await linesOf(aLetter(), 'ru')).map((line) => line.replace(/\s/g, ' '))).toContain('4 321 минута');
  });

  test.each([
    ['a refusal', { kind: 'refusal' }, 'Your request is refused'],
    [
      'an extension',
      { kind: 'extension', extension: { minutes: 1_500, bytes: '0' } },
      'extended: 1 day and 1 hour more',
    ],
    [
      'an offer of both',
      { kind: 'offer', amount: '4.20 USD', extension: { minutes: 0, bytes: '2500000000' } },
      'a choice: 4.20 USD, or 2.5 GB more',
    ],
    ['an offer of one', { kind: 'offer', amount: '4.20 USD', extension: null }, 'a choice: 4.20 USD'],
  ] as const)('%s is told as what it is', async (_kind, decision, said) => {
    expect(await textOf(aLetter({ decision, sums: [], findings: [] }))).toContain(said);
  });

  test('RP-4.6: one decided by the desk says that no person took part, and how to get one', async () => {
    const byDesk = await textOf(aLetter({ byDesk: true }));
    expect(byDesk).toContain('the desk, without a person (RP-4.6)');
    expect(byDesk).toContain('One click on the ticket’s page brings a person');
    const byPerson = await textOf(aLetter());
    expect(byPerson).toContain('Decided by a person');
    expect(byPerson).not.toContain('without a person');
  });

  test('where no appeal is open, none is promised', async () => {
    expect(await textOf(aLetter({ appealBy: null }))).not.toContain('appeal');
  });

  test.each(policyLanguages)('in %s each verdict has a word of its own', (language) => {
    expect(new Set(verdicts.map((verdict) => letterWords[language].verdicts[verdict])).size).toBe(verdicts.length);
  });

  test.each(policyLanguages)('in %s the same letter is the same bytes, whenever it is printed', async (language) => {
    const [first, second] = [
      await printer.print(aLetter(), language),
      await createLetterPrinter().print(aLetter(), language),
    ];
    expect(Buffer.compare(first, second)).toBe(0);
    const other = await printer.print(aLetter({ ground: 'Another.' }), language);
    expect(Buffer.compare(first, other)).not.toBe(0);
  });

  test.each(policyLanguages)(
    'in %s title, language and moment stand in the document’s own description',
    async (language) => {
      const frame = pdfFrame(await printer.print(aLetter(), language));
      expect(frame).toContain(`/Lang (${language})`);
      expect(frame).toContain('/CreationDate (D:20261130140000Z)');
      expect(frame).toContain('/Author (Proxy Seller Ltd)');
      expect(frame).toMatch(/\/DisplayDocTitle true/);
      expect(frame).toMatch(/\/Marked true/);
    },
  );

  test('texts of any length go on over pages, lose no word, and leave each page its foot', async () => {
    const words = Array.from({ length: 3_000 }, (_none, index) => `word${index}`).join(' ');
    const findings = Array.from({ length: 30 }, (_none, index) => aFinding({ sentence: `Reason ${index}.` }));
    const letter = aLetter({ ground: words, findings: [aFinding({ text: words }), ...findings] });
    const pages = pdfPages(await printer.print(letter, 'en'));
    expect(pages.length).toBeGreaterThan(6);
    expect(pages.map((lines) => lines.at(-1)?.trim())).toEqual(
      pages.map((_lines, index) => `Page ${index + 1} of ${pages.length}`),
    );
    const text = pages
      .map((lines) =>
        lines
          .slice(0, -2)
          .map((line) => line.trim())
          .join(' '),
      )
      .join(' ');
    expect(text.split(words)).toHaveLength(3);
    for (let index = 0; index < findings.length; index += 1) expect(text).toContain(`Reason ${index}.`);
  });

  test('a reason is never parted from its clause’s heading by the end of a page', async () => {
    const letter = aLetter({ findings: Array.from({ length: 30 }, () => aFinding()) });
    for (const lines of pdfPages(await printer.print(letter, 'en'))) {
      const headings = lines.filter((line) => /^\d+\. RP-/.test(line)).length;
      expect(lines.filter((line) => line.startsWith('You asked nine days')).length).toBe(headings);
    }
  });
});

describe('the letter of a ticket that closed without a decision', () => {
  test('RP-4.2: it names what never came, the clauses as posted, and that the request can be taken up again', async () => {
    const text = await textOf(aClosingLetter({ cause: 'materials_missing', outcome: 'lapsed' }));
    for (const said of [
      'How your refund request RD-1042 was closed',
      'Your request was closed for lack of an answer',
      'Closed 30 November 2026, 14:00 UTC',
      closingWords.en.grounds.materials_missing,
      aFinding().text,
      closingWords.en.reopening,
      'until 14 December 2026, 14:00 UTC',
      'Reference c0ffee17',
    ])
      expect(text).toContain(said);
    expect(text).not.toMatch(/Decided|Decision on/);
  });

  test('RP-2.4a: in Russian its own words are Russian, and a mended fault is not to be reopened', async () => {
    const text = await textOf(aClosingLetter({ cause: 'fix_presumed', outcome: 'remediated' }), 'ru');
    expect(text).toContain('Как закрыт ваш запрос на возврат RD-1042');
    expect(text).toContain(closingWords.ru.grounds.fix_presumed);
    expect(text).toContain('Закрыт 30 ноября 2026 г., 14:00 UTC');
    expect(text).not.toContain(closingWords.ru.reopening);
    expect(text).not.toMatch(/Closed|Reference|решени/);
  });

  test.each(policyLanguages)('in %s each cause has a ground of its own', (language) => {
    const grounds = Object.values(closingWords[language].grounds);
    expect(new Set(grounds).size).toBe(grounds.length);
  });
});
