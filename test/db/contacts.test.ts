/** RP-5.1: a list of messengers takes the place of the one before, also of one that is being written. */

import { expect, test } from '@jest/globals';
import { putMessengers, readContacts } from '../../db/contacts.ts';
import type { Messenger } from '../../domain/contact.ts';
import { aPerson, noon } from './builders.ts';
import { aLockIsWaitedFor, openSuite } from './suite.ts';

const suite = openSuite();

test('of two lists at once the later stands, and not the two of them together', async () => {
  const personId = await aPerson(suite.db, 'customer');
  const put = (handle: string) => ({ personId, messengers: [{ service: 'telegram', handle } as Messenger], at: noon });
  const first = await suite.db.transaction();
  await putMessengers(first, put('@first'));
  const second = suite.db.transaction((trx) => putMessengers(trx, put('@second')));
  await aLockIsWaitedFor(suite);
  await first.commit();
  await second;
  const named = (await readContacts(suite.db, personId)).filter(({ kind }) => kind === 'messenger');
  expect(named.map(({ address }) => address)).toEqual(['@second']);
});
