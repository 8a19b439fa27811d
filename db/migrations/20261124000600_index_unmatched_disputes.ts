/** A dispute may be told before the order that it is about: then it waits among the inputs, found by what was captured. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `
    create index inputs_unmatched_disputes on inputs using gin ((body -> 'unmatched' -> 'captureRefs'))
      where operation = 'noteEvent' and body ? 'unmatched'
  `.replaceAll('?', String.raw`\?`),
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index inputs_unmatched_disputes');
}
