/**
 * Reads TypeScript as a syntax tree for the house's own checks. TypeScript 7 offers no compiler API, so swc parses;
 * its positions are bytes counted from one, which only this file knows.
 */

import { parseSync } from '@swc/core';

export interface SyntaxNode {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly [field: string]: unknown;
}

/** A node with the nearest node around it; `null` at the top of the file. */
export interface PlacedNode {
  readonly node: SyntaxNode;
  readonly parent: SyntaxNode | null;
}

export interface Syntax {
  /** The statements of the file, in order. */
  readonly topLevel: readonly SyntaxNode[];
  /** Every node below them, each before its children. */
  readonly nodes: readonly PlacedNode[];
  lineOf(node: SyntaxNode): number;
  linesOf(node: SyntaxNode): number;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

export const isNode = (value: unknown): value is SyntaxNode =>
  isObject(value) && typeof value['type'] === 'string' && isObject(value['span']);

function collect(value: unknown, parent: SyntaxNode | null, into: PlacedNode[]): void {
  if (!isObject(value)) return;
  if (isNode(value)) into.push({ node: value, parent });
  const around = isNode(value) ? value : parent;
  for (const child of Object.values(value)) collect(child, around, into);
}

/** Byte offsets at which lines begin. */
function lineStarts(bytes: Buffer): number[] {
  const starts = [0];
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
  return starts;
}

/** `tsx`: with elements in angle brackets, as the pages have them. */
export function readSyntax(text: string, { tsx = false } = {}): Syntax {
  const module: unknown = parseSync(text, { syntax: 'typescript', tsx, target: 'es2022' });
  const topLevel = isObject(module) && Array.isArray(module['body']) ? module['body'].filter(isNode) : [];
  const nodes: PlacedNode[] = [];
  collect(topLevel, null, nodes);
  const starts = lineStarts(Buffer.from(text));
  const lineAt = (position: number): number => starts.filter((start) => start < position).length;
  return {
    topLevel,
    nodes,
    lineOf: (node) => lineAt(node.span.start),
    linesOf: (node) => lineAt(node.span.end - 1) - lineAt(node.span.start) + 1,
  };
}

/** The name that a call or a member chain begins with: `test` for `test.each(rows)(…)`. */
export function rootName(value: unknown): string | null {
  if (!isNode(value)) return null;
  if (value.type === 'Identifier') return typeof value['value'] === 'string' ? value['value'] : null;
  return rootName(value['callee'] ?? value['object'] ?? value['tag']);
}

/** The member's name in `object.name`, also where it is written `object['name']`. */
export function memberName(node: SyntaxNode): string | null {
  const property = node['property'];
  if (!isNode(property)) return null;
  const key = property.type === 'Computed' ? property['expression'] : property;
  return isNode(key) && typeof key['value'] === 'string' ? key['value'] : null;
}

/** The fixed text of a string or template; what is filled in later reads as an ellipsis. */
export function literalText(value: unknown): string | null {
  if (!isNode(value)) return null;
  if (value.type === 'StringLiteral') return typeof value['value'] === 'string' ? value['value'] : null;
  if (value.type !== 'TemplateLiteral' || !Array.isArray(value['quasis'])) return null;
  return value['quasis'].map((part: unknown) => (isObject(part) ? String(part['raw']) : '')).join('…');
}

/** A call's arguments, without the wrapper that swc puts round each. */
export const argumentsOf = (call: SyntaxNode): unknown[] =>
  Array.isArray(call['arguments'])
    ? call['arguments'].map((argument: unknown) => (isObject(argument) ? argument['expression'] : null))
    : [];
