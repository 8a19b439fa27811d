/** Tells the library which texts there are, so that a missing one is a type error. */

import type { Locale, Words } from './locale.tsx';

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Words;
  }
}
