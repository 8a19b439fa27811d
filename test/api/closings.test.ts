/** Why a ticket closed without a decision, over HTTP: to its customer and to staff, and as a letter. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { operations } from '../../contract/operations.ts';
import { recordDue } from '../../db/dues.ts';
import type { TicketId } from '../../domain/ids.ts';
import { type Json, listIn, objectIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { createTicket, putOrder, putOrdersOfOne } from './orders-and-tickets.ts';

let desk: Desk;
let service: Person;
let owner: Person;
let lead: Person;
let ticketId: string;

beforeAll(async () => {
  desk = await startDesk();
  service = await desk.signedIn('service');
  owner = await desk.signedIn('customer');
  lead = await desk.signedIn('lead');
  ticketId = await lapsedTicket();
});
afterAll(() => desk.close());

/** The materials that a review needs never came. */
async function lapsedTicket(): Promise<string> {
  const bare = { uploadIds: [], networkContext: undefined };
  const [orderRef = ''] = await putOrdersOfOne(service, owner.email, 1);
  const ticket = await createTicket(owner, orderRef, bare);
  const at = String(objectIn(ticket, 'due')['at']);
  const id = String(ticket['id']);
  const given = { ticketId: id as TicketId, due: { kind: 'gathering' as const, at } };
  await recordDue(desk.db, given, { hasRail: () => true, hasShop: false }, new Date(at));
  return id;
}

async function only(who: Person, id: string, query = ''): Promise<Json> {
  const answer = await who.get(`/v1/tickets/${id}/decisions${query}`);
  expect(operations.getDecisions.answers[200].parse(answer.json)).toEqual(answer.json);
  const [item, ...others] = listIn(answer.json, 'items');
  if (!item || others.length > 0) throw new Error('there should be one entry');
  return item;
}

test('RP-4.2, RP-6.1: a lapse is told to its customer with each clause as posted, versions, and what is left to do', async () => {
  const closing = await only(owner, ticketId);
  const why = { kind: 'closing', outcome: 'lapsed', cause: 'materials_missing', reopenable: true, language: 'en' };
  expect(closing).toMatchObject(why);
  expect(closing['appealUntil']).not.toBeNull();
  const assessed = objectIn(closing, 'assessed');
  expect(assessed).toMatchObject({ arithmetic: [], versions: { atAsking: { number: 1 } } });
  const posted: { document: { texts: { en: Record<string, string> } } } = await desk
    .db('policy_versions')
    .orderBy('number')
    .first('document');
  for (const { clause, text } of listIn(assessed, 'findings'))
    expect(text).toBe(posted.document.texts.en[String(clause)]);
  expect(JSON.stringify(closing)).not.toMatch(/agentSentence|sha256|proposed|"facts"/);
});

test('it is told to staff with the facts as well, and in the language that is asked for', async () => {
  const assessed = objectIn(await only(lead, ticketId, '?language=ru'), 'assessed');
  expect(assessed['proposed']).toBe('wait');
  expect(assessed['sha256']).toMatch(/^[0-9a-f]{64}$/);
  const [finding] = listIn(assessed, 'findings');
  expect(finding?.['facts']).toBeDefined();
  expect(finding?.['sentence']).toMatch(/[а-я]/);
});

test('it is a letter to keep, in either language, the same bytes each time, and the look is recorded', async () => {
  const path = `/v1/tickets/${ticketId}/decisions/${String((await only(owner, ticketId))['id'])}/letter`;
  const [first, second, russian] = [
    await owner.get(path),
    await owner.get(path),
    await owner.get(`${path}?language=ru`),
  ];
  expect([first.status, first.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  expect(first.headers.get('content-disposition')).toMatch(/^attachment; filename="?RD-\d+-closing-1-en\.pdf"?$/);
  expect(second.text).toBe(first.text);
  expect(russian.text.startsWith('%PDF-')).toBe(true);
  expect((await lead.get(path)).status).toBe(200);
  const looks = await desk.db('access_log').where({ viewer_id: lead.id, operation: 'getDecisionLetter' });
  expect(looks).toMatchObject([{ ticket_id: ticketId, subject_id: owner.id }]);
  const stranger = await desk.signedIn('customer');
  expect((await stranger.get(path)).status).toBe(404);
});

test('a withdrawn ticket says so, and has no letter, since nobody judged it', async () => {
  const ticket = await createTicket(owner, await putOrder(desk, service, owner.email));
  const withdrawn = await owner.post(`/v1/tickets/${String(ticket['id'])}/withdraw`, { confirmed: true });
  expect(withdrawn.json['outcome']).toBe('withdrawn');
  const why = { id: null, cause: 'withdrawn', outcome: 'withdrawn', assessed: null, appealUntil: null };
  expect(await only(owner, String(ticket['id']))).toMatchObject({ kind: 'closing', ...why, reopenable: false });
});
