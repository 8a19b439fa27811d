/** Remembers what a person's writes were answered with: a 2xx once seen must still be true whatever crashes afterwards. */

import { randomUUID } from 'node:crypto';
import type { Acknowledged } from '../../dev/audit-facts.ts';
import type { Client } from '../api/client.ts';
import type { Person } from '../environment/people.ts';

export function witnessed(person: Person, acknowledged: Acknowledged[]): Person {
  const send: Client['send'] = async (method, path, sent = {}) => {
    const key = sent.key === undefined ? randomUUID() : sent.key;
    const answer = await person.send(method, path, { ...sent, key });
    // Bytes of an upload are kept as a file and have no input of their own.
    const isKept = method !== 'GET' && method !== 'PATCH' && key !== null;
    if (isKept && answer.status >= 200 && answer.status < 300)
      acknowledged.push({ scope: person.id, key, status: answer.status, body: answer.text });
    return answer;
  };
  return {
    ...person,
    send,
    get: (path) => send('GET', path),
    post: (path, body = {}, sent = {}) => send('POST', path, { ...sent, body }),
  };
}
