/** How a sandbox's answer leaves the house: whole, or as a switch wants it lost, cut, late or in another form. */

import type { ServerResponse } from 'node:http';
import type { RequestFault } from './sandbox-faults.ts';

/** An answer as it was given, so that the same key gets the same bytes. */
export interface SavedAnswer {
  readonly status: number;
  readonly body: string;
}

export interface Answer extends SavedAnswer {
  readonly headers?: Readonly<Record<string, string>>;
}

type Headers = Readonly<Record<string, string>>;

export function leave(response: ServerResponse, headers: Headers, answer: Answer, fault?: RequestFault): void {
  switch (fault?.kind) {
    case 'lose-answer':
      response.destroy();
      return;
    case 'hang':
      return;
    case 'html': {
      const page = { status: 200, body: '<html>Welcome</html>', headers: { 'content-type': 'text/html' } };
      return write(response, headers, page);
    }
    case 'truncate': {
      const half = answer.body.slice(0, Math.floor(answer.body.length / 2));
      if (!fault.cut) return write(response, headers, { status: 200, body: half });
      response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(answer.body) });
      response.write(half, () => response.destroy());
      return;
    }
    default:
      return write(response, headers, answer);
  }
}

export function write(response: ServerResponse, headers: Headers, answer: Answer): void {
  response.writeHead(answer.status, {
    ...headers,
    ...answer.headers,
    'content-length': Buffer.byteLength(answer.body),
  });
  response.end(answer.body);
}
