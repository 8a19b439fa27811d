/**
 * What a reason's code says to the customer, in each language, and to an agent. Words in braces are put in; nothing here
 * asks for or holds anything about a person.
 */

import { sentencesOfConduct } from './sentences-conduct.ts';
import { sentencesOfFault } from './sentences-fault.ts';
import { sentencesOfOrder } from './sentences-order.ts';
import { sentencesOfRequest } from './sentences-request.ts';

export const sentences = {
  disputed: {
    en: 'Our records contradict each other here. A person will settle this before anything is decided.',
    ru: 'Наши данные здесь противоречат друг другу. Прежде чем что-либо решать, это проверит сотрудник.',
    agent: 'Statements about {fact} contradict each other; settle which one holds.',
  },
  knocked_out: {
    en: 'Not judged.',
    ru: 'Не проверялось.',
    agent: 'Not judged: this clause is knocked out for a proof.',
  },
  ...sentencesOfOrder,
  ...sentencesOfFault,
  ...sentencesOfConduct,
  ...sentencesOfRequest,
};

export type Reason = keyof typeof sentences;

/** Puts the words in; a word that is missing stays visible in its braces. */
export const fill = (sentence: string, words: Readonly<Record<string, string>>): string =>
  sentence.replace(/\{(\w+)\}/g, (braced, word: string) => words[word] ?? braced);
