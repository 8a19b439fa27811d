/** The printed table of clauses: what each obliges to, by which issue it is due, and the tests whose names bear its id. */

import { clauses } from '../domain/clauses.ts';
import { type ClauseCoverage, coverage, type NamedTest, reachedStage } from './clauses.ts';
import { cell, printedNote, table } from './markdown.ts';

const testsOf = (tests: readonly NamedTest[]): string => {
  const paths = [...new Set(tests.map(({ path }) => path))];
  return paths.map((path) => `\`${path}\`: ${namesIn(path, tests)}`).join('<br>');
};

const namesIn = (path: string, tests: readonly NamedTest[]): string =>
  tests
    .filter((test) => test.path === path)
    .map(({ name }) => cell(name))
    .join('; ');

const rowOf = ({ id, tests }: ClauseCoverage): string[] => [
  id,
  clauses[id].due.join(', '),
  cell(clauses[id].text),
  testsOf(tests),
];

export const printClausesPage = (tests: readonly NamedTest[]): string => `# The clauses and their tests

${printedNote}
The clauses are \`domain/clauses.ts\`; what stands here is what \`npm run clauses\` tells. A clause is due by the issue whose
letter it bears, and must then be borne by the name of a test, or of the group around it.

${table(['clause', 'due', 'what it obliges to', 'tests that bear it'], coverage(tests, reachedStage).map(rowOf))}
`;
