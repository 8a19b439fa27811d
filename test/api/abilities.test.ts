/** The table of roles by operations, tried cell by cell over HTTP, and each operation without a session. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { abilities } from '../../api/abilities.ts';
import { type OperationId, operations } from '../../contract/operations.ts';
import { type Role, roles } from '../../domain/role.ts';
import type { Answer, Client } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';

const ids = Object.keys(operations) as OperationId[];
const nowhere = '00000000-0000-7000-8000-000000000000';

let desk: Desk;
const people = new Map<Role, Person>();

beforeAll(async () => {
  desk = await startDesk();
  for (const role of roles) people.set(role, await desk.signedIn(role));
});
afterAll(() => desk.close());

/** Asks for an operation on things that do not exist, with a body that it takes or refuses by its own rules. */
function call(client: Client, id: OperationId): Promise<Answer> {
  const spec = operations[id];
  const path = spec.path.replaceAll(/\{(\w+)\}/g, (_whole, name) => (name === 'orderRef' ? 'no-such-order' : nowhere));
  const method = spec.method.toUpperCase();
  if (id === 'appendUpload') {
    const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': '0' };
    return client.send(method, path, { raw: 'x', headers });
  }
  return client.send(method, path, method === 'GET' ? {} : { body: {} });
}

describe.each(ids)('%s', (id) => {
  test('refuses without a session', async () => {
    const answer = await call(desk.stranger, id);
    expect([answer.status, answer.json['id']]).toEqual([401, 'not-signed-in']);
  });

  test.each([...roles])('as the table says for the role %s', async (role) => {
    const answer = await call(people.get(role) as Person, id);
    const allowed = (abilities[id] as readonly Role[]).includes(role);
    const refusedByRole = answer.status === 403 && answer.json['id'] === 'not-allowed';
    // A customer without an account may upload nothing: their rights refuse, not their role.
    const refusedByRights = role === 'customer' && id === 'createUpload';
    expect({ refusedByRole: refusedByRole && !refusedByRights, status: answer.status < 500 }).toEqual({
      refusedByRole: !allowed,
      status: true,
    });
  });
});

test('every operation of the contract has a route, and its own cells in the table', () => {
  expect(Object.keys(abilities).sort()).toEqual([...ids].sort());
});

test('every role is allowed something but has no operation of the shop’s systems', () => {
  for (const role of roles) {
    const allowed = ids.filter((id) => (abilities[id] as readonly Role[]).includes(role));
    expect(allowed.length).toBeGreaterThan(0);
    expect(allowed.includes('putOrder')).toBe(role === 'service');
  }
});
