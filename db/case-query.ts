/** The one statement that reads a case: a JSON object whose members are those of `CaseRow` in `cases.ts`. */

const wholeVersion = (column: string): string => `
  (select jsonb_build_object('id', id, 'number', number, 'effectiveAt', effective_at, 'document', document)
   from policy_versions where id = ${column})`;

/** Of very many cases: a document is long, and the same for nearly all of them. */
const versionId = (column: string): string => `to_jsonb(${column})`;

/**
 * RP-2.3: the first purchase of that plan on that account, at the moment when all its money was captured; where that
 * order is older than the desk's books, the shop's word counts.
 */
export const firstCapturedAt = `
  (select case when first.first_purchased_at < first.purchased_at then null else
     (select max(captured_at) from order_tenders where order_id = first.id and method <> 'promotional_credit') end
   from orders as first where first.account_id = orders.account_id and first.plan_key = orders.plan_key
   order by first.purchased_at, first.id limit 1)`;

const order = `
  jsonb_build_object('currency', orders.currency, 'planKind', orders.plan_kind, 'channel', orders.channel,
    'reportedAt', orders.created_at, 'firstPurchasedAt', orders.first_purchased_at, 'firstCapturedAt', ${firstCapturedAt},
    'purchasedAt', orders.purchased_at, 'meteredBytes', orders.metered_bytes::text,
    'period', case when orders.period_from is not null
      then jsonb_build_object('from', orders.period_from, 'until', orders.period_until) end)`;

const tenders = `
  (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'method', method, 'amountMinor', amount_minor::text,
     'taxMinor', tax_minor::text, 'capturedMinor', captured_minor::text,
     'goneMinor', (committed_minor + elsewhere_minor + disputed_minor)::text) order by position), '[]')
   from order_tenders where order_id = tickets.order_id)`;

/** RP-2.5: the newest measurement up to the moment of asking; later use is shown elsewhere, not counted. */
const usage = `
  (select jsonb_build_object('bytes', used_bytes::text, 'requests', requests::text, 'measuredAt', at)
   from usage_reports where order_id = tickets.order_id and at <= tickets.asked_at order by at desc limit 1)`;

/** RP-4.5: what of the plan is unused counts as it is now. */
const latestUsage = `
  (select jsonb_build_object('bytes', used_bytes::text, 'requests', requests::text, 'measuredAt', at)
   from usage_reports where order_id = tickets.order_id order by at desc limit 1)`;

/** What was found before an appeal, or before a question lapsed, counts no more. */
const review = `
  (select jsonb_build_object('cause', cause, 'persistent', persistent, 'sellerMistake', seller_mistake, 'mended', mended,
     'lost', lost, 'at', at)
   from reviews where ticket_id = tickets.id and at >= coalesce(opened.at, '-infinity') order by at desc, id desc limit 1)`;

const fix = `
  (select jsonb_build_object('id', id, 'reportedAt', reported_at, 'askedAt', asked_at, 'answer', answer,
     'byDesk', answered_by is null)
   from fix_reports where ticket_id = tickets.id and reported_at >= coalesce(opened.at, '-infinity') order by id desc limit 1)`;

/** A fix that was accepted once stays a fact, also after an appeal, unless a review since looked and found it not mended. */
const mendedFix = `
  (select jsonb_build_object('reportedAt', reported_at, 'askedAt', asked_at, 'answer', answer)
   from fix_reports where ticket_id = tickets.id and answer in ('mended', 'silent') and reported_at > coalesce(
     (select max(at) from reviews where ticket_id = tickets.id and not mended), '-infinity')
   order by reported_at, id limit 1)`;

const incidents = `
  (select coalesce(jsonb_agg(jsonb_build_object('ref', ref, 'confirmed', confirmed, 'widelyImpacting', widely_impacting,
     'covers', covers, 'from', from_at, 'until', until_at)
       || case when lost is null then '{}' else jsonb_build_object('lost', lost) end order by from_at, ref), '[]')
   from order_incidents where order_id = tickets.order_id)`;

