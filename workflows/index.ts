/** The workflow bundle's entry: exactly the workflows that a worker runs, by their lasting names. */

export { capturesWorkflow } from './captures.ts';
export { disputeWorkflow } from './dispute.ts';
export { incidentWorkflow } from './incident.ts';
export { probesWorkflow } from './probes.ts';
export { reconciliationWorkflow } from './reconciliation.ts';
export { ticketWorkflow } from './ticket.ts';
export { waveWorkflow } from './wave.ts';
