/** Reads any file that a bank sends us, by the message that it says it is; of others, and other versions, nothing. */

import type { BankFile } from '../domain/bank.ts';
import { type Refusal, refuse } from '../domain/errors.ts';
import { BankFileUnreadable, type Node, readXml } from './bank-xml.ts';
import { camt053Namespace, readCamt053 } from './camt-053.ts';
import { pain002Namespace, readPain002 } from './pain-002.ts';

const readers: ReadonlyMap<string, (root: Node) => BankFile> = new Map([
  [pain002Namespace, readPain002],
  [camt053Namespace, readCamt053],
]);

export function readBankFile(bytes: Uint8Array): BankFile | Refusal {
  try {
    const { namespace, root } = readXml(bytes);
    const reader = readers.get(namespace);
    if (!reader) throw new BankFileUnreadable('unknown_message');
    return reader(root);
  } catch (fault) {
    if (!(fault instanceof BankFileUnreadable)) throw fault;
    const { problem, part } = fault;
    return refuse('bank-file-unreadable', { problem, ...(part === null ? {} : { part }) });
  }
}
