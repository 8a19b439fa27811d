/**
 * The reader's language: chosen here, else their browser's. Its catalogue is loaded in parts, of which a page has those
 * that it needs before anything of it is shown.
 */

import { createContext, type ReactNode, use, useMemo, useSyncExternalStore } from 'react';
import { IntlProvider } from 'use-intl';
import type { words as english } from './en.ts';
import type { words as russian } from './ru.ts';

export const locales = ['en', 'ru'] as const;
export type Locale = (typeof locales)[number];
export type Words = typeof english;

const keptUnder = 'refund-desk-language';

const isLocale = (text: string): text is Locale => (locales as readonly string[]).includes(text);

function preferredLocale(): Locale {
  const kept = localStorage.getItem(keptUnder) ?? '';
  if (isLocale(kept)) return kept;
  return navigator.languages.map((tag) => tag.split('-')[0] ?? '').find(isLocale) ?? 'en';
}

/** Each part of each catalogue, as a file of its own. */
const files = import.meta.glob<object>('./*/*.json', { import: 'default' });

const partsOf = (locale: Locale): string[] =>
  Object.keys(files).flatMap((path) => new RegExp(`^./${locale}/(.*)\\.json$`).exec(path)?.[1] ?? []);

/** All that a customer's pages need: they are the ones that must be there quickly. */
const customerParts = ['common', 'labels', 'portal', 'problems', 'signIn'];
const customerPath = /^\/(?:$|sign-in|requests)/;

interface Language {
  readonly locale: Locale;
  readonly words: Partial<Words>;
}

let language: Language = { locale: preferredLocale(), words: {} };
const listeners = new Set<() => void>();

async function load(locale: Locale, parts: readonly string[]): Promise<Partial<Words>> {
  const loaded = await Promise.all(
    parts.map(async (part) => [part, await files[`./${locale}/${part}.json`]?.()] as const),
  );
  // A text that one language lacks is a type error here.
  return Object.fromEntries(loaded) as Partial<{ en: typeof english; ru: typeof russian }[Locale]>;
}

function publish(next: Language): void {
  language = next;
  document.documentElement.lang = next.locale;
  for (const listener of listeners) listener();
}

/** Loads what the page at this path says and was not loaded yet. */
export async function needWords(pathname: string): Promise<void> {
  const { locale, words } = language;
  const parts = customerPath.test(pathname) ? customerParts : partsOf(locale);
  const missing = parts.filter((part) => !(part in words));
  if (missing.length === 0) return;
  const more = await load(locale, missing);
  // Whoever chose another language meanwhile has asked for all of these anew.
  if (language.locale === locale) publish({ locale, words: { ...language.words, ...more } });
  else await needWords(pathname);
}

async function choose(locale: Locale): Promise<void> {
  localStorage.setItem(keptUnder, locale);
  publish({ locale, words: await load(locale, Object.keys(language.words)) });
}

const LocaleContext = createContext<{ locale: Locale; choose(locale: Locale): void }>({
  locale: 'en',
  choose: () => undefined,
});

export const useLanguage = () => use(LocaleContext);

/** Times are told in the reader's own zone. */
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function Languages({ children }: { children: ReactNode }) {
  const { locale, words } = useSyncExternalStore(subscribe, () => language);
  const chosen = useMemo(() => ({ locale, choose: (next: Locale) => void choose(next) }), [locale]);
  return (
    <LocaleContext value={chosen}>
      <IntlProvider locale={locale} messages={words as Words} timeZone={timeZone}>
        {children}
      </IntlProvider>
    </LocaleContext>
  );
}
