/** PA-1.2: what nobody should have sent is nowhere: not in Postgres, not in the stored file, not in the logs. */

import fs from 'node:fs';
import { devNull } from 'node:os';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { aNetworkContext, upload } from '../api/orders-and-tickets.ts';
import { type Cast, castOf, putOrder, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { expectStatus } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;
const logged: string[] = [];
const standardOutput = 1;
const nowhere = fs.openSync(devNull, 'w');

beforeAll(async () => {
  // The desk's log hands its lines to this call.
  const write = fs.write;
  jest.spyOn(fs, 'write').mockImplementation(((fd: number, text: string, encoding: never, done: never) => {
    if (fd === standardOutput) logged.push(text);
    write(fd === standardOutput ? nowhere : fd, text, encoding, done);
  }) as typeof fs.write);
  desk = await startDesk({ environment: { LOG_LEVEL: 'trace' } });
  cast = await castOf(desk);
});

afterAll(async () => {
  await desk.close();
  jest.restoreAllMocks();
  fs.closeSync(nowhere);
});

const card = '4242 4242 4242 4242';
const digits = card.replaceAll(' ', '');
const password = 'hunter2-swordfish';
const proxy = `http://user77:${password}@gate.proxy.example:8080`;
const sent = `My card is ${card}. I used ${proxy} and got no answer.`;

/** Every place in the database, of any column that may hold text, where one of the words stands. */
async function placesOf(words: readonly string[]): Promise<string[]> {
  const { db } = desk.core;
  const found = await db.raw<{ rows: { table_schema: string; table_name: string; column_name: string }[] }>(
    `select table_schema, table_name, column_name from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
       and data_type in ('text', 'character varying', 'json', 'jsonb', 'ARRAY')`,
  );
  expect(found.rows.length).toBeGreaterThan(50);
  const places: string[] = [];
  for (const { table_schema: schema, table_name: table, column_name: column } of found.rows) {
    const held: unknown = await db
      .withSchema(schema)
      .table(table)
      .whereRaw('replace(??::text, ?, ?) ilike any (?)', [column, ' ', '', words.map((word) => `%${word}%`)])
      .first(column);
    if (held !== undefined) places.push(`${schema}.${table}.${column}`);
  }
  return places;
}

test('PA-1.2: a card number and a proxy’s password are masked in description, message, review, note and file', async () => {
  const { orderRef } = await putOrder(desk, cast.service, cast.customer.email);
  const uploadId = await upload(cast.customer, `curl -x ${proxy}\ncard=${digits}\n`, { orderRef });
  const claim = {
    orderRef,
    paymentMethod: 'card',
    description: sent,
    networkContext: aNetworkContext,
    uploadIds: [uploadId],
  };
  const { json: ticket } = expectStatus(await cast.customer.post('/v1/tickets', claim), 201);
  await untilTicket(cast.customer, ticket.id, ({ phase }) => phase === 'reviewing');
  expectStatus(await cast.customer.post(`/v1/tickets/${ticket.id}/messages`, { text: sent }), 201);
  expectStatus(await cast.agent.post(`/v1/tickets/${ticket.id}/notes`, { text: sent }), 201);
  expectStatus(await cast.agent.post(`/v1/tickets/${ticket.id}/review`, { cause: 'seller', finding: sent }), 200);
  const seen = expectStatus(await cast.agent.get(`/v1/tickets/${ticket.id}`), 200).text;
  expect(seen).toContain('and got no answer.');

  expect(await placesOf([digits, password])).toEqual([]);
  expect(await placesOf(['gotnoanswer'])).toEqual(
    expect.arrayContaining(['public.messages.body', 'public.notes.body', 'public.tickets.description']),
  );
  const file = expectStatus(await cast.agent.get(`/v1/tickets/${ticket.id}/evidence/${uploadId}`), 200).text;
  expect(file).toContain('curl -x');
  expect(file).not.toContain(password);
  expect(file).not.toContain(digits);
});

test('PA-1.2: nothing of it is in the logs, though they tell of what was done', () => {
  const log = logged.join('');
  expect(log).toContain('a worker polls');
  expect(log.replaceAll(' ', '')).not.toContain(digits);
  expect(log).not.toContain(password);
  expect(log).not.toContain(cast.customer.email);
});
