/** Limits of everything that grows, as named constants with their unit last. */

export const requestBodyBytesMax = 256 * 1024;
export const webhookBodyBytesMax = 512 * 1024;
/** Of a bank's file that a person hands in: as base64 it must fit a request's body. */
export const bankUploadBytesMax = 180 * 1024;
/** Of a file of CSV that is taken row by row, in one request. */
export const importBytesMax = 1024 * 1024;
export const importRowsMax = 2_000;
export const importRecordBytesMax = 32 * 1024;
export const importProblemsMax = 500;
export const refundsPerPastTicketMax = 10;
/** Of an account, beside one of its tickets. */
export const pastTicketsShownMax = 50;
/** Of one file as it arrives, the longest of which is a log; other kinds have less, below. */
export const uploadBytesMax = 200 * 1024 * 1024;
export const uploadChunkBytesMax = 1024 * 1024;
/** Handed in one by one; what an archive holds counts as the archive. */
export const uploadsPerTicketMax = 40;
/** Of all files of a ticket, as they arrived. */
export const ticketBytesMax = 1024 * 1024 * 1024;
export const imageBytesMax = 20 * 1024 * 1024;
/** Before anything of an image is decoded. */
export const imagePixelsMax = 50_000_000;
export const thumbnailEdgePixels = 320;
/** Of one file, after which it counts as made to hold us up. */
export const decodeMsMax = 30_000;
export const decodeHeapMebibytesMax = 768;
/** Of what reads PDFs and HEIC, whose memory is no part of that heap. */
export const decodeWasmMebibytesMax = 512;
export const pdfBytesMax = 20 * 1024 * 1024;
export const pdfPagesMax = 50;
/** A HAR is read whole. */
export const harBytesMax = 64 * 1024 * 1024;
/** An archive is held whole while it is unpacked. */
export const archiveBytesMax = 50 * 1024 * 1024;
export const archiveMembersMax = 200;
/** Of all members, counted as they come out: what an archive says of itself is not believed. */
export const archiveUnpackedBytesMax = 400 * 1024 * 1024;
/** Unpacked to packed, once more than the free bytes have come out. Logs reach a hundred, bombs a thousand. */
export const archiveRatioMax = 250;
export const archiveRatioFreeBytes = 8 * 1024 * 1024;
export const messageCharactersMax = 20_000;
export const noteCharactersMax = 20_000;
/** Of an address or instrument that staff declare. */
export const tieValueCharactersMax = 320;
export const groundCharactersMax = 4_000;
/** Of one clause in one language. */
export const policyTextCharactersMax = 4_000;
/** Of a name, an address or an advice in a policy. */
export const policyNameCharactersMax = 400;
export const policyListItemsMax = 1_000;
export const policyPlanKindsMax = 200;
/** Of a window, a wait or a promise. */
export const policyDaysMax = 3_660;
/** Tickets that a back-test holds at a time. */
export const backtestPageRowsMax = 1_000;
/** Of one person within the window, begun or complete; what joins a ticket no longer counts. */
export const unattachedUploadsMax = 20;
export const unattachedUploadsWindowHours = 24;
export const unattachedBytesMax = 1024 * 1024 * 1024;
export const fileNameCharactersMax = 200;
export const pageRowsMax = 100;
export const pageRowsDefault = 25;
/** Of one export as a file. */
export const exportDaysMax = 366;
/** Of an export, read in one statement. */
export const exportPageRows = 500;
/** On paper; more goes as CSV. */
export const exportPdfRowsMax = 2_000;
/** Of one request: each is a ticket of its own. */
export const ordersPerRequestMax = 10;
/** How long an API write waits for the workflow before it answers 202. */
export const deliveryWaitMs = 2_500;
/** Intervals in which a review found a service unusable. */
export const lostIntervalsMax = 50;
export const provisionCharactersMax = 200;
/** RP-5.1: by which one person can be reached. */
export const messengersMax = 5;
/** How long a payout may be approved and not sent, or in its call, before finance must look at it. */
export const payoutApprovedMinutesMax = 4 * 60;
export const payoutSendingMinutesMax = 15;
/** Of a provider's or bank's reference that is searched for: fewer would fit too many. */
export const referenceCharactersMin = 6;
/** Streams of events that one person, and one process, serve at a time. */
export const streamsPerPersonMax = 6;
export const streamsPerProcessMax = 500;
/** Changes that a stream takes up again; whoever has missed more lists anew. */
export const replayedChangesMax = 500;
/** Of a stream's bytes that wait for a client which does not read them. */
export const streamBacklogBytesMax = 256 * 1024;
/** Of a packet of evidence: what card networks take of all files together. */
export const packetBytesMax = 4_500_000;
/** Of the holder of an account that is paid (ISO 20022 takes as many). */
export const payeeHolderCharactersMax = 140;
/** Of a part of a payee's address; a bank takes of some parts less, which is cut there. */
export const payeeAddressCharactersMax = 70;
/** Of a payment that was made by hand or came in by crypto. */
export const paymentReferenceCharactersMax = 140;
/** Where the proxies of an order, or what an incident touched, are; and the exits that either names. */
export const placesMax = 50;
export const egressRangesMax = 256;
export const incidentTitleCharactersMax = 200;
export const planKindsPerIncidentMax = 50;
/** Tickets that one step tells of an incident. */
export const ticketsPerIncidentPageMax = 100;
/** Orders that one step of a wave reaches, and that a reckoning reads at a time. */
export const ordersPerWavePageMax = 200;
/** How fast a wave goes: what providers, mail and Temporal bear beside the day's work, and what nobody may exceed. */
export const ordersPerMinuteDefault = 240;
export const ordersPerMinuteMax = 120_000;
/** Tickets within an hour that suggest an incident, from as many accounts. */
export const suggestedTicketsMin = 3;
export const suggestionHoursMax = 48;
export const suggestionsMax = 50;
