/** The queues of the agent desk, by the names that stand in addresses. Loaded with the table of pages, so that it is small. */

/** The lists of the left pane. */
export const queues = [
  'mine',
  'unassigned',
  'urgent',
  'reviewing',
  'deciding',
  'gathering',
  'offering',
  'settling',
  'all',
] as const;
export type Queue = (typeof queues)[number];

export const isQueue = (text: unknown): text is Queue => queues.some((queue) => queue === text);
