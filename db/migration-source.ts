/** All migrations by name, in order. Listed rather than found, so that names are the same before and after the build. */

import type { Knex } from 'knex';
import * as people from './migrations/20261122000100_create_people.ts';
import * as orders from './migrations/20261122000200_create_orders.ts';
import * as policyVersions from './migrations/20261122000300_create_policy_versions.ts';
import * as inputs from './migrations/20261122000400_create_inputs.ts';
import * as tickets from './migrations/20261122000500_create_tickets.ts';
import * as messages from './migrations/20261122000510_create_messages.ts';
import * as evidenceFiles from './migrations/20261122000520_create_evidence_files.ts';
import * as grants from './migrations/20261122000600_create_grants.ts';
import * as payouts from './migrations/20261122000610_create_payouts.ts';
import * as payoutGuard from './migrations/20261122000620_guard_payouts.ts';
import * as ledger from './migrations/20261122000700_create_ledger.ts';
import * as assessments from './migrations/20261124000100_create_assessments.ts';
import * as policyVersionOrder from './migrations/20261124000110_order_policy_versions.ts';
import * as ticketLife from './migrations/20261124000200_extend_tickets.ts';
import * as holds from './migrations/20261124000300_create_holds.ts';
import * as caseFacts from './migrations/20261124000400_create_case_facts.ts';
import * as decisionLife from './migrations/20261124000500_extend_decisions.ts';
import * as unmatchedDisputes from './migrations/20261124000600_index_unmatched_disputes.ts';
import * as offerTerms from './migrations/20261124000700_offers_keep_their_terms.ts';
import * as instruments from './migrations/20261124000800_note_instruments.ts';
import * as linkedTickets from './migrations/20261124000900_link_tickets.ts';
import * as reminderKinds from './migrations/20261124001000_extend_reminders.ts';
import * as appealsWithoutGround from './migrations/20261124001100_appeal_without_ground.ts';
import * as verifiedAddresses from './migrations/20261124001200_verify_addresses.ts';
import * as lateComers from './migrations/20261124001300_judge_what_comes_late.ts';
import * as railsNamed from './migrations/20261130000100_name_rails.ts';
import * as paypal from './migrations/20261130001000_admit_paypal.ts';
import * as bankFiles from './migrations/20261130002000_create_bank_files.ts';
import * as disputeLife from './migrations/20261130003000_extend_disputes.ts';
import * as wholeLedger from './migrations/20261130004100_book_all_money.ts';
import * as creditNotes from './migrations/20261130004200_create_credit_notes.ts';
import * as payoutsWatched from './migrations/20261130005000_watch_payouts.ts';
import * as reroutes from './migrations/20261130006010_reroute_payouts.ts';
import * as byHand from './migrations/20261130006020_pay_by_hand.ts';
import * as releaseLimits from './migrations/20261130006030_limit_releases.ts';
import * as reconciliations from './migrations/20261130007000_create_reconciliations.ts';
import * as allRailsProven from './migrations/20261130008000_prove_all_rails.ts';
import * as linesByKind from './migrations/20261130008010_find_lines_by_kind.ts';
import * as staffTies from './migrations/20261130008100_create_staff_ties.ts';
import * as screening from './migrations/20261130008200_screen_payees.ts';
import * as pastTickets from './migrations/20261130008300_create_past_tickets.ts';
import * as conduct from './migrations/20261130008400_index_conduct.ts';
import * as answerAgain from './migrations/20261130008450_answer_again.ts';
import * as returnsByHand from './migrations/20261130008500_return_by_hand.ts';
import * as breaksAtOnce from './migrations/20261130008510_open_breaks_at_once.ts';
import * as withdrawals from './migrations/20261130008520_withdraw_instructions.ts';
import * as payoutCosts from './migrations/20261130008600_read_payout_costs.ts';
import * as closedLists from './migrations/20261130008610_name_closed_lists.ts';
import * as payeesByBank from './migrations/20261130008620_pay_payees_by_bank.ts';
import * as pastRefundsExplained from './migrations/20261130008700_explain_past_refunds.ts';
import * as releasesFound from './migrations/20261130008710_index_releases.ts';
import * as bookingsFound from './migrations/20261130008720_find_bookings.ts';
import * as failedCosts from './migrations/20261130008810_ask_costs_of_failed.ts';
import * as findReturnsByHand from './migrations/20261130008820_find_returns_by_hand.ts';
import * as foreignBreaks from './migrations/20261130008840_find_foreign_breaks.ts';
import * as takingsApart from './migrations/20261130008850_tell_takings_apart.ts';
import * as networkContexts from './migrations/20261130008860_structure_network_contexts.ts';
import * as diagnosesKept from './migrations/20261130008870_keep_diagnoses.ts';
import * as evidenceTakenIn from './migrations/20261130008910_take_in_evidence.ts';
import * as incidents from './migrations/20261130008920_create_incidents.ts';
import * as incidentWaves from './migrations/20261130008930_create_incident_waves.ts';
import * as spacedPasses from './migrations/20261130008935_space_passes.ts';
import * as toldOffers from './migrations/20261130008936_tell_offers.ts';
import * as probes from './migrations/20261130008950_create_probes.ts';
import * as placedRounds from './migrations/20261130008955_place_probe_rounds.ts';
import * as refusedHidNothing from './migrations/20261130008970_show_what_refused_files_hid.ts';
import * as intakesLeased from './migrations/20261130008971_lease_intakes.ts';
import * as intakeFailures from './migrations/20261130008972_count_intake_failures.ts';
import * as unattachedRemoved from './migrations/20261130008973_remove_unattached_uploads.ts';
import * as foundOffers from './migrations/20261130008980_find_offers.ts';
import * as rateKept from './migrations/20261130008985_keep_the_rate.ts';
import * as ticketsAnnounced from './migrations/20261201000100_announce_tickets.ts';
import * as incidentsAnnounced from './migrations/20261201000200_announce_incidents.ts';

