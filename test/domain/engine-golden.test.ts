/**
 * What the engine says, to the letter, as it was recorded: an assessment is derived again years later. A change here needs
 * a new `engineVersion`, under which the answers are recorded anew.
 */

import { describe, expect, test } from '@jest/globals';
import { engineVersion } from '../../domain/assessment.ts';
import { canonicalJson } from '../../domain/canonical.ts';
import { proposalOf } from '../../domain/engine.ts';
import { aCase, type CaseBuilder } from './case-builder.ts';
import { goldenCases } from './golden-cases.ts';

const linesOf = (subject: CaseBuilder): string[] => {
  const { findings, ...rest } = subject.assessment();
  const told = findings.map(({ clause, verdict, reason, facts, customer, agent }) =>
    [
      `${clause} ${verdict}, ${reason}`,
      ...facts.map(({ fact, value, source }) => `${fact} = ${value} (${source})`),
      customer.en,
      customer.ru,
      agent,
    ].join('\n  '),
  );
  return [...told, canonicalJson(rest)];
};

const plain = linesOf(aCase());

describe(`engine ${engineVersion}`, () => {
  test('proposes the same to who asks for no more', () => {
    const proposals = goldenCases.map(([, subject]) => subject.proposal());
    expect(goldenCases.map(([, subject]) => proposalOf(subject.input()))).toEqual(proposals);
  });

  test('says of a plain case what it always said', () => {
    expect(plain.join('\n')).toMatchSnapshot();
  });

  /** Only what it says otherwise than of the plain case, for a reader's sake. */
  test.each(goldenCases)('says of %s what it always said', (_name, subject) => {
    const said = linesOf(subject).filter((line, index) => line !== plain[index]);
    expect(said.join('\n')).toMatchSnapshot();
  });
});
