/**
 * The calls that the desk makes to PayPal, over the official SDK where it has them. Every answer leaves as what PayPal
 * wrote, to be parsed by who reads it; every error as a code. Nothing is tried again but a token that had run out.
 */

import type { Agent } from 'node:https';
import type { OrdersController, PaymentsController, TransactionSearchController } from '@paypal/paypal-server-sdk';
import FormData from 'form-data';
import { askOverHttps, type PaypalStandIn, paypalAgent } from './paypal-https.ts';
import type { PaypalMoney } from './paypal-money.ts';
import { PaypalRefusal, PaypalUnanswered, refusalOf } from './paypal-refusal.ts';

/** Hundreds of modules, which a desk without PayPal never loads. */
const loadSdk = () => import('@paypal/paypal-server-sdk');

/** A token is renewed so long before it ends. */
const tokenMarginMs = 60_000;
const answerBytesMax = 1024 * 1024;
const disputesPerPage = 50;
const transactionsPerPage = 100;
/** PayPal's event code of a payment that the seller paid back, here or on PayPal's own pages. */
const refundEventCode = 'T1107';

export interface PaypalClientOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly environment: 'live' | 'sandbox';
  /** How long a refund's answer may take before it counts as lost. */
  readonly timeoutMs: number;
  /** The same of all else. PayPal tells in several calls what others tell in one, and all must fit into one attempt. */
  readonly readTimeoutMs: number;
  readonly standIn?: PaypalStandIn | undefined;
}

export interface RefundCall {
  readonly captureId: string;
  /** R8: PayPal takes a repeat without it for another refund, so there is no call without one. */
  readonly requestId: string;
  readonly amount: PaypalMoney;
  readonly customId: string;
}

export interface SearchCall {
  readonly from: Date;
  readonly until: Date;
  /** From 1. */
  readonly page: number;
}

/** Evidence of one kind; what is said of PayPal's own refunds is told by their ids. */
export interface PaypalEvidence {
  readonly evidence_type: 'OTHER' | 'PROOF_OF_REFUND';
  readonly evidence_info?: { readonly refund_ids: readonly { readonly refund_id: string }[] };
  readonly notes?: string;
}

export interface EvidenceCall {
  readonly disputeId: string;
  readonly evidences: readonly PaypalEvidence[];
  readonly fileName: string;
  /** A PDF. */
  readonly bytes: Uint8Array;
}

export interface PaypalClient {
  refund(call: RefundCall): Promise<unknown>;
  readCapture(captureId: string): Promise<unknown>;
  readOrder(orderId: string): Promise<unknown>;
  readRefund(refundId: string): Promise<unknown>;
  /** A page of the refunds that were begun in a stretch of 31 days at most; PayPal has them within three hours. */
  searchRefunds(call: SearchCall): Promise<unknown>;
  listDisputes(captureId: string): Promise<unknown>;
  readDispute(disputeId: string): Promise<unknown>;
  /** PayPal keeps no id of such a call: done twice, the evidence is there twice. */
  provideEvidence(call: EvidenceCall): Promise<unknown>;
}

/** What calls are made with for as long as a token lasts. */
interface Session {
  readonly refunds: PaymentsController;
  readonly payments: PaymentsController;
  readonly orders: OrdersController;
  readonly transactions: TransactionSearchController;
  readonly accessToken: string;
  readonly untilMs: number;
}

export function createPaypalClient(options: PaypalClientOptions): PaypalClient {
  const agent = paypalAgent(options.standIn);
  const sessions = createSessions(options, agent);
  const host = options.environment === 'live' ? 'https://api-m.paypal.com' : 'https://api-m.sandbox.paypal.com';

  const ask = (path: string, timeoutMs: number, posted?: { readonly contentType: string; readonly body: Uint8Array }) =>
    sessions.run(async ({ accessToken }) => {
      const headers = {
        accept: 'application/json',
        authorization: `Bearer ${accessToken}`,
        ...(posted && { 'content-type': posted.contentType, 'content-length': String(posted.body.length) }),
      };
      const call = { agent, headers, timeoutMs, ...(posted && { body: posted.body }) };
      const answer = await askOverHttps(new URL(path, host), call);
      if (answer.status < 200 || answer.status > 299) throw refusalOf(answer.status, answer.headers, answer.body);
      return answer.body;
    });
  const get = (path: string) => ask(path, options.readTimeoutMs);

  return {
    refund: ({ captureId, requestId, amount, customId }) =>
      sessions.run(async ({ refunds }) =>
        bodyOf(
          refunds.refundCapturedPayment({
            captureId,
            paypalRequestId: requestId,
            prefer: 'return=representation',
            body: { amount: { currencyCode: amount.currency_code, value: amount.value }, customId },
          }),
        ),
      ),
    readCapture: (captureId) => sessions.run(({ payments }) => bodyOf(payments.getCapturedPayment({ captureId }))),
    readOrder: (id) => sessions.run(({ orders }) => bodyOf(orders.getOrder({ id }))),
    readRefund: (refundId) => sessions.run(({ payments }) => bodyOf(payments.getRefund({ refundId }))),
    searchRefunds: ({ from, until, page }) =>
      sessions.run(({ transactions }) =>
        bodyOf(
          transactions.searchTransactions({
            startDate: from.toISOString(),
            endDate: until.toISOString(),
            transactionType: refundEventCode,
            fields: 'transaction_info',
            // Pending and denied ones too, which have moved no balance.
            balanceAffectingRecordsOnly: 'N',
            pageSize: transactionsPerPage,
            page,
          }),
        ),
      ),
    listDisputes: (captureId) =>
      get(
        `/v1/customer/disputes?disputed_transaction_id=${encodeURIComponent(captureId)}&page_size=${disputesPerPage}`,
      ),
    readDispute: (disputeId) => get(disputePath(disputeId)),
    provideEvidence: ({ disputeId, ...call }) =>
      ask(`${disputePath(disputeId)}/provide-evidence`, options.timeoutMs, evidenceForm(call)),
  };
}

