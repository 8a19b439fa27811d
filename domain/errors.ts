/**
 * The error catalogue: every way the desk says no, in one place. The API's problem details, the workflow's refusals
 * and the pages' texts all read it; an id, once published, never changes its meaning.
 */

interface CatalogueEntry {
  /** HTTP status under which the API answers. */
  readonly status: number;
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean;
  /** Whether someone must be told, since it means that the desk itself is at fault. */
  readonly alerts: boolean;
  /** What anyone may read; never holds personal data. */
  readonly title: string;
}

const entry = (
  status: number,
  title: string,
  more: { retryable?: boolean; alerts?: boolean } = {},
): CatalogueEntry => ({
  status,
  title,
  retryable: more.retryable ?? false,
  alerts: more.alerts ?? false,
});

export const errorCatalogue = {
  'request-malformed': entry(400, 'The request is not readable as JSON of the expected kind.'),
  'request-invalid': entry(422, 'Some fields are missing or not as expected; each is named below.'),
  'request-too-large': entry(413, 'The request is larger than this operation takes.'),
  'rate-limited': entry(429, 'Too many requests in a short time; please wait.', { retryable: true }),
  'not-found': entry(404, 'There is nothing here, or nothing that you may see.'),
  'method-not-allowed': entry(405, 'This address does not take that method.'),
  'not-signed-in': entry(401, 'Please sign in first.'),
  'sign-in-refused': entry(401, 'The code, the password or what goes with it does not hold.'),
  'not-allowed': entry(403, 'Your role does not permit this.'),
  'tls-required': entry(403, 'The desk is reached over HTTPS only.'),
  'origin-refused': entry(403, 'A write with a session cookie must come from the desk’s own pages.'),
  'idempotency-key-missing': entry(400, 'Every write needs an Idempotency-Key header of 8 to 200 characters.'),
  'idempotency-key-reused': entry(422, 'This Idempotency-Key was used before with another request.'),
  'database-unavailable': entry(503, 'The desk cannot reach its database; nothing was changed.', {
    retryable: true,
    alerts: true,
  }),
  internal: entry(500, 'Something went wrong on our side; the same key may be tried again.', {
    retryable: true,
    alerts: true,
  }),

  'incident-exists': entry(409, 'There is an incident by that reference already.'),
  'incident-state': entry(409, 'The incident is in a state that does not allow this.'),
  'incident-stale': entry(409, 'Somebody has changed the incident in the meantime; please look at it again.'),
  'incident-registered': entry(
    409,
    'An incident by that reference stands in the registry, which says by itself which orders it covers.',
  ),
  'incident-goes-on': entry(409, 'The incident is not over, so that what it took cannot be reckoned yet.'),
  'no-wave': entry(409, 'No offers of this incident are under way.'),
  'wave-state': entry(409, 'The incident’s offers are in a state that does not allow this.'),
  'wave-budget': entry(
    409,
    'The next offers would pass the budget that was decided; please cancel these and decide others with a budget for the rest.',
  ),

  'order-unknown': entry(404, 'There is no such order on your account.'),
  'order-claimed': entry(409, 'This order already has an open ticket.'),
  'orders-apart': entry(422, 'Orders that are asked for together must be of one account.'),
  'order-conflict': entry(409, 'The order’s recorded facts cannot be changed in this way.'),
  'usage-conflict': entry(409, 'Another measurement of that instant stands.'),
  'past-ticket-conflict': entry(409, 'The past ticket’s recorded facts cannot be changed.'),
  'tender-unknown': entry(422, 'The order has no such tender.'),
  'csv-unreadable': entry(422, 'The file is no CSV in UTF-8; what is wrong is named beside.'),
  'csv-columns': entry(422, 'The file’s first row must name its columns, each once.'),
  'csv-too-long': entry(422, 'The file has more rows than are taken at once; please split it.'),
  'withdrawal-unconfirmed': entry(
    422,
    'A withdrawal loses the moment of asking; a new request may then be too late. Please confirm it.',
  ),
  'ticket-closed': entry(409, 'The ticket is closed.'),
  'ticket-phase': entry(409, 'The ticket is in a phase that does not allow this.'),
  'ticket-decided': entry(409, 'The ticket was decided by someone else in the meantime.'),
  'decision-awaits': entry(409, 'A decision on this ticket waits for a second person.'),
  'no-decision-awaits': entry(409, 'No decision on this ticket waits for a second person.'),
  'not-second-person': entry(403, 'A second person must confirm this, not the one who decided.'),
  'against-proposal': entry(
    422,
    'This differs from what the policy proposes; say by which exception, and a second person will look at it.',
  ),
  'over-goodwill': entry(422, 'The exception gives more than the policy’s goodwill limit allows.'),
  'policy-missing': entry(503, 'No refund policy is in force at this moment.', { alerts: true }),
  'no-open-request': entry(409, 'Nothing is asked of you at the moment.'),
  'probes-stopped': entry(409, 'The desk tests nothing for this ticket; `why` says for what reason.'),
  'probes-too-soon': entry(429, 'The plan was tested a moment ago; please look at what came of it first.', {
    retryable: true,
  }),
  'fix-to-report': entry(
    409,
    'The fault is being mended: a mending is reported with reportRemediation, and the customer answers whether it works.',
  ),
  'remediation-over': entry(409, 'The days for mending are over; a fix that is reported now comes too late.'),
  'no-open-fix': entry(409, 'No fix was reported that waits for an answer.'),
  'no-open-offer': entry(409, 'There is no offer to choose from.'),
  'choice-impossible': entry(409, 'The offer does not have this choice.'),
  'appeal-used': entry(409, 'This decision was appealed before.'),
  'appeal-late': entry(409, 'The time to appeal has passed.'),
  'ground-missing': entry(
    422,
    'Please say why; only a decision made without a person can be appealed without a ground.',
  ),
  'not-reopenable': entry(409, 'A ticket that ended so cannot be opened again.'),
  'diagnosis-differs': entry(
    409,
    'The files show another cause than this; a finding that says otherwise overrules the diagnosis and says so.',
  ),
  'other-reviewer': entry(403, 'An appeal is looked at by another reviewer.'),
  'own-claim': entry(
    403,
    'Nobody handles a claim of an account that shares an address or a payment instrument with them.',
  ),
  'handler-tied': entry(
    409,
    'Somebody who decided this payout, or sent it another way, shares an address or a payment instrument with its account. Decline it, and others decide anew.',
  ),
  'ties-unconfigured': entry(409, 'This desk has no key under which what staff declare is kept.'),
  'hold-unknown': entry(404, 'There is no such open hold on this ticket.'),
  'kyc-not-asked': entry(409, 'No identity check is open on this ticket.'),
  'payouts-held': entry(409, 'A hold on the ticket keeps its payouts back.', { retryable: true }),
  'interval-compensated': entry(409, 'Part of the lost time was compensated before.'),
  'payout-phase': entry(409, 'The payout is in a state that does not allow this.'),
  'payout-sent': entry(409, 'The money is already on its way, so this can no longer be done.'),
  'approver-decided': entry(403, 'Whoever decided a ticket, or confirmed that, may not approve its payout.'),
  'approver-rerouted': entry(403, 'The one who changed whom a payout goes to may not approve it.'),
  'over-approval-limit': entry(403, 'The amount is more than your role may release.'),
  'second-factor-needed': entry(403, 'A release needs a code of your device.'),
  'second-factor-missing': entry(403, 'Only someone with a second factor may release a payout; please set one up.'),
  'second-factor-refused': entry(403, 'The code is wrong, or was used before.'),
  'second-factor-locked': entry(429, 'Too many wrong codes; please wait a quarter of an hour.', { retryable: true }),
  'recorder-apart': entry(403, 'Someone else must record what became of this payment.'),
  'return-differs': entry(409, 'What came back is not this payment: its amount, its currency or its day does not fit.'),
  'capture-not-told': entry(422, 'There is no crypto payment of this order by that name.'),
  'capture-differs': entry(409, 'What is told of the payment differs from what was told of it before.'),
  'payout-replaced': entry(409, 'Another payout has taken the place of this one.'),
  'payee-listed': entry(409, 'The payee cannot be paid: a check against sanctions lists did not clear them.'),
  'payee-unchecked': entry(503, 'The check against sanctions lists cannot be reached; nothing was changed.', {
    retryable: true,
  }),
  'amount-not-positive': entry(422, 'The amount must be greater than zero.'),
  'amount-over-refundable': entry(422, 'The amount is more than is left to pay back for this order.'),
  'currency-mismatch': entry(422, 'The amount is not in the currency of the order.'),
  'rail-unavailable': entry(409, 'One of the order’s payment methods cannot be paid back by this desk yet.'),
  'payee-unfit': entry(422, 'These details cannot be paid to by this way: it takes an IBAN within SEPA, in euros.'),
  'capture-unknown': entry(409, 'What was captured is not yet known from the payment provider.', { retryable: true }),
  'payouts-stopped': entry(409, 'All payouts are stopped at the moment.', { retryable: true }),
  'payouts-not-stopped': entry(409, 'Payouts are not stopped.'),
  'break-closed': entry(409, 'This difference was closed before.'),
  'listeners-full': entry(429, 'Too many are listening for changes; please close some, or wait.', { retryable: true }),
  'changes-unavailable': entry(503, 'Changes cannot be followed at the moment; please try again.', { retryable: true }),
  'dispute-ended': entry(409, 'The dispute has ended.'),
  'dispute-unanswerable': entry(409, 'The provider takes no evidence for this.'),
  'evidence-submitted': entry(409, 'Evidence for this dispute was submitted already, or is on its way.'),
  'evidence-unread': entry(422, 'The file is an image, and holds no text that could be read.'),
  'evidence-late': entry(409, 'The time for evidence has passed.'),
  'evidence-too-large': entry(422, 'The packet is larger than the provider takes.'),
  'export-too-large': entry(422, 'That is too much for one paper; take it as CSV, or a shorter time.'),
  'bank-file-unreadable': entry(
    422,
    'The file is none that a bank sends, or not whole; what is wrong is named beside.',
  ),
  'bank-file-known': entry(409, 'This very file was taken before.'),
  'bank-file-reused': entry(409, 'Another file with the same message id was taken before.'),
  'bank-file-foreign': entry(422, 'The file is of another account, or of payments that are not this desk’s.'),
  'bank-missing': entry(409, 'This desk has no bank.'),
  'assignee-unknown': entry(422, 'The assignee is not someone who reviews tickets.'),

  'upload-quota': entry(429, 'Too many of your uploads of the last day belong to no ticket; attach some, or wait.', {
    retryable: true,
  }),
  'upload-incomplete': entry(409, 'The upload is not complete yet.'),
  'upload-offset': entry(409, 'The bytes do not continue where the upload stands.'),
  'upload-hash': entry(422, 'The bytes received do not hash to the announced value.'),
  'upload-type': entry(415, 'The file’s content is not of a kind that the desk takes.'),
  'evidence-full': entry(507, 'There is no room left to keep files; nothing was kept. Please try again later.', {
    retryable: true,
    alerts: true,
  }),
  'upload-name': entry(415, 'The file’s name promises another kind than its content is.'),
  'upload-empty': entry(422, 'The file holds nothing.'),
  'upload-too-large': entry(413, 'The file is larger than the desk takes of its kind.'),
  'upload-infected': entry(422, 'The file was found to be harmful and is kept from everyone.'),
  'upload-undecodable': entry(422, 'The file is damaged, or made so that it cannot be read.'),
  'upload-image-limit': entry(422, 'The image has more pixels than the desk takes.'),
  'upload-page-limit': entry(422, 'The PDF has more pages than the desk takes.'),
  'upload-archive-limit': entry(422, 'The archive holds more files or bytes than the desk unpacks.'),
  'upload-archive-encrypted': entry(422, 'The archive asks for a password; please send it without one.'),
  'upload-archive-nested': entry(422, 'Archives within archives are not opened; please send the files themselves.'),
  'upload-archive-entry': entry(422, 'The archive’s entry is a link or a device, not a file.'),
  'upload-traffic-capture': entry(
    415,
    'Captures of traffic are not taken (PV-2.1). Please send what this prints instead, which is headers alone: tshark -r FILE -Y "http || tls.handshake.type == 1" -T fields -E header=y -e frame.time_utc -e ip.dst -e http.request.method -e http.host -e http.response.code -e tls.handshake.extensions_server_name',
  ),
  'evidence-quarantined': entry(409, 'The file is still being looked through; nobody can open it yet.', {
    retryable: true,
  }),
  'evidence-held': entry(409, 'The file waits until it can be checked for harm; nobody can open it until then.', {
    retryable: true,
  }),
  'evidence-refused': entry(409, 'The file was not taken, for the reason named beside; nobody can open it.'),
  'upload-attached': entry(409, 'The upload is attached to a ticket already.'),

  'policy-contradicts': entry(422, 'The policy contradicts itself; each contradiction is named below.'),
  'policy-in-past': entry(422, 'A policy begins now or later; only an installation’s first may begin in the past.'),
  'policy-order': entry(409, 'A policy must begin after the newest one begins.'),
  'policy-clause-in-use': entry(409, 'The policy leaves out something that open tickets stand on.'),
  'backtest-running': entry(429, 'Another back-test is under way; please wait for its end.', { retryable: true }),

  'webhook-signature': entry(400, 'The signature does not match, or is too old.'),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorId = keyof typeof errorCatalogue;

/** Facts beside a refusal: ids, codes and amounts only. */
export type RefusalFacts = Readonly<Record<string, string | number | boolean>>;

/** An expected no: returned where it is decided, and told by id and facts. */
export interface Refusal {
  readonly refused: ErrorId;
  readonly facts?: RefusalFacts;
}

export const refuse = (refused: ErrorId, facts?: RefusalFacts): Refusal => (facts ? { refused, facts } : { refused });

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' &&
  value !== null &&
  'refused' in value &&
  isErrorId((value as { refused: unknown }).refused);

export const isErrorId = (value: unknown): value is ErrorId =>
  typeof value === 'string' && Object.hasOwn(errorCatalogue, value);

/** A refusal on its way out through layers that only know exceptions. */
export class RefusedError extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.refused);
    this.name = 'RefusedError';
    this.refusal = refusal;
  }
}
