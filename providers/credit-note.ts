/** Prints a credit note in the customer's language: a PDF of one page with its number, and net, tax and total. */

import { type CreditNote, type CreditNoteKind, creditNoteReference } from '../domain/credit-note.ts';
import { formatMoney } from '../domain/money.ts';
import type { PolicyLanguage } from '../domain/policy.ts';
import type { TenderMethod } from '../domain/rail.ts';
import { instantInWords } from '../domain/wording.ts';
import { createLetterPage, type LetterFonts } from './letter-page.ts';

interface Words {
  readonly titles: Readonly<Record<CreditNoteKind, (reference: string) => string>>;
  readonly outcomes: Readonly<Record<CreditNoteKind, string>>;
  readonly labels: Readonly<
    Record<'number' | 'issued' | 'order' | 'ticket' | 'method' | 'reverses' | 'net' | 'tax' | 'total', string>
  >;
  readonly methods: Readonly<Record<TenderMethod, string>>;
  readonly amounts: string;
  readonly said: Readonly<Record<CreditNoteKind, string>>;
  readonly questions: (contact: string) => string;
  readonly page: (number: number, of: number) => string;
}

const english: Words = {
  titles: {
    credit: (reference) => `Credit note ${reference}`,
    reversal: (reference) => `Reversal of a credit note ${reference}`,
  },
  outcomes: { credit: 'Paid back', reversal: 'Came back to us' },
  labels: {
    number: 'Number',
    issued: 'Issued',
    order: 'Order',
    ticket: 'Ticket',
    method: 'Paid back by',
    reverses: 'Reverses',
    net: 'Net',
    tax: 'Tax',
    total: 'Total',
  },
  methods: {
    card: 'card',
    paypal: 'PayPal',
    bank: 'bank transfer',
    crypto: 'crypto',
    store_balance: 'store balance',
    promotional_credit: 'promotional credit',
  },
  amounts: 'Amounts',
  said: {
    credit: 'This amount of your order was paid back. Net and tax stand in the ratio of the order.',
    reversal: 'The money came back to us, so that the credit note named above no longer holds.',
  },
  questions: (contact) => `Questions? Write to us on the ticket’s page or at ${contact}.`,
  page: (number, of) => `Page ${number} of ${of}`,
};

const russian: Words = {
  titles: {
    credit: (reference) => `Кредит-нота ${reference}`,
    reversal: (reference) => `Сторнирование кредит-ноты ${reference}`,
  },
  outcomes: { credit: 'Возвращено', reversal: 'Деньги вернулись к нам' },
  labels: {
    number: 'Номер',
    issued: 'Дата',
    order: 'Заказ',
    ticket: 'Обращение',
    method: 'Способ возврата',
    reverses: 'Сторнирует',
    net: 'Без налога',
    tax: 'Налог',
    total: 'Итого',
  },
  methods: {
    card: 'карта',
    paypal: 'PayPal',
    bank: 'банковский перевод',
    crypto: 'криптовалюта',
    store_balance: 'баланс магазина',
    promotional_credit: 'промокредит',
  },
  amounts: 'Суммы',
  said: {
    credit: 'Эта сумма заказа возвращена. Сумма без налога и налог указаны в соотношении заказа.',
    reversal: 'Деньги вернулись к нам, поэтому названная выше кредит-нота больше не действует.',
  },
  questions: (contact) => `Есть вопросы? Напишите нам на странице обращения или по адресу ${contact}.`,
  page: (number, of) => `Страница ${number} из ${of}`,
};

const wordsOf: Readonly<Record<PolicyLanguage, Words>> = { en: english, ru: russian };

/** A reversal takes away what its note gave. */
const signed = (kind: CreditNoteKind, text: string): string => (kind === 'reversal' ? `-${text}` : text);

export async function printCreditNote(
  fonts: LetterFonts,
  note: CreditNote,
  language: PolicyLanguage,
): Promise<Uint8Array> {
  const words = wordsOf[language];
  const { labels } = words;
  const reference = creditNoteReference(note.number);
  const title = words.titles[note.kind](reference);
  const page = await createLetterPage(fonts, { title, author: note.entity, language, createdAt: note.issuedAt });
  page.head(note.entity, note.contact);
  page.headline(title);
  page.summary(note.kind === 'credit' ? 'good' : 'plain', words.outcomes[note.kind], [
    [labels.number, reference],
    ...(note.reversedNumber === null ? [] : ([[labels.reverses, creditNoteReference(note.reversedNumber)]] as const)),
    [labels.issued, instantInWords(note.issuedAt.toISOString(), language)],
    [labels.order, note.orderRef],
    [labels.ticket, note.ticketReference],
    [labels.method, words.methods[note.method]],
  ]);
  page.paragraph(words.said[note.kind]);
  page.section(words.amounts);
  page.sums([
    [labels.net, signed(note.kind, formatMoney(note.net))],
    [labels.tax, signed(note.kind, formatMoney(note.tax))],
    [labels.total, signed(note.kind, formatMoney(note.total))],
  ]);
  page.smallPrint(words.questions(note.contact));
  return page.finish(`${note.entity} ${reference}`, words.page);
}