const disputePath = (disputeId: string): string => `/v1/customer/disputes/${encodeURIComponent(disputeId)}`;

/** Multipart, as PayPal's reference has it: what is claimed as JSON under `input`, which is no file, and the file that proves it. */
function evidenceForm({ evidences, fileName, bytes }: Omit<EvidenceCall, 'disputeId'>) {
  const form = new FormData();
  form.append('input', JSON.stringify({ evidences }), { contentType: 'application/json' });
  form.append('file1', Buffer.from(bytes), { filename: fileName, contentType: 'application/pdf' });
  return { contentType: `multipart/form-data; boundary=${form.getBoundary()}`, body: form.getBuffer() };
}

/**
 * The SDK keeps a token request that failed and fails by it for ever after, so tokens are kept here: each new one gets
 * a client of its own, over the same agent.
 */
function createSessions(options: PaypalClientOptions, agent: Agent) {
  let current: Promise<Session> | null = null;

  const forget = (session: Promise<Session>): void => {
    if (current === session) current = null;
  };

  const open = async (): Promise<Session> => {
    if (current !== null) {
      const session = await current;
      if (session.untilMs > Date.now()) return session;
    }
    const opened = openSession(options, agent);
    current = opened;
    opened.catch(() => forget(opened));
    return opened;
  };

  return {
    async run(call: (session: Session) => Promise<string>): Promise<unknown> {
      const session = await open();
      try {
        return jsonOf(await call(session));
      } catch (error) {
        // PayPal may take a token back before its time. What it refused for that was not done.
        if (!(error instanceof PaypalRefusal) || error.status !== 401) throw error;
        current = null;
        return jsonOf(await call(await open()));
      }
    },
  };
}

async function openSession(options: PaypalClientOptions, agent: Agent): Promise<Session> {
  const { Client, Environment, OrdersController, PaymentsController, TransactionSearchController } = await loadSdk();
  const credentials = { oAuthClientId: options.clientId, oAuthClientSecret: options.clientSecret };
  const settingsFor = (timeout: number) => ({
    environment: options.environment === 'live' ? Environment.Production : Environment.Sandbox,
    httpClientOptions: {
      timeout,
      httpsAgent: agent,
      // Temporal retries, and asks first what became of the last attempt.
      retryConfig: { maxNumberOfRetries: 0 },
    },
    unstable_httpClientOptions: { proxy: false, maxRedirects: 0, maxContentLength: answerBytesMax },
  });
  const { accessToken, tokenType, expiresIn } = await told(() =>
    new Client({
      ...settingsFor(options.readTimeoutMs),
      clientCredentialsAuthCredentials: credentials,
    }).clientCredentialsAuthManager.fetchToken(),
  );
  // Without its end, so that the SDK never renews it by itself.
  const oAuthToken = { accessToken, tokenType };
  const clientFor = (timeout: number) =>
    new Client({ ...settingsFor(timeout), clientCredentialsAuthCredentials: { ...credentials, oAuthToken } });
  const reader = clientFor(options.readTimeoutMs);
  return {
    refunds: new PaymentsController(clientFor(options.timeoutMs)),
    payments: new PaymentsController(reader),
    orders: new OrdersController(reader),
    transactions: new TransactionSearchController(reader),
    accessToken,
    untilMs: Date.now() + Number(expiresIn ?? 0n) * 1_000 - tokenMarginMs,
  };
}

const bodyOf = (answer: Promise<{ readonly body: unknown }>): Promise<string> =>
  told(async () => {
    const { body } = await answer;
    if (typeof body !== 'string') throw new PaypalUnanswered('unreadable_answer');
    return body;
  });

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new PaypalUnanswered('unreadable_answer');
  }
}

/** The SDK's errors carry requests and texts; what leaves here are codes. */
async function told<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof PaypalUnanswered) throw error;
    const { ApiError } = await loadSdk();
    if (error instanceof ApiError) throw refusalOf(error.statusCode, error.headers, error.body);
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code === 'ECONNABORTED' || code === 'ETIMEDOUT') throw new PaypalUnanswered('timeout');
    throw new PaypalUnanswered(typeof code === 'string' ? 'connection_lost' : 'unreadable_answer');
  }
}