const migrations: Readonly<Record<string, Knex.Migration>> = {
  '20261122000100_create_people': people,
  '20261122000200_create_orders': orders,
  '20261122000300_create_policy_versions': policyVersions,
  '20261122000400_create_inputs': inputs,
  '20261122000500_create_tickets': tickets,
  '20261122000510_create_messages': messages,
  '20261122000520_create_evidence_files': evidenceFiles,
  '20261122000600_create_grants': grants,
  '20261122000610_create_payouts': payouts,
  '20261122000620_guard_payouts': payoutGuard,
  '20261122000700_create_ledger': ledger,
  '20261124000100_create_assessments': assessments,
  '20261124000110_order_policy_versions': policyVersionOrder,
  '20261124000200_extend_tickets': ticketLife,
  '20261124000300_create_holds': holds,
  '20261124000400_create_case_facts': caseFacts,
  '20261124000500_extend_decisions': decisionLife,
  '20261124000600_index_unmatched_disputes': unmatchedDisputes,
  '20261124000700_offers_keep_their_terms': offerTerms,
  '20261124000800_note_instruments': instruments,
  '20261124000900_link_tickets': linkedTickets,
  '20261124001000_extend_reminders': reminderKinds,
  '20261124001100_appeal_without_ground': appealsWithoutGround,
  '20261124001200_verify_addresses': verifiedAddresses,
  '20261124001300_judge_what_comes_late': lateComers,
  '20261130000100_name_rails': railsNamed,
  '20261130007000_create_reconciliations': reconciliations,
  '20261130005000_watch_payouts': payoutsWatched,
  '20261130003000_extend_disputes': disputeLife,
  '20261130001000_admit_paypal': paypal,
  '20261130004100_book_all_money': wholeLedger,
  '20261130004200_create_credit_notes': creditNotes,
  '20261130002000_create_bank_files': bankFiles,
  '20261130006010_reroute_payouts': reroutes,
  '20261130006020_pay_by_hand': byHand,
  '20261130006030_limit_releases': releaseLimits,
  '20261130008100_create_staff_ties': staffTies,
  '20261130008200_screen_payees': screening,
  '20261130008300_create_past_tickets': pastTickets,
  '20261130008400_index_conduct': conduct,
  '20261130008450_answer_again': answerAgain,
  '20261130008600_read_payout_costs': payoutCosts,
  '20261130008610_name_closed_lists': closedLists,
  '20261130008700_explain_past_refunds': pastRefundsExplained,
  '20261130008710_index_releases': releasesFound,
  '20261130008620_pay_payees_by_bank': payeesByBank,
  '20261130008000_prove_all_rails': allRailsProven,
  '20261130008010_find_lines_by_kind': linesByKind,
  '20261130008500_return_by_hand': returnsByHand,
  '20261130008510_open_breaks_at_once': breaksAtOnce,
  '20261130008520_withdraw_instructions': withdrawals,
  '20261130008720_find_bookings': bookingsFound,
  '20261130008810_ask_costs_of_failed': failedCosts,
  '20261130008820_find_returns_by_hand': findReturnsByHand,
  '20261130008850_tell_takings_apart': takingsApart,
  '20261130008840_find_foreign_breaks': foreignBreaks,
  '20261130008920_create_incidents': incidents,
  '20261130008930_create_incident_waves': incidentWaves,
  '20261130008935_space_passes': spacedPasses,
  '20261130008936_tell_offers': toldOffers,
  '20261130008950_create_probes': probes,
  '20261130008980_find_offers': foundOffers,
  '20261130008985_keep_the_rate': rateKept,
  '20261201000100_announce_tickets': ticketsAnnounced,
  '20261201000200_announce_incidents': incidentsAnnounced,
  '20261130008955_place_probe_rounds': placedRounds,
  '20261130008910_take_in_evidence': evidenceTakenIn,
  '20261130008970_show_what_refused_files_hid': refusedHidNothing,
  '20261130008971_lease_intakes': intakesLeased,
  '20261130008972_count_intake_failures': intakeFailures,
  '20261130008973_remove_unattached_uploads': unattachedRemoved,
  '20261130008860_structure_network_contexts': networkContexts,
  '20261130008870_keep_diagnoses': diagnosesKept,
};

export const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () => Object.keys(migrations).sort(),
  getMigrationName: (name) => name,
  getMigration: async (name) => {
    const migration = migrations[name];
    if (!migration) throw new Error(`there is no migration ${name}`);
    return migration;
  },
};
