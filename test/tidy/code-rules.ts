/** Tidy rules that look at a file's syntax tree. Pure, like the text rules. */

import type { PlacedNode, Syntax, SyntaxNode } from '../../dev/syntax.ts';
import { argumentsOf, isNode, memberName, readSyntax, rootName } from '../../dev/syntax.ts';
import type { Offence, Rule } from './text-rules.ts';
import { folderOf, isCode } from './text-rules.ts';

const functionLinesMax = 70;

/** A rule over every node of the code files that stand within; the judge says what is wrong, or `null`. */
const overNodes =
  (within: (path: string) => boolean, judge: (placed: PlacedNode, syntax: Syntax) => string | null): Rule =>
  (source) => {
    if (!isCode(source.path) || !within(source.path)) return [];
    const syntax = readSyntax(source.text, { tsx: source.path.endsWith('.tsx') });
    return syntax.nodes.flatMap((placed): Offence[] => {
      const what = judge(placed, syntax);
      return what === null ? [] : [{ path: source.path, line: syntax.lineOf(placed.node), what }];
    });
  };

const everywhere = () => true;
const inFolders =
  (...folders: string[]) =>
  (path: string) =>
    folders.includes(folderOf(path));
const outsideFolders =
  (...folders: string[]) =>
  (path: string) =>
    !folders.includes(folderOf(path));

const functionTypes = [
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty',
];

/** A group of tests is a list, not a function with a story: it counts for nothing, its tests are measured themselves. */
const isTestGroup = ({ node, parent }: PlacedNode): boolean =>
  parent?.type === 'CallExpression' && rootName(parent) === 'describe' && argumentsOf(parent).includes(node);

const isWithin = (inner: SyntaxNode, outer: SyntaxNode): boolean =>
  inner !== outer && inner.span.start >= outer.span.start && inner.span.end <= outer.span.end;

/** Lines of a function without those of the outermost test groups in it. */
function ownLines(node: SyntaxNode, syntax: Syntax): number {
  const groups = syntax.nodes.filter((placed) => isTestGroup(placed) && isWithin(placed.node, node));
  const outermost = groups.filter((group) => !groups.some((other) => isWithin(group.node, other.node)));
  return outermost.reduce((lines, group) => lines - syntax.linesOf(group.node), syntax.linesOf(node));
}

export const keepsFunctionsShort = overNodes(everywhere, (placed, syntax) => {
  if (!functionTypes.includes(placed.node.type) || isTestGroup(placed)) return null;
  if (syntax.linesOf(placed.node) <= functionLinesMax) return null;
  const lines = ownLines(placed.node, syntax);
  return lines <= functionLinesMax ? null : `a function of ${lines} lines; at most ${functionLinesMax}`;
});

export const logsThroughTheLogger = overNodes(outsideFolders('dev', 'bench'), ({ node }) =>
  node.type === 'MemberExpression' && rootName(node['object']) === 'console' ? 'console is for dev/ only' : null,
);

export const givesUpNoTypes = overNodes(everywhere, ({ node }) =>
  node.type === 'TsKeywordType' && node['kind'] === 'any' ? 'the type any' : null,
);

const clocksAndDice = ['Date.now', 'Math.random', 'process.env', 'performance.now'];

export const judgesPurely = overNodes(inFolders('domain'), ({ node }) => {
  if (node.type === 'NewExpression' && rootName(node['callee']) === 'Date' && argumentsOf(node).length === 0)
    return 'new Date() reads the machine’s clock';
  if (node.type !== 'MemberExpression') return null;
  const member = `${rootName(node['object'])}.${memberName(node)}`;
  return clocksAndDice.includes(member) ? `${member} is not a fact that domain was given` : null;
});

const productFolders = ['domain', 'contract', 'workflows', 'activities', 'providers', 'db', 'api', 'runtime'];
const emptyCollections = ['Map', 'Set', 'WeakMap', 'WeakSet', 'Array'];

const nameOf = ({ node }: PlacedNode): string | null => {
  if (node.type === 'MemberExpression') return memberName(node);
  return node.type === 'CallExpression' ? (rootName(node['callee']) ?? null) : null;
};

const isMinor = (given: unknown): boolean =>
  isNode(given) && given.type === 'MemberExpression' && memberName(given) === 'minor';

/** M8: what is reckoned as a float is rounded somewhere. A client that takes a number gets whole minor units (`amountMinorMax`). */
export const reckonsInWholeUnits = overNodes(
  (path) => inFolders(...productFolders)(path) && path !== 'providers/stripe.ts',
  (placed) => {
    const name = nameOf(placed);
    if (name === 'parseFloat' || name === 'toFixed') return `${name} makes or prints a float`;
    const isNumber = placed.node.type === 'CallExpression' && name === 'Number';
    return isNumber && argumentsOf(placed.node).some(isMinor) ? 'an amount as a float' : null;
  },
);

const declarationOf = (statement: SyntaxNode): SyntaxNode => {
  const declared = statement['declaration'];
  const isDeclared = typeof declared === 'object' && declared !== null && 'type' in declared;
  return statement.type === 'ExportDeclaration' && isDeclared ? (declared as SyntaxNode) : statement;
};

/** A collection that is empty when the module loads can only be there to be filled. */
const startsEmpty = (declarator: unknown): boolean => {
  const init = (declarator as { init?: SyntaxNode | null }).init;
  if (init?.type === 'ArrayExpression') return (init['elements'] as unknown[]).length === 0;
  if (init?.type !== 'NewExpression') return false;
  return emptyCollections.includes(rootName(init['callee']) ?? '') && argumentsOf(init).length === 0;
};

/** No module holds state: what changes is made by a factory and handed in. Workflows share modules between runs. */
export const holdsNoModuleState: Rule = (source) => {
  if (!isCode(source.path) || !inFolders(...productFolders)(source.path)) return [];
  const syntax = readSyntax(source.text, { tsx: source.path.endsWith('.tsx') });
  return syntax.topLevel
    .map(declarationOf)
    .filter(({ type }) => type === 'VariableDeclaration')
    .flatMap((node): Offence[] => {
      const line = syntax.lineOf(node);
      if (node['kind'] !== 'const') return [{ path: source.path, line, what: `top-level ${String(node['kind'])}` }];
      const filled = (node['declarations'] as unknown[]).some(startsEmpty);
      return filled ? [{ path: source.path, line, what: 'a top-level collection that is filled later' }] : [];
    });
};

export const codeRules: Readonly<Record<string, Rule>> = {
  'no function is longer than 70 lines': keepsFunctionsShort,
  'nothing but dev and bench writes to the console': logsThroughTheLogger,
  'no type is given up for any': givesUpNoTypes,
  'domain reads no clock, no dice and no environment': judgesPurely,
  'M8: no product code makes an amount a float': reckonsInWholeUnits,
  'no product module holds state at its top level': holdsNoModuleState,
};
