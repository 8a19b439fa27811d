/** What the door needs of the registry of incidents and of waves of offers. */

import type { Refusal } from '../domain/errors.ts';
import type { Interval } from '../domain/facts.ts';
import type { IncidentId, InputId, SubjectId, TicketId } from '../domain/ids.ts';
import type { Incident, IncidentMove, IncidentScope, IncidentState } from '../domain/incident.ts';
import type { LeftOutReason, WaveOutcome, WaveReason, WaveState } from '../domain/incident-wave.ts';
import type { Money, MoneyWire } from '../domain/money.ts';
import type { TicketOutcome, TicketPhase } from '../domain/ticket.ts';
import type { Transactor } from './transactor.ts';
import type { ColleagueView, Page, PageOf } from './views.ts';

export interface IncidentView extends Incident {
  readonly id: IncidentId;
  readonly title: string;
  readonly version: number;
  readonly isTold: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface IncidentEventView {
  readonly number: number;
  readonly kind: string;
  readonly at: Date;
  readonly by: ColleagueView | null;
  readonly ground: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface WaveView {
  readonly id: string;
  readonly state: WaveState;
  readonly reason: WaveReason | null;
  readonly budget: readonly Money[];
  readonly ordersPerMinute: number;
  readonly decidedBy: ColleagueView;
  readonly confirmedBy: ColleagueView | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly progress: {
    readonly offered: number;
    readonly joined: number;
    readonly told: number;
    readonly leftOut: Readonly<Partial<Record<LeftOutReason, number>>>;
    readonly remaining: number;
  };
  readonly offered: readonly Money[];
}

/** What became of one order that a wave has reached. */
export interface IncidentOfferView {
  readonly orderRef: string;
  readonly waveId: string;
  readonly outcome: WaveOutcome;
  readonly reason: LeftOutReason | null;
  readonly refund: Money | null;
  readonly extension: { readonly minutes: number; readonly bytes: string } | null;
  readonly at: Date;
  readonly ticket: {
    readonly id: TicketId;
    readonly reference: string;
    readonly phase: TicketPhase;
    readonly outcome: TicketOutcome | null;
  } | null;
}

export interface IncidentOfferFilter {
  readonly waveId?: string | undefined;
  readonly outcome?: WaveOutcome | undefined;
  readonly reason?: LeftOutReason | undefined;
}

export interface IncidentDetailView {
  readonly incident: IncidentView;
  readonly events: readonly IncidentEventView[];
  readonly wave: WaveView | null;
}

export interface ImpactView {
  readonly orders: number;
  readonly openTickets: number;
  readonly offered: number;
  readonly told: number;
  readonly reached: number;
  readonly asReported: number;
  readonly leftOut: Readonly<Partial<Record<LeftOutReason, number>>>;
  readonly refunds: readonly Money[];
  readonly fullRefunds: readonly Money[];
  readonly extensionMinutes: number;
  readonly extensionBytes: bigint;
  readonly unknown: { readonly place: number; readonly egress: number };
}

export interface SuggestionView {
  readonly from: Date;
  readonly until: Date;
  readonly planKind: string;
  readonly place: string | null;
  readonly egress: string | null;
  readonly tickets: number;
  readonly probed: number;
  readonly accounts: number;
  readonly ticketIds: readonly TicketId[];
}

export interface IncidentGiven extends IncidentScope {
  readonly title: string;
  readonly widelyImpacting: boolean;
  readonly lost: readonly Interval[] | null;
}

export interface IncidentDoing {
  readonly by: SubjectId;
  readonly ground: string;
  readonly inputId: InputId;
  readonly at: Date;
}

export interface IncidentChange {
  readonly incidentId: IncidentId;
  readonly move: IncidentMove;
  readonly version: number;
  readonly changes: Partial<IncidentGiven>;
}

export interface NewWave {
  readonly incidentId: IncidentId;
  readonly version: number;
  readonly budget: readonly MoneyWire[];
  readonly ordersPerMinute: number;
}

/** The newest wave of the incident; where it goes on thereby, the one that was looked at. */
export type WaveChange = { readonly incidentId: IncidentId } & (
  | { readonly move: 'confirm' | 'reject' | 'resume'; readonly waveId: string }
  | { readonly move: 'pause' | 'cancel' }
);

export interface Incidents {
  list(filter: { state?: IncidentState | undefined }, page: Page): Promise<PageOf<IncidentView> | Refusal>;
  read(incidentId: IncidentId): Promise<IncidentDetailView | null>;
  readWave(incidentId: IncidentId, trx?: Transactor): Promise<WaveView | null>;
  /** What became of each order that its waves have reached; `null` where there is no such incident. */
  listOffers(
    incidentId: IncidentId,
    filter: IncidentOfferFilter,
    page: Page,
  ): Promise<PageOf<IncidentOfferView> | Refusal | null>;
  /** Whom it touches and what it would cost, as if it were confirmed; `null` where there is no such incident. */
  reckonImpact(incidentId: IncidentId, at: Date): Promise<ImpactView | null>;
  suggest(at: Date): Promise<readonly SuggestionView[]>;
  create(
    trx: Transactor,
    given: IncidentGiven & { ref: string },
    doing: IncidentDoing,
  ): Promise<IncidentView | Refusal>;
  change(trx: Transactor, change: IncidentChange, doing: IncidentDoing): Promise<IncidentView | Refusal>;
  offer(trx: Transactor, wave: NewWave, doing: IncidentDoing): Promise<Refusal | null>;
  changeWave(trx: Transactor, change: WaveChange, doing: IncidentDoing): Promise<Refusal | null>;
}
