/** Sizes of files and traffic in the reader's own way of writing. */

import { useLanguage } from '../words/locale.tsx';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
const step = 1000;

export function useBytes(): (bytes: number) => string {
  const { locale } = useLanguage();
  return (bytes) => {
    const power = bytes < step ? 0 : Math.min(Math.floor(Math.log(bytes) / Math.log(step)), units.length - 1);
    return new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: units[power] ?? 'byte',
      unitDisplay: power === 0 ? 'long' : 'short',
      maximumFractionDigits: 1,
    }).format(bytes / step ** power);
  };
}
