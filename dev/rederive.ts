/**
 * `npm run rederive -- TICKET`: derives a ticket's assessments again, on the database that DATABASE_URL names, or else
 * on that of the embedded stack, which must be running.
 */

import { runOnDatabase } from './on-database.ts';

runOnDatabase('rederive');
