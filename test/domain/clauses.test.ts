/** The list of clauses is data that other things stand on: its shape, and when a clause falls due. */

import { describe, expect, test } from '@jest/globals';
import type { Clause } from '../../domain/clauses.ts';
import { clauseIds, clauses, isDue, stages } from '../../domain/clauses.ts';

const entries: readonly (readonly [string, Clause])[] = Object.entries(clauses);

describe('the clauses', () => {
  test('every id names its document, its chapter and its number', () => {
    expect(clauseIds.filter((id) => !/^(?:RP|PA|PV|PO|PK)-\d+\.\d+[ab]?$/.test(id))).toEqual([]);
  });

  test('every clause is told in one sentence', () => {
    expect(entries.filter(([, { text }]) => !/^[A-Z].*[^.]\.$/.test(text) || text.includes('. '))).toEqual([]);
  });

  test('the stages that owe a clause are named once each, first things first', () => {
    const ordered = (due: readonly string[]): string[] => stages.filter((stage) => due.includes(stage));
    expect(entries.filter(([, { due }]) => due.join() !== ordered(due).join())).toEqual([]);
  });

  test('a clause owed in parts is due from its first stage on', () => {
    const inParts = clauseIds.filter((id) => clauses[id].due.length > 1);
    const dueStages = inParts.map((id) => stages.filter((stage) => isDue(id, stage)));
    expect(dueStages).toEqual(inParts.map((id) => stages.slice(stages.indexOf(clauses[id].due[0]))));
  });

  test('at the last stage every clause is due', () => {
    expect(clauseIds.filter((id) => !isDue(id, 'F'))).toEqual([]);
  });
});
