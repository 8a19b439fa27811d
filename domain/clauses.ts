/**
 * Every obligation that the product must meet, by the one id it has everywhere: policy, reasons, texts, tests. Literal
 * data; a clause's id and meaning never change once a decision has named it.
 */

/** The issues by which clauses fall due, in the order they are built: house, life, money, evidence, desks, channels. */
export const stages = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

export type Stage = (typeof stages)[number];

export interface Clause {
  /** Stages that owe a part of it; it counts as due from the first. */
  readonly due: readonly [Stage, ...Stage[]];
  readonly text: string;
}

export const clauses = {
  'RP-1.1': {
    due: ['B'],
    text: 'Orders from the official site or a designated sales link are covered, whatever the plan; others are told where to turn.',
  },
  'RP-2.0': {
    due: ['B'],
    text: 'A full refund needs RP-2.1, RP-2.2, RP-2.3, RP-2.5 and one of RP-2.4a and RP-2.4b, and no ground of RP-3.',
  },
  'RP-2.1': {
    due: ['B'],
    text: 'The official channel is shown by the order’s own record, never by the customer’s word.',
  },
  'RP-2.2': {
    due: ['B'],
    text: 'Paid by card, PayPal or bank; crypto only where the law of the customer’s place demands it, and then by two people.',
  },
  'RP-2.3': {
    due: ['B'],
    text: 'Asked for within 7 days of the first purchase of that plan, counted from capture to the first message that asks.',
  },
  'RP-2.4a': {
    due: ['B'],
    text: 'Persistently unusable within those 7 days for causes not the user’s, and not remediated within 15 days of the report.',
  },
  'RP-2.4b': {
    due: ['B'],
    text: 'A confirmed, widely impacting incident covers the plan, place and time; there is no 15-day wait then.',
  },
  'RP-2.5': {
    due: ['B'],
    text: 'Usage from purchase to the asking stays within both caps of the version; above either bars the full refund only.',
  },
  'RP-3.1': { due: ['B'], text: 'Refused when asked for after the window, but RP-4.5 may still apply.' },
  'RP-3.2': { due: ['B'], text: 'Refused when paid in crypto, but for the exception of RP-2.2.' },
  'RP-3.3': { due: ['B'], text: 'Refused when not bought through an official channel.' },
  'RP-3.4': {
    due: ['B'],
    text: 'Refused when the target site, an account restriction or a third-party tool is the cause and not ours to mend.',
  },
  'RP-3.5': { due: ['B'], text: 'Refused for a breach of the terms or for illegal or prohibited use.' },
  'RP-3.6': {
    due: ['B'],
    text: 'Refused for abusive or anomalous behaviour; a match across accounts is a signal for an agent, never a refusal by itself.',
  },
  'RP-3.7': { due: ['B'], text: 'Promotional benefits are never paid back: only what was paid in money is.' },
  'RP-3.8': {
    due: ['B'],
    text: 'An active dispute blocks every payout and extension until the provider reports its end; a lost one ends the ticket.',
  },
  'RP-3.9': {
    due: ['B'],
    text: 'Other refusals need a written ground and a second person; a right by law has its own path, with the provision named.',
  },
  'RP-4.1': {
    due: ['B'],
    text: 'A request carries order, payment method, description, logs or screenshots and network context, by whichever way it comes.',
  },
  'RP-4.2': {
    due: ['B'],
    text: 'Technical review may ask for what it needs; the ticket waits, reminds, lapses only after the version’s time, can be reopened.',
  },
  'RP-4.3': {
    due: ['B'],
    text: 'A response comes 3 to 7 business days after complete materials, on a clock that pauses but never restarts.',
  },
  'RP-4.4': {
    due: ['B', 'C'],
    text: 'An approved refund goes back to the original payment method only, and the customer sees the payout’s true state.',
  },
  'RP-4.5': {
    due: ['B'],
    text: 'After a confirmed incident a pro-rated refund or an extension may be offered where the full refund fails; never for crypto.',
  },
  'RP-4.6': { due: ['B'], text: 'A decision made without a person says so, and one click brings a person.' },
  'RP-5.1': {
    due: ['B'],
    text: 'The customer keeps a reachable contact: addresses are verified, bounces noticed and shown.',
  },
  'RP-5.2': {
    due: ['B', 'D'],
    text: 'Reproducible details are asked for in structured form, checked and stored: targets, times, egress ranges, client set-up.',
  },
  'RP-5.3': {
    due: ['B'],
    text: 'Where risk control asks for KYC or clarification, the payout is held until it is passed, failed or timed out.',
  },
  'RP-6.1': {
    due: ['B'],
    text: 'A policy version holds from its posting; a ticket is judged by the one in force when asked for, keeps it and names it.',
  },
  'RP-7.1': { due: ['F'], text: 'The desk can be reached by e-mail and by live chat.' },

  'PA-1.1': {
    due: ['A'],
    text: 'The data map names every field kept, with purpose, basis, retention and readers; a column it does not name fails a test.',
  },
  'PA-1.2': {
    due: ['A'],
    text: 'No full card number is stored or logged: one that arrives is masked before it is written.',
  },
  'PA-2.1': { due: ['F'], text: 'Data is used only for the purposes that the data map lists.' },
  'PA-3.1': {
    due: ['F'],
    text: 'Nothing but essential cookies before consent, and what does not work without them is said.',
  },
  'PA-4.1': {
    due: ['F'],
    text: 'Service mail always goes out; marketing only with consent, each with a one-click unsubscribe that works.',
  },
  'PA-5.1': {
    due: ['F'],
    text: 'Processors get only what they need, each disclosure is recorded, and nothing is sold.',
  },
  'PA-6.1': {
    due: ['F'],
    text: 'Each kind of data has its retention; what must be kept longer is marked as held, with ground and end.',
  },
  'PA-7.1': { due: ['F'], text: 'Protective measures are named, and people can see and end their own sessions.' },
  'PA-8.1': {
    due: ['F'],
    text: 'Requests for information, correction, deletion or unsubscribing are answered within 30 days.',
  },
  'PA-8.2': { due: ['F'], text: 'Identity is verified before a rights request is fulfilled.' },
  'PA-9.1': {
    due: ['F'],
    text: 'The newest documents are published, and the version that a person accepted is recorded.',
  },

  'PV-1.1': {
    due: ['F'],
    text: 'Third parties get data only by the customer’s explicit wish, by lawful request or on a breach; processors are registered.',
  },
  'PV-1.2': {
    due: ['A'],
    text: 'Only staff see what a customer gives, by role and to serve them; each look at a customer’s data is recorded.',
  },
  'PV-2.1': {
    due: ['D'],
    text: 'No record of what a customer does on the net: captures are refused, HARs stripped, target hosts deleted in time.',
  },
  'PV-2.2': {
    due: ['A'],
    text: 'Session cookies end with the browser session unless asked otherwise, and nothing else identifies a visitor.',
  },
  'PV-2.3': {
    due: ['A', 'F'],
    text: 'Transport is encrypted, we never ask for a secret, and a reply that holds one is masked.',
  },
  'PV-2.4': {
    due: ['F'],
    text: 'Customers may change their data and cancel the account; former values go to an archive closed to ordinary staff.',
  },
  'PV-2.5': { due: ['F'], text: 'Age is attested at registration; a guardian registers for a child.' },
  'PV-2.6': {
    due: ['F'],
    text: 'A significant change of the privacy rules is mailed at least 14 days ahead, with how to reject it.',
  },

  'PO-1.1': {
    due: ['F'],
    text: 'Live audio or video is encrypted, and recorded only by everyone’s prior consent, which can be withdrawn.',
  },
  'PO-5.1': {
    due: ['F'],
    text: 'Access, correction, deletion, restriction, objection, and export in a readable, portable form.',
  },
  'PO-6.1': {
    due: ['F'],
    text: 'Cookies come by category, with a tool to choose and to change one’s mind; the choice is recorded.',
  },
  'PO-8.1': { due: ['F'], text: 'Each published document shows the date of its last update at its top.' },

  'PK-1.1': { due: ['F'], text: 'People see and manage what is held about them from their own settings.' },
  'PK-2.1': { due: ['F'], text: 'Authorities get data only where law requires it, recorded as PA-5.1 says.' },
  'PK-3.1': {
    due: ['A'],
    text: 'Several users act for one business account, each with their own rights over it; an order belongs to the account.',
  },
  'PK-4.1': { due: ['F'], text: 'A message’s metadata is kept apart from its content and has its own retention.' },
  'PK-6.1': { due: ['F'], text: 'A link that leads elsewhere is shown as such.' },
} as const satisfies Record<string, Clause>;

export type ClauseId = keyof typeof clauses;

export const clauseIds = Object.keys(clauses) as ClauseId[];

/** Whether some part of the clause must be covered once `reached` is the stage being built. */
export const isDue = (id: ClauseId, reached: Stage): boolean => {
  const clause: Clause = clauses[id];
  return stages.indexOf(clause.due[0]) <= stages.indexOf(reached);
};
