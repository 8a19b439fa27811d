/** The reader's language: chosen here, else their browser's; its catalogue is loaded before anything is shown. */

import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';
import { IntlProvider } from 'use-intl';
import type { words as english } from './en.ts';

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

const load = async (locale: Locale): Promise<Words> =>
  locale === 'ru' ? (await import('./ru.ts')).words : (await import('./en.ts')).words;

export interface Language {
  readonly locale: Locale;
  readonly words: Words;
}

/** The language to begin with. */
export async function firstLanguage(): Promise<Language> {
  const locale = preferredLocale();
  return { locale, words: await load(locale) };
}

const LocaleContext = createContext<{ locale: Locale; choose(locale: Locale): void }>({
  locale: 'en',
  choose: () => undefined,
});

export const useLanguage = () => use(LocaleContext);

/** Times are told in the reader's own zone. */
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function Languages({ first, children }: { first: Language; children: ReactNode }) {
  const [{ locale, words }, setLanguage] = useState(first);
  const choose = useCallback((next: Locale) => {
    localStorage.setItem(keptUnder, next);
    void load(next).then((loaded) => {
      document.documentElement.lang = next;
      setLanguage({ locale: next, words: loaded });
    });
  }, []);
  const chosen = useMemo(() => ({ locale, choose }), [locale, choose]);
  return (
    <LocaleContext value={chosen}>
      <IntlProvider locale={locale} messages={words} timeZone={timeZone}>
        {children}
      </IntlProvider>
    </LocaleContext>
  );
}
