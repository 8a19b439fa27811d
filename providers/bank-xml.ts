/**
 * Reads a bank's XML as the plain tree it is and refuses all else: document types and entities (XXE, billion laughs),
 * other encodings, half files, other messages (B10). Never tells what a file held, only why it was not read.
 */

import { DOMParser, type Element, onWarningStopParsing } from '@xmldom/xmldom';

export const bankFileBytesMax = 2 * 1024 * 1024;
/** ISO 20022's own messages nest about a dozen deep. */
const nestedMax = 40;

export const bankFileProblems = [
  'empty',
  'too_large',
  'not_utf8',
  'document_type',
  'not_xml',
  'nested_too_deep',
  'unknown_message',
  'malformed',
] as const;

export type BankFileProblem = (typeof bankFileProblems)[number];

/** Why a file cannot be read; caught where a file comes in, and never thrown past it. */
export class BankFileUnreadable extends Error {
  readonly problem: BankFileProblem;
  /** Which part of the message: names of elements, never what they hold. */
  readonly part: string | null;
  constructor(problem: BankFileProblem, part: string | null = null) {
    super(part === null ? problem : `${problem} at ${part}`);
    this.name = 'BankFileUnreadable';
    this.problem = problem;
    this.part = part;
  }
}

/** An element with its children, all in the message's own namespace. */
export interface Node {
  readonly name: string;
  readonly text: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Node[];
}

export interface Message {
  readonly namespace: string;
  readonly root: Node;
}

export function readXml(bytes: Uint8Array): Message {
  if (bytes.byteLength === 0) throw new BankFileUnreadable('empty');
  if (bytes.byteLength > bankFileBytesMax) throw new BankFileUnreadable('too_large');
  const text = decoded(bytes);
  // Looked for in the text and not in the tree: nothing that a document type says is to be acted on, not even once.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new BankFileUnreadable('document_type');
  const root = parsed(text);
  const namespace = root.namespaceURI;
  if (root.localName !== 'Document' || namespace === null) throw new BankFileUnreadable('unknown_message');
  return { namespace, root: nodeOf(root, namespace, 1) };
}

function decoded(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const encoding = /^<\?xml[^>]*encoding=["']([^"']+)["']/.exec(text)?.[1] ?? 'UTF-8';
    if (!/^utf-?8$/i.test(encoding)) throw new BankFileUnreadable('not_utf8');
    return text;
  } catch (fault) {
    throw fault instanceof BankFileUnreadable ? fault : new BankFileUnreadable('not_utf8');
  }
}

function parsed(text: string): Element {
  try {
    const root = new DOMParser({ onError: onWarningStopParsing }).parseFromString(text, 'text/xml').documentElement;
    if (root) return root;
  } catch {
    // The parser's own words repeat what the file held.
  }
  throw new BankFileUnreadable('not_xml');
}

function nodeOf(element: Element, namespace: string, depth: number): Node {
  if (depth > nestedMax) throw new BankFileUnreadable('nested_too_deep');
  const children: Node[] = [];
  let text = '';
  for (const child of element.childNodes) {
    if (isElement(child)) {
      // What another namespace adds, such as a bank's own extension, says nothing that we know.
      if (child.namespaceURI === namespace) children.push(nodeOf(child, namespace, depth + 1));
    } else if (child.nodeType === textNode || child.nodeType === cdataNode) text += child.nodeValue ?? '';
  }
  const attributes = new Map([...element.attributes].map(({ name, value }) => [name, value]));
  return { name: element.localName ?? '', text: text.trim(), attributes, children };
}

const elementNode = 1;
const textNode = 3;
const cdataNode = 4;

const isElement = (node: { nodeType: number }): node is Element => node.nodeType === elementNode;

export const childrenOf = (node: Node | undefined, name: string): readonly Node[] =>
  node?.children.filter((child) => child.name === name) ?? [];

/** The first at the end of a path such as `Refs/EndToEndId`. */
export const find = (node: Node | undefined, path: string): Node | undefined =>
  path.split('/').reduce<Node | undefined>((at, name) => at?.children.find((child) => child.name === name), node);

/** Text at the end of a path; `null` where there is none. */
export const textAt = (node: Node | undefined, path: string): string | null => find(node, path)?.text || null;

export function needed(node: Node, path: string): string {
  const text = textAt(node, path);
  if (text === null) throw new BankFileUnreadable('malformed', `${node.name}/${path}`);
  return text;
}
