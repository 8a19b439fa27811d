/** Limits of everything that grows, as named constants with their unit last. */

export const requestBodyBytesMax = 256 * 1024;
export const webhookBodyBytesMax = 512 * 1024;
export const uploadBytesMax = 10 * 1024 * 1024;
export const uploadChunkBytesMax = 1024 * 1024;
export const uploadsPerTicketMax = 40;
export const messageCharactersMax = 20_000;
export const noteCharactersMax = 20_000;
export const groundCharactersMax = 4_000;
/** Of one person within the window, begun or complete; what joins a ticket no longer counts. */
export const unattachedUploadsMax = 20;
export const unattachedUploadsWindowHours = 24;
export const fileNameCharactersMax = 200;
export const pageRowsMax = 100;
export const pageRowsDefault = 25;
/** How long an API write waits for the workflow before it answers 202. */
export const deliveryWaitMs = 2_500;
/** Intervals in which a review found a service unusable. */
export const lostIntervalsMax = 50;
export const provisionCharactersMax = 200;
