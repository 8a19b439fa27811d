/**
 * Mail as the desk sees it: the port that sends, and every notice with the parameters it takes. Templates read these
 * parameters and nothing else; no notice ever asks for a password or a code (PV-2.3).
 */

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

/** text? and texts? may be left out; a count is shown with the right plural. */
type FieldKind = 'text' | 'text?' | 'texts' | 'texts?' | 'count' | 'flag';

/**
 * Every notice and its parameters. Amounts come as text from `formatMoney`, `ticketRef` as the short `RD-…`; `ground`,
 * `nextStep`, `nextBy` and `reason` are sentences in the reader's language.
 */
export const mailTemplateFields = {
  'sign-in-code': { code: 'text', minutes: 'count' },
  'ticket-received': {
    ticketRef: 'text',
    orderRef: 'text',
    ticketUrl: 'text',
    complete: 'flag',
    /** What is still needed for the review (RP-4.1), each as a phrase. */
    missing: 'texts',
  },
  'ticket-decided-refund': {
    ticketRef: 'text',
    ticketUrl: 'text',
    amount: 'text',
    ground: 'text',
    clauses: 'texts?',
    nextStep: 'text',
    nextBy: 'text?',
  },
  'ticket-decided-refusal': { ticketRef: 'text', ticketUrl: 'text', ground: 'text', clauses: 'texts?' },
  'ticket-withdrawn': { ticketRef: 'text', orderRef: 'text', ticketUrl: 'text' },
  'message-to-customer': { ticketRef: 'text', ticketUrl: 'text', text: 'text' },
  'payout-approved': { ticketRef: 'text', ticketUrl: 'text', amount: 'text', method: 'text' },
  /** By when the bank usually shows it; that it arrived is never claimed. */
  'payout-sent': { ticketRef: 'text', ticketUrl: 'text', amount: 'text', reference: 'text', postingDays: 'count' },
  'payout-settled': {
    ticketRef: 'text',
    ticketUrl: 'text',
    amount: 'text',
    reference: 'text',
    bankReference: 'text?',
    postingDays: 'count',
  },
  'payout-returned': { ticketRef: 'text', ticketUrl: 'text', amount: 'text', reason: 'text' },
  /** To finance. */
  'payout-failed': { ticketRef: 'text', ticketUrl: 'text', amount: 'text', reason: 'text' },
  /** To finance. */
  'payout-awaiting-approval': { ticketRef: 'text', ticketUrl: 'text', amount: 'text' },
} as const satisfies Record<string, Readonly<Record<string, FieldKind>>>;

export type MailTemplate = keyof typeof mailTemplateFields;

export const mailTemplates = Object.keys(mailTemplateFields) as MailTemplate[];

interface FieldTypes {
  text: string;
  'text?': string | undefined;
  texts: readonly string[];
  'texts?': readonly string[] | undefined;
  count: number;
  flag: boolean;
}

type FieldsOf<Template extends MailTemplate> = (typeof mailTemplateFields)[Template];
type Optional<Fields> = { [Name in keyof Fields]: Fields[Name] extends `${string}?` ? Name : never }[keyof Fields];
type Typed<Fields, Names extends keyof Fields> = {
  readonly [Name in Names]: Fields[Name] extends FieldKind ? FieldTypes[Fields[Name]] : never;
};

export type MailParameters<Template extends MailTemplate> = Typed<
  FieldsOf<Template>,
  Exclude<keyof FieldsOf<Template>, Optional<FieldsOf<Template>>>
> &
  Partial<Typed<FieldsOf<Template>, Optional<FieldsOf<Template>>>>;

/** What is wrong with the parameters of a notice, field by field; empty where all is well. */
export function mailParameterProblems(template: MailTemplate, parameters: Readonly<Record<string, unknown>>): string[] {
  const fields: Readonly<Record<string, FieldKind>> = mailTemplateFields[template];
  const unknown = Object.keys(parameters).filter((name) => !Object.hasOwn(fields, name));
  const wrong = Object.entries(fields).filter(([name, kind]) => !fits(kind, parameters[name]));
  return [
    ...unknown.map((name) => `${name} is not a parameter of ${template}`),
    ...wrong.map(([name, kind]) => `${name} must be given as ${kind}`),
  ];
}

function fits(kind: FieldKind, value: unknown): boolean {
  if (value === undefined) return kind.endsWith('?');
  if (kind === 'count') return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  if (kind === 'flag') return typeof value === 'boolean';
  if (kind.startsWith('texts')) return Array.isArray(value) && value.every(isText);
  return isText(value);
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailTemplates {
  /** Throws on a parameter that is missing, unknown or of another kind. */
  render<Template extends MailTemplate>(
    template: Template,
    locale: MailLocale,
    parameters: MailParameters<Template>,
  ): RenderedMail;
}
