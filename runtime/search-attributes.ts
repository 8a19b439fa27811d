/** Registers the workflows' search attributes, and refuses a namespace where one is registered with another type. */

import type { Connection } from '@temporalio/client';
import { searchAttributes } from '../workflows/messages.ts';
import { CannotStart } from './cannot-start.ts';

/** Temporal's numbers of the types, as its API takes and lists them. */
const typeNumbers = { TEXT: 1, KEYWORD: 2, INT: 3, DOUBLE: 4, BOOL: 5, DATETIME: 6, KEYWORD_LIST: 7 } as const;

export class SearchAttributeMismatch extends CannotStart {
  constructor(name: string) {
    super(
      `The Temporal namespace has the search attribute ${name} with another type; use another namespace, or remove it there.`,
    );
    this.name = 'SearchAttributeMismatch';
  }
}

/** Registering again is harmless on some servers and refused by others, so only what is missing is registered. */
export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const listed = await connection.operatorService.listSearchAttributes({ namespace });
  const missing: Record<string, number> = {};
  for (const [name, type] of Object.entries(searchAttributes)) {
    const wanted = typeNumbers[type];
    const known = listed.customAttributes?.[name];
    if (known === undefined || known === null) missing[name] = wanted;
    else if (known !== wanted) throw new SearchAttributeMismatch(name);
  }
  if (Object.keys(missing).length > 0)
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: missing });
}
