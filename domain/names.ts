/** Names of codes as a customer reads them within a sentence, per language. Literal data. */

import type { Material } from './materials.ts';
import type { PolicyLanguage } from './policy.ts';
import type { TenderMethod } from './rail.ts';

type Name = Readonly<Record<PolicyLanguage, string>>;

export const materialNames = {
  description: { en: 'a description of the fault', ru: 'описание неполадки' },
  evidence: { en: 'logs or screenshots', ru: 'журналы или снимки экрана' },
  network_context: { en: 'details of your network and of your settings', ru: 'сведения о сети и о настройках' },
} as const satisfies Record<Material, Name>;

export const methodNames = {
  card: { en: 'card', ru: 'карта' },
  paypal: { en: 'PayPal', ru: 'PayPal' },
  bank: { en: 'bank transfer', ru: 'банковский перевод' },
  crypto: { en: 'crypto', ru: 'криптовалюта' },
  store_balance: { en: 'store balance', ru: 'баланс магазина' },
  promotional_credit: { en: 'promotional credit', ru: 'бонусы' },
} as const satisfies Record<TenderMethod, Name>;

export const measureNames = {
  bytes: { en: 'bytes', ru: 'байт' },
  requests: { en: 'requests', ru: 'запросов' },
} as const satisfies Record<string, Name>;

/** The names of the codes, as words for both languages: `missingEn`, `missingRu`. */
export const namesIn = <Code extends string>(
  names: Readonly<Record<Code, Name>>,
  codes: readonly Code[],
  word: string,
): Record<string, string> => ({
  [`${word}En`]: codes.map((code) => names[code].en).join(', '),
  [`${word}Ru`]: codes.map((code) => names[code].ru).join(', '),
});
