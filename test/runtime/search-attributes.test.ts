/** Search attributes: registered once, harmless to repeat, and never searched under another type than ours. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { registerSearchAttributes, SearchAttributeMismatch } from '../../runtime/search-attributes.ts';
import { searchAttributes } from '../../workflows/messages.ts';
import { type OwnNamespace, registerNamespace } from './namespace.ts';

let namespace: OwnNamespace;

beforeAll(async () => {
  namespace = await registerNamespace();
});
afterAll(() => namespace.close());

const listed = async (): Promise<Record<string, number>> => {
  const { customAttributes } = await namespace.connection.operatorService.listSearchAttributes({
    namespace: namespace.name,
  });
  return customAttributes ?? {};
};

test('a namespace where one has another type is refused with its name, and nothing is registered there', async () => {
  await namespace.connection.operatorService.addSearchAttributes({
    namespace: namespace.name,
    searchAttributes: { TicketPhase: 3 },
  });
  const before = await listed();
  expect(before['TicketPhase']).toBe(3);
  await expect(registerSearchAttributes(namespace.connection, namespace.name)).rejects.toThrow(SearchAttributeMismatch);
  await expect(registerSearchAttributes(namespace.connection, namespace.name)).rejects.toThrow('TicketPhase');
  expect(await listed()).toEqual(before);

  await namespace.connection.operatorService.removeSearchAttributes({
    namespace: namespace.name,
    searchAttributes: ['TicketPhase'],
  });
  await registerSearchAttributes(namespace.connection, namespace.name);
  await registerSearchAttributes(namespace.connection, namespace.name);
  const after = await listed();
  expect(Object.keys(searchAttributes).map((name) => after[name])).toEqual(Object.keys(searchAttributes).map(() => 2));
});
