/** From a proposal to a form's fields, and from those to a decision as the API takes it. Pure. */

import { formatAmount, fromWire, type Money, type MoneyWire } from '../../domain/money.ts';
import type { Proposed } from './queries.ts';

type Proposal = Proposed['proposal'];

export const kinds = ['refund', 'refuse', 'offer', 'replace'] as const;
type Kind = (typeof kinds)[number];

export interface DecideFields {
  readonly kind: Kind;
  /** Decimal text in the order's currency. */
  readonly amount: string;
  readonly ground: string;
  readonly exception: 'goodwill' | 'statutory';
  readonly provision: string;
}

const proposedKind = (proposal: Proposal): Kind =>
  proposal.kind === 'refuse' || proposal.kind === 'offer' ? proposal.kind : 'refund';

export const proposedFields = (proposal: Proposal): DecideFields => ({
  kind: proposedKind(proposal),
  amount: proposal.kind === 'refund' ? formatAmount(fromWire(proposal.refund.amount)) : '',
  ground: '',
  exception: 'goodwill',
  provision: '',
});

/** Whether a second person must confirm it; a replacement is never proposed and needs none. */
export function differs({ kind }: DecideFields, amount: Money | null, proposal: Proposal): boolean {
  if (kind === 'replace') return false;
  if (kind !== proposal.kind) return true;
  return proposal.kind === 'refund' && amount !== null && String(amount.minor) !== proposal.refund.amount.minor;
}

const clausesOf = (proposal: Proposal): Clauses => ('clauses' in proposal ? proposal.clauses : []);

type Clauses = Extract<Proposal, { kind: 'refuse' }>['clauses'];

export type DecisionBody =
  | {
      decision: 'refund';
      amount: MoneyWire;
      ground: string;
      exception?: DecideFields['exception'];
      provision?: string;
    }
  | { decision: 'refuse'; ground: string; clauses: Clauses; exception?: 'refusal' }
  | { decision: 'offer'; ground: string }
  | { decision: 'replace'; ground: string };

/** `null` while a field is missing. */
export function decisionBody(fields: DecideFields, amount: Money | null, proposal: Proposal): DecisionBody | null {
  const { kind, ground, exception, provision } = fields;
  switch (kind) {
    case 'refund': {
      if (!amount) return null;
      const sum = { minor: String(amount.minor), currency: amount.currency };
      const extra = differs(fields, amount, proposal)
        ? { exception, ...(exception === 'statutory' ? { provision } : {}) }
        : {};
      return { decision: kind, amount: sum, ground, ...extra };
    }
    case 'refuse':
      return proposal.kind === 'refuse'
        ? { decision: kind, ground, clauses: clausesOf(proposal) }
        : { decision: kind, ground, clauses: clausesOf(proposal), exception: 'refusal' as const };
    case 'offer':
    case 'replace':
      return { decision: kind, ground };
  }
}
