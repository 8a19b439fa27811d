/** Spans of time in the reader's words. */

import { spanInWords } from '../../domain/wording.ts';
import { useLanguage } from '../words/locale.tsx';

export function useSpan(): (minutes: number) => string {
  const { locale } = useLanguage();
  return (minutes) => spanInWords(minutes, locale);
}
