/** Prints the data map as a page for readers: one table a table, one line for columns that share every answer. */

import { dataMap } from './all.ts';
import type { DataMapEntry } from './entry.ts';
import { type SubjectWay, subjectWays } from './subjects.ts';

const words = (code: string): string => code.replaceAll('_', ' ');

const said = (way: SubjectWay): string => {
  switch (way.way) {
    case 'is':
      return 'the row is the person';
    case 'names':
      return `\`${way.column}\` names the person`;
    case 'belongs':
      return `\`${way.column}\` leads to the row it belongs to`;
    case 'linked':
      return `\`${way.by}\` names the people`;
    case 'matches':
      return `\`${way.column}\` is the \`${way.its}\` of a row of \`${way.table}\``;
    case 'hashed':
      return `\`${way.column}\` holds a hash of what the person signs in by`;
  }
};

const answers = (entry: DataMapEntry): string =>
  [
    words(entry.purpose),
    words(entry.basis),
    words(entry.retention),
    entry.readers.join(', '),
    entry.personal ? 'yes' : '',
  ].join(' | ');

/** Columns by what is said of them, in the order in which each answer first comes. */
function grouped(columns: Readonly<Record<string, DataMapEntry>>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [column, entry] of Object.entries(columns)) {
    const key = answers(entry);
    groups.set(key, [...(groups.get(key) ?? []), `\`${column}\``]);
  }
  return groups;
}

function section(table: string, columns: Readonly<Record<string, DataMapEntry>>): string {
  const lines = [...grouped(columns)].map(([answer, named]) => `| ${named.join(', ')} | ${answer} |`);
  const ways = subjectWays[table];
  return `## ${table}

${ways ? `Leads to a person: ${ways.map(said).join('; ')}.` : 'Says nothing about a person.'}

| columns | purpose | basis | retention | readers | personal |
| --- | --- | --- | --- | --- | --- |
${lines.join('\n')}
`;
}

/** The page as it lies in `docs/data-map.md`. */
export const printDataMap = (): string => `# What is kept, and why

Printed from code by \`npm run docs\`; a test fails where it is out of date.
The map itself is \`db/data-map/\`; a test compares it with the schema, so that no column goes unnamed (PA-1.1).

Besides these tables stand the job queue's own, whose jobs hold the ids of rows and nothing else, and the evidence
store, which keeps the files that \`evidence_files\` describes, encrypted under a key per person.

${Object.entries(dataMap)
  .map(([table, columns]) => section(table, columns))
  .join('\n')}`;
