/** The workflow bundle's entry: exactly the workflows that a worker runs, by their lasting names. */

export { ticketWorkflow } from './ticket.ts';
