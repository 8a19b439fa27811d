/** Incidents, their waves and their impact on their way out, to staff. */

import type { z } from 'zod';
import type { IncidentOfferShown, waveShownSchema } from '../contract/incident-waves.ts';
import type { impactSchema, incidentDetailSchema, incidentSchema } from '../contract/incidents.ts';
import { toWire } from '../domain/money.ts';
import type {
  ImpactView,
  IncidentDetailView,
  IncidentOfferView,
  IncidentView,
  SuggestionView,
  WaveView,
} from './incident-port.ts';

export const presentIncident = (view: IncidentView): z.output<typeof incidentSchema> => ({
  id: view.id,
  ref: view.ref,
  title: view.title,
  state: view.state,
  version: view.version,
  planKinds: [...view.planKinds],
  places: [...view.places],
  egress: [...view.egress],
  from: view.from,
  until: view.until,
  widelyImpacting: view.widelyImpacting,
  lost: view.lost && view.lost.map(({ from, until }) => ({ from, until })),
  told: view.isTold,
  createdAt: view.createdAt.toISOString(),
  updatedAt: view.updatedAt.toISOString(),
});

export const presentWave = (view: WaveView): z.output<typeof waveShownSchema> => ({
  id: view.id,
  state: view.state,
  reason: view.reason,
  budget: view.budget.map(toWire),
  ordersPerMinute: view.ordersPerMinute,
  decidedBy: { id: view.decidedBy.id, name: view.decidedBy.name },
  confirmedBy: view.confirmedBy && { id: view.confirmedBy.id, name: view.confirmedBy.name },
  createdAt: view.createdAt.toISOString(),
  endedAt: view.endedAt?.toISOString() ?? null,
  progress: { ...view.progress, leftOut: { ...view.progress.leftOut } },
  offered: view.offered.map(toWire),
});

/** Of the order its reference alone. */
export const presentIncidentOffer = (view: IncidentOfferView): IncidentOfferShown => ({
  orderRef: view.orderRef,
  waveId: view.waveId,
  outcome: view.outcome,
  reason: view.reason,
  refund: view.refund && toWire(view.refund),
  extension: view.extension && { minutes: view.extension.minutes, bytes: view.extension.bytes },
  at: view.at.toISOString(),
  ticket: view.ticket && {
    id: view.ticket.id,
    reference: view.ticket.reference,
    phase: view.ticket.phase,
    outcome: view.ticket.outcome,
  },
});

export const presentIncidentDetail = ({
  incident,
  events,
  wave,
}: IncidentDetailView): z.output<typeof incidentDetailSchema> => ({
  ...presentIncident(incident),
  events: events.map((event) => ({
    number: event.number,
    kind: event.kind,
    at: event.at.toISOString(),
    by: event.by && { id: event.by.id, name: event.by.name },
    ground: event.ground,
    data: { ...event.data },
  })),
  wave: wave && presentWave(wave),
});

export const presentImpact = (view: ImpactView): z.output<typeof impactSchema> => ({
  orders: view.orders,
  openTickets: view.openTickets,
  offered: view.offered,
  told: view.told,
  reached: view.reached,
  asReported: view.asReported,
  leftOut: { ...view.leftOut },
  refunds: view.refunds.map(toWire),
  fullRefunds: view.fullRefunds.map(toWire),
  extensionMinutes: view.extensionMinutes,
  extensionBytes: view.extensionBytes.toString(),
  unknown: { place: view.unknown.place, egress: view.unknown.egress },
});

export const presentSuggestion = (view: SuggestionView) => ({
  from: view.from.toISOString(),
  until: view.until.toISOString(),
  planKind: view.planKind,
  place: view.place,
  egress: view.egress,
  tickets: view.tickets,
  probed: view.probed,
  accounts: view.accounts,
  ticketIds: [...view.ticketIds],
});
