/** Binds the stores' pages of incidents and waves to the port that the activities know. */

import type { IncidentSteps } from '../activities/incident.ts';
import type { Database } from '../db/database.ts';
import { tellIncidentPage } from '../db/incident-telling.ts';
import { reachOrders, type WaveSettings } from '../db/wave-pages.ts';

export const bindIncidentSteps = (db: Database, settings: WaveSettings): IncidentSteps => ({
  tellTickets: (page, at) => tellIncidentPage(db, page, at),
  reachOrders: ({ incidentId }, at) => reachOrders(db, incidentId, settings, at),
});