const disputes = `
  (select coalesce(jsonb_agg(jsonb_build_object('ref', provider_ref, 'state', state,
     'withdrawnByCustomerAt', withdrawn_by_customer_at) order by opened_at, id), '[]')
   from disputes where order_id = tickets.order_id and kind <> 'early_fraud_warning')`;

const holds = `
  (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'placedAt', placed_at, 'dueAt', due_at,
     'releasedAt', released_at, 'result', result, 'role', (select role from people where id = released_by)) order by placed_at, id), '[]')
   from holds where ticket_id = tickets.id)`;

const pauses = `
  (select coalesce(jsonb_agg(jsonb_build_object('clock', clock, 'reason', reason, 'from', started_at, 'until', ended_at)
     order by started_at, id), '[]') from clock_pauses where ticket_id = tickets.id)`;

const information = `
  (select jsonb_build_object('id', id, 'holdId', hold_id, 'askedAt', asked_at)
   from information_requests where ticket_id = tickets.id and ended_at is null)`;

const statements = `
  (select coalesce(jsonb_agg(jsonb_build_object('fact', fact, 'value', value, 'role', stated_role, 'at', at)
     order by at, id), '[]') from ticket_facts where ticket_id = tickets.id)`;

const countsSince = `tickets.asked_at - make_interval(days => coalesce(
  (select (document -> 'parameters' -> 'abuse' ->> 'withinDays')::integer from policy_versions
   where id = judged.version_id), 0))`;

/**
 * RP-3.6: refunds of the same account, or of others behind the same address or instrument, in the version's time, also where
 * the ticket was opened again for more and closed otherwise. What one request asked for counts as one, and what this
 * ticket's own request asked for besides counts for nothing against it. Those of a former desk count as ours.
 */
const refundsBefore = (whose: string): string => `
  (select count(distinct coalesce(others.request_id, others.id))::integer from tickets as others
   where ${whose} and others.id <> tickets.id
     and (tickets.request_id is null or others.request_id is distinct from tickets.request_id)
     and others.phase = 'closed'
     and (others.outcome = 'refunded' or exists (select from payouts where ticket_id = others.id and state = 'settled'))
     and others.closed_at > ${countsSince})
  + (select count(*)::integer from (select past_tickets.*, orders.account_id, orders.subject_id
       from past_tickets join orders on orders.id = past_tickets.order_id) as others
     where ${whose} and others.outcome = 'refunded' and others.closed_at > ${countsSince})`;

const sameAccount = 'others.account_id = tickets.account_id';
const sameMail = `others.account_id <> tickets.account_id and others.subject_id in
  (select id from people as alike where normalised_email(alike.email) = normalised_email(people.email))`;
/** Behind other accounts, by what the provider says of the instrument that paid. */
const sameInstrument = `others.account_id <> tickets.account_id and others.order_id in
  (select alike.order_id from order_tenders as own join order_tenders as alike on alike.instrument = own.instrument
   where own.order_id = tickets.order_id)`;

const compensated = `
  (select coalesce(jsonb_agg(jsonb_build_object('from', lower(span), 'until', upper(span)) order by span), '[]')
   from compensated_intervals where order_id = tickets.order_id and released_at is null)`;

const offer = `
  (select jsonb_build_object('id', id, 'decisionId', decision_id, 'offeredAt', offered_at, 'toldAt', told_at,
     'refundMinor', refund_minor::text, 'minutes', extend_minutes, 'bytes', extend_bytes::text, 'intervals', intervals, 'choice', choice, 'days', offer_days,
     'endsPlan', ends_plan, 'isSuperseded', exists (select from decisions as offering join decisions as later
       on later.ticket_id = offering.ticket_id and later.state = 'final' and (later.at, later.id) > (offering.at, offering.id)
       where offering.id = decision_id))
   from offers where ticket_id = tickets.id order by offered_at desc, id desc limit 1)`;

