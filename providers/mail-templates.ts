/**
 * Renders mails from the files under `templates/<locale>/`, all compiled when the process starts, so that a broken
 * template stops the start and not a mail. A file's first line is the subject, the rest is marked up and becomes text and
 * HTML. HTML is escaped throughout; a missing or unknown parameter throws.
 */

import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import {
  type MailLocale,
  type MailParameters,
  type MailTemplate,
  type MailTemplates,
  mailLocales,
  mailParameterProblems,
  mailTemplateFields,
  mailTemplates,
  type RenderedMail,
} from '../domain/mail.ts';
import { isOrderNotice, isStaffNotice } from '../domain/notice.ts';
import { fromMarkup } from './mail-markup.ts';

/** Beside this file, in the sources as in the build. */
const templatesUrl = new URL('./templates/', import.meta.url);

type Part = 'subject' | 'text' | 'html';
type Compiled = Readonly<Record<Part, HandlebarsTemplateDelegate>>;

export class MailParametersWrong extends Error {
  constructor(problems: readonly string[]) {
    super(`the notice cannot be written: ${problems.join('; ')}`);
    this.name = 'MailParametersWrong';
  }
}

export function createMailTemplates(): MailTemplates {
  const compiled = Object.fromEntries(mailLocales.map((locale) => [locale, compileLocale(locale)])) as Readonly<
    Record<MailLocale, Readonly<Record<MailTemplate, Compiled>>>
  >;
  return {
    render(template, locale, parameters) {
      const problems = mailParameterProblems(template, parameters);
      if (problems.length > 0) throw new MailParametersWrong(problems);
      return renderWith(compiled[locale][template], template, locale, parameters);
    },
  };
}

function renderWith(
  parts: Compiled,
  template: MailTemplate,
  locale: MailLocale,
  parameters: MailParameters,
): RenderedMail {
  // What may be left out must still be there by name, since strict templates refuse names that are not.
  const absent = Object.fromEntries(Object.keys(mailTemplateFields[template]).map((name) => [name, null]));
  const values = { ...absent, ...parameters };
  const data = {
    locale,
    staff: isStaffNotice(template),
    onTicket: Object.hasOwn(values, 'ticketUrl') && !isOrderNotice(template),
  };
  const subject = parts.subject(values, { data }).replace(/\s+/g, ' ').trim();
  return {
    subject,
    text: tidyText(parts.text(values, { data })),
    html: parts.html(values, { data: { ...data, subject } }),
  };
}

/** Left-out parts leave no gaps. */
const tidyText = (text: string): string =>
  `${text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;

const read = (path: string): string => readFileSync(new URL(path, templatesUrl), 'utf8');

function compileLocale(locale: MailLocale): Record<MailTemplate, Compiled> {
  // One environment each: Handlebars keeps a partial as it was compiled first, escaping or not.
  const plain = environmentOf(locale, 'text');
  const html = environmentOf(locale, 'html');
  const compile = (part: Part, source: string): HandlebarsTemplateDelegate => {
    const handlebars = part === 'html' ? html : plain;
    // Handlebars itself reports a broken template only when it is first used.
    handlebars.precompile(source, compileOptions);
    return handlebars.compile(source, { ...compileOptions, noEscape: part !== 'html' });
  };
  const inFrame = (body: string, part: 'text' | 'html'): string =>
    `{{#> ${part}-layout}}\n${fromMarkup(body, part)}\n{{/${part}-layout}}`;
  return Object.fromEntries(
    mailTemplates.map((template) => {
      const [subject = '', ...body] = read(`./${locale}/${template}.hbs`).split('\n');
      return [
        template,
        {
          subject: compile('subject', subject),
          text: compile('text', inFrame(body.join('\n'), 'text')),
          html: compile('html', inFrame(body.join('\n'), 'html')),
        } satisfies Compiled,
      ];
    }),
  ) as Record<MailTemplate, Compiled>;
}

const compileOptions = { strict: true, knownHelpersOnly: true, knownHelpers: { plural: true } } as const;

function environmentOf(locale: MailLocale, part: 'text' | 'html'): typeof Handlebars {
  const handlebars = Handlebars.create();
  const plurals = new Intl.PluralRules(locale);
  handlebars.registerHelper('plural', (count: number, options: Handlebars.HelperOptions) => {
    const form: unknown = options.hash[plurals.select(count)] ?? options.hash['other'];
    if (typeof form !== 'string') throw new TypeError('plural needs the form other=');
    return form;
  });
  registerPartials(handlebars, './', '.partial.hbs', (source) => source);
  registerPartials(handlebars, `./${locale}/`, '.partial.hbs', (source) => source.trim());
  registerPartials(handlebars, `./${locale}/`, '.block.hbs', (source) => fromMarkup(source, part));
  return handlebars;
}

/** Partials are words in a line or a frame; blocks are lines that many notices share, marked up as they are. */
function registerPartials(
  handlebars: typeof Handlebars,
  folder: string,
  ending: string,
  prepare: (source: string) => string,
): void {
  const names = readdirSync(new URL(folder, templatesUrl)).filter((name) => name.endsWith(ending));
  for (const name of names)
    handlebars.registerPartial(name.slice(0, -ending.length), prepare(read(`${folder}${name}`)));
}
