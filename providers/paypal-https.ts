/**
 * HTTPS to PayPal's hosts: the one agent for all calls, and plain requests for what the SDK lacks. A stand-in is reached
 * under PayPal's own names, so that the SDK and the checks of names run against it unchanged.
 */

import type { IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { PaypalUnanswered } from './paypal-refusal.ts';

const answerBytesMax = 1024 * 1024;
const idleConnectionMsMax = 3_000;

/** A server that answers in place of PayPal's hosts, such as the sandbox. */
export interface PaypalStandIn {
  readonly host: string;
  readonly port: number;
  /** The authority that its certificates come from, in PEM. */
  readonly ca: string;
}

/**
 * Leads every connection to the stand-in. The name that was asked for stays the one that its certificate must bear.
 */
class StandInAgent extends Agent {
  readonly #standIn: PaypalStandIn;
  constructor(standIn: PaypalStandIn) {
    super({ keepAlive: true, timeout: idleConnectionMsMax, ca: standIn.ca });
    this.#standIn = standIn;
  }
  override createConnection(...[options, callback]: Parameters<Agent['createConnection']>) {
    const { host, port } = this.#standIn;
    const led: RequestOptions = { ...options, host, port };
    return super.createConnection(led, callback);
  }
}

/** Keeps connections for calls in a row only, as the card rail's does. */
export const paypalAgent = (standIn: PaypalStandIn | undefined): Agent =>
  standIn ? new StandInAgent(standIn) : new Agent({ keepAlive: true, timeout: idleConnectionMsMax });

export interface HttpsAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface HttpsCall {
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Posted; without one the call is a GET. */
  readonly body?: Uint8Array;
}

/** Follows no redirect. Throws `PaypalUnanswered` where no whole answer comes in time. */
export async function askOverHttps(url: URL, call: HttpsCall): Promise<HttpsAnswer> {
  const { agent, headers, timeoutMs, body } = call;
  const method = body === undefined ? 'GET' : 'POST';
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(url, { method, agent, headers, signal, timeout: timeoutMs }, resolve).once('error', reject).end(body);
    });
    return { status: response.statusCode ?? 0, headers: response.headers, body: await bodyOf(response) };
  } catch (error) {
    if (error instanceof PaypalUnanswered) throw error;
    throw new PaypalUnanswered(signal.aborted ? 'timeout' : 'connection_lost');
  }
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > answerBytesMax) throw new PaypalUnanswered('unreadable_answer');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