const decision = `
  (select jsonb_build_object('id', id, 'state', state, 'decision', decision, 'decidedBy', decided_by, 'at', at,
     'inputId', input_id, 'assessmentId', assessment_id)
   from decisions where ticket_id = tickets.id order by at desc, id desc limit 1)`;

/** Once appealed, those who decided, confirmed or reviewed before the appeal do not look at it again. */
const barred = `
  (select coalesce(jsonb_agg(distinct who), '[]') from (
     select decided_by as who, at from decisions where ticket_id = tickets.id
     union all select confirmed_by, confirmed_at from decisions where ticket_id = tickets.id
     union all select reviewer_id, at from reviews where ticket_id = tickets.id
   ) as former where who is not null and at <= (select max(at) from appeals where ticket_id = tickets.id))`;

const payouts = (states: string): string =>
  `(select count(*)::integer from payouts where ticket_id = tickets.id and state in (${states}))`;

const remedies = (which: string): string =>
  `(select count(*)::integer from remedies where ticket_id = tickets.id and ${which})`;

/**
 * Since when an answer is owed anew: the ticket was opened again, or what was decided could not be done. A review made
 * before a late fact still counts, hence apart from `opened`.
 */
const openedAgainAt = `
  (select max(at) from ticket_events where ticket_id = tickets.id
     and (kind in ('appealed', 'reopened', 'reviewResumed', 'offerReopened', 'factImproved') or data ->> 'undone' = 'true'))`;

/** Money that left us, or what the shop was asked for by the newest decision that took effect. */
const isSent = `
  exists (select from payouts where ticket_id = tickets.id and state in ('sending', 'unknown', 'sent', 'settled'))
  or exists (select from remedies where ticket_id = tickets.id and state in ('applying', 'unknown', 'applied') and decision_id =
    (select id from decisions where ticket_id = tickets.id and state = 'final' order by at desc, id desc limit 1))`;

/** Another open ticket of the order, which has one open claim. */
const claimedBy = `
  (select others.id from tickets as others
   where others.order_id = tickets.order_id and others.phase <> 'closed' and others.id <> tickets.id)`;

/** What was not taken is no evidence, and an archive is as much as what came out of it. */
const evidenceCount = `
  (select count(*) from ticket_evidence join evidence_files as files on files.id = evidence_id
   where ticket_evidence.ticket_id = tickets.id and files.intake <> 'refused' and files.kind is distinct from 'archive')`;

/** Hosts and exits are left out: facts are kept for longer than those. */
const diagnosed = `
  (select coalesce(jsonb_agg(jsonb_build_object('evidenceId', evidence_files.id, 'at', log_diagnoses.at,
      'diagnosis', result - '{targets,egress}'::text[]) order by evidence_files.created_at, evidence_files.id), '[]')
   from ticket_evidence join evidence_files on evidence_files.id = ticket_evidence.evidence_id
     join log_diagnoses on log_diagnoses.evidence_id = evidence_files.id
   where ticket_evidence.ticket_id = tickets.id and shown)`;

/** The desk's own tests, by the hour. */
const probed = `
  (select jsonb_build_object('at', max(at), 'counts', jsonb_agg(jsonb_build_object('hour', hour, 'class', class, 'vendor', vendor,
      'attempts', attempts) order by hour, class, vendor))
   from (select date_trunc('hour', begun_at, 'UTC') as hour, class, vendor, count(*) as attempts, max(ended_at) as at
     from probe_attempts where ticket_id = tickets.id and ended_at is not null group by 1, 2, 3) as counted
   having count(*) > 0)`;

