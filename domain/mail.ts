/**
 * Mail as the desk sees it: the port that sends, and every notice with the parameters it takes. Templates read these
 * parameters and nothing else; no notice ever asks for a password or a code (PV-2.3).
 */

import { type NoticeField, type NoticeKind, type NoticeTemplate, noticeFields, noticeTemplates } from './notice.ts';

export interface MailAddress {
  readonly name?: string;
  readonly address: string;
}

export interface OutgoingMail {
  readonly to: MailAddress;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Fixed by the notice's key, so that a mail sent again after an unclear end is known as the same one (I5). */
  readonly messageId: string;
  /** The id of the ticket's first mail: mail programs show all of a ticket's mails as one conversation. */
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Mailer {
  /** Resolves once the server has taken the mail. Throws `MailNotSent` otherwise; the same mail may then be sent again. */
  send(mail: OutgoingMail): Promise<void>;
}

/** The server did not take the mail, or its answer was lost. Never holds an address or a server's own words. */
export class MailNotSent extends Error {
  /** Whether the server refused this mail for good, so that sending it again is of no use. */
  readonly permanent: boolean;
  /** A reply code of SMTP, or the kind of fault. */
  readonly code: string;
  constructor(code: string, permanent: boolean) {
    super(`the mail server did not take the mail (${code})`);
    this.name = 'MailNotSent';
    this.permanent = permanent;
    this.code = code;
  }
}

/** The id of a mail by its key, e.g. a notice's or a ticket's id; the domain is the sender's. */
export const messageIdOf = (key: string, domain: string): string =>
  `<${key.replace(/[^A-Za-z0-9._/-]/g, '_')}@${domain.replace(/[^A-Za-z0-9.-]/g, '')}>`;

export const mailLocales = ['en', 'ru'] as const;

export type MailLocale = (typeof mailLocales)[number];

export const isMailLocale = (text: string): text is MailLocale => (mailLocales as readonly string[]).includes(text);

/** text? and the like may be left out; a count is shown with the right plural. */
type ShownKind = 'text' | 'texts' | 'count' | 'flag';

export type MailField = ShownKind | `${ShownKind}?`;

/** What a mail's template gets of a parameter: words, lists of words, numbers and yes or no. */
export type MailValue = string | readonly string[] | number | boolean;

export type MailParameters = Readonly<Record<string, MailValue | undefined>>;

/** Kinds of a notice's parameters that templates do not get as one text. */
const shownKinds: Readonly<Partial<Record<NoticeKind, ShownKind>>> = {
  clauses: 'texts',
  materials: 'texts',
  clocks: 'texts',
  flag: 'flag',
  postingDays: 'count',
};

const onEveryTicket = { ticketRef: 'text', ticketUrl: 'text' } as const;

function shown(field: NoticeField): MailField {
  const kind = field.replace('?', '') as NoticeKind;
  const as = shownKinds[kind] ?? 'text';
  return field.endsWith('?') ? `${as}?` : as;
}

const mailFieldsOf = (template: NoticeTemplate): Record<string, MailField> => ({
  ...onEveryTicket,
  ...Object.fromEntries(Object.entries<NoticeField>(noticeFields[template]).map(([name, kind]) => [name, shown(kind)])),
});

export type MailTemplate = NoticeTemplate | 'sign-in-code';

export const mailTemplates: readonly MailTemplate[] = ['sign-in-code', ...noticeTemplates];

/** Every mail and the parameters of its template; all but the sign-in code are notices of a ticket. */
export const mailTemplateFields = Object.fromEntries(
  mailTemplates.map((template) => [
    template,
    template === 'sign-in-code' ? { code: 'text', minutes: 'count' } : mailFieldsOf(template),
  ]),
) as Readonly<Record<MailTemplate, Readonly<Record<string, MailField>>>>;

/** What is wrong with the parameters of a notice, field by field; empty where all is well. */
export function mailParameterProblems(template: MailTemplate, parameters: Readonly<Record<string, unknown>>): string[] {
  const fields = mailTemplateFields[template];
  const unknown = Object.keys(parameters).filter((name) => !Object.hasOwn(fields, name));
  const wrong = Object.entries(fields).filter(([name, kind]) => !fits(kind, parameters[name]));
  return [
    ...unknown.map((name) => `${name} is not a parameter of ${template}`),
    ...wrong.map(([name, kind]) => `${name} must be given as ${kind}`),
  ];
}

function fits(field: MailField, value: unknown): boolean {
  if (value === undefined) return field.endsWith('?');
  const kind = field.replace('?', '') as ShownKind;
  switch (kind) {
    case 'text':
      return isText(value);
    case 'texts':
      return Array.isArray(value) && value.every(isText);
    case 'count':
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
    case 'flag':
      return typeof value === 'boolean';
  }
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailTemplates {
  /** Throws on a parameter that is missing, unknown or of another kind. */
  render(template: MailTemplate, locale: MailLocale, parameters: MailParameters): RenderedMail;
}
