/** Where a cookie-borne write must come from: the desk's own pages. Keys carry no such risk, since no browser adds them. */

import type { IncomingHttpHeaders } from 'node:http';

/** Whether the request's Origin is one of ours; a browser always sends it with a write, so none counts as foreign. */
export const comesFromOwnPages = (headers: IncomingHttpHeaders, ownOrigin: string): boolean =>
  headers.origin === ownOrigin;
