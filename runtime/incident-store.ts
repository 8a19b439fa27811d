/** Binds the registry of incidents and its waves to the port that the door knows. */

import type { Incidents } from '../api/incident-port.ts';
import type { Database } from '../db/database.ts';
import { reckonImpact } from '../db/incident-impact.ts';
import { listIncidentOffers } from '../db/incident-offers.ts';
import { suggestIncidents } from '../db/incident-suggestions.ts';
import { moveWave, readWave, startWave } from '../db/incident-waves.ts';
import { changeIncident, createIncident, listIncidents, readIncident, readIncidentEvents } from '../db/incidents.ts';
import type { LimitPerCurrency } from '../domain/policy.ts';
import { transactionOf } from './transactor.ts';

export interface IncidentStoreSettings {
  readonly hasShop: boolean;
  /** Budgets up to which one lead alone decides a wave. */
  readonly waveAloneMax: LimitPerCurrency;
}

export const createIncidentStore = (db: Database, { hasShop, waveAloneMax }: IncidentStoreSettings): Incidents => ({
  list: (filter, page) => listIncidents(db, filter, page),
  read: async (incidentId) => {
    const incident = await readIncident(db, incidentId);
    if (!incident) return null;
    return { incident, events: await readIncidentEvents(db, incidentId), wave: await readWave(db, incident) };
  },
  readWave: async (incidentId, trx) => {
    const on = trx ? transactionOf(trx) : db;
    const incident = await readIncident(on, incidentId);
    return incident && readWave(on, incident);
  },
  listOffers: async (incidentId, filter, page) =>
    (await readIncident(db, incidentId)) && listIncidentOffers(db, incidentId, filter, page),
  reckonImpact: (incidentId, at) => reckonImpact(db, incidentId, { hasShop }, at),
  suggest: (at) => suggestIncidents(db, at),
  create: (trx, given, doing) => createIncident(transactionOf(trx), given, doing),
  change: (trx, change, doing) => changeIncident(transactionOf(trx), change, doing),
  offer: (trx, wave, doing) => startWave(transactionOf(trx), wave, { withoutConfirmation: waveAloneMax }, doing),
  changeWave: (trx, change, doing) => moveWave(transactionOf(trx), change, doing),
});