const caseOf = (version: (column: string) => string): string => `jsonb_build_object(
    'phase', tickets.phase, 'fault', fault, 'askedAt', asked_at, 'createdAt', tickets.created_at,
    'reopenedAt', opened.at, 'openedAgainAt', ${openedAgainAt}, 'closedAt', closed_at, 'materialsCompleteAt', materials_complete_at,
    'described', length(trim(description)) > 0, 'hasNetworkContext', exists (select from ticket_network_contexts where ticket_id = tickets.id),
    'evidenceCount', ${evidenceCount},
    'version', ${version('judged.version_id')}, 'purchaseVersion', ${version('tickets.purchase_version_id')},
    'order', ${order}, 'tenders', ${tenders}, 'usage', ${usage}, 'latestUsage', ${latestUsage}, 'review', ${review}, 'diagnosed', ${diagnosed}, 'probed', ${probed}, 'fix', ${fix}, 'mendedFix', ${mendedFix},
    'incidents', ${incidents}, 'disputes', ${disputes}, 'holds', ${holds}, 'pauses', ${pauses},
    'information', ${information}, 'statements', ${statements}, 'emailVerified', people.email_verified,
    'refundsBefore', ${refundsBefore(sameAccount)}, 'refundsOfSameMail', ${refundsBefore(sameMail)},
    'refundsOfSameInstrument', ${refundsBefore(sameInstrument)},
    'compensated', ${compensated}, 'offer', ${offer}, 'decision', ${decision}, 'barred', ${barred},
    'appealedDecisionIds', (select coalesce(jsonb_agg(decision_id), '[]') from appeals where ticket_id = tickets.id),
    'openPayouts', ${payouts("'granted', 'approved', 'sending', 'unknown', 'sent'")},
    'settledPayouts', ${payouts("'settled'")},
    'leftUs', ${payouts("'sending', 'unknown', 'sent'")} + ${remedies("kind <> 'plan_end' and state in ('applying', 'unknown')")},
    'openRemedies', ${remedies("kind <> 'plan_end' and state in ('granted', 'applying', 'unknown')")},
    'isSent', ${isSent}, 'claimedBy', ${claimedBy},
    'appliedExtensions', ${remedies("kind = 'extension' and state = 'applied'")},
    'appliedReplacements', ${remedies("kind = 'replacement' and state = 'applied'")}
  )`;

const joined = `
    join orders on orders.id = tickets.order_id
    join people on people.id = tickets.subject_id
    cross join lateral (select coalesce(policy_version_id,
      (select id from policy_versions where effective_at <= asked_at order by effective_at desc limit 1)) as version_id) as judged
    cross join lateral (select max(at) as at from ticket_events
      where ticket_id = tickets.id and kind in ('appealed', 'reopened', 'reviewResumed')) as opened`;

export const caseQuery = `select ${caseOf(wholeVersion)} as facts from tickets ${joined} where tickets.id = :ticket`;

/**
 * The same of orders as if each were asked for now, with the id that its ticket would get, whether its plan was ended or its
 * time is over by then, and what a ticket needs; versions by their ids.
 */
export const orderCasesQuery = `
  select tickets.id as "ticketId", tickets.order_id as "orderId", tickets.account_id as "accountId", tickets.subject_id as "subjectId",
    tickets.claimed_method as method, ${caseOf(versionId)} as facts,
    (coalesce(orders.period_until <= :at, false) or exists (select from remedies
      where order_id = orders.id and kind = 'plan_end' and state not in ('failed', 'cancelled', 'rehearsed'))) as "isEnded"
  from (
    select uuidv7() as id, orders.id as order_id, account_id, subject_id, 'deciding' as phase, :fault::text as fault,
      :at::timestamptz as asked_at, :at::timestamptz as created_at, null::timestamptz as closed_at,
      null::timestamptz as materials_complete_at, :description::text as description, null::uuid as request_id,
      (select id from policy_versions where effective_at <= :at order by number desc limit 1) as policy_version_id,
      (select id from policy_versions where effective_at <= orders.purchased_at order by number desc limit 1) as purchase_version_id,
      (select method from order_tenders where order_id = orders.id order by position limit 1) as claimed_method
    from orders where orders.id = any (:orders::uuid[])
  ) as tickets ${joined} order by tickets.order_id`;
