/** Ways in which a gateway can fail, and the answers of a gateway that refuses, as its customers get them. */

export type Fault =
  /** The gateway answers instead of the target. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** The request is read and never answered. */
  | { readonly kind: 'hang' }
  /** The request is read, and the connection is reset. */
  | { readonly kind: 'reset' }
  /** The request is answered with what is no HTTP. */
  | { readonly kind: 'garbage' }
  /** The tunnel is granted, and nothing comes out of it. A request without a tunnel hangs. */
  | { readonly kind: 'tunnel-hang' }
  /** The tunnel is granted, and reset as soon as something is sent into it. A request without a tunnel is reset. */
  | { readonly kind: 'tunnel-reset' }
  /** Nobody can resolve the name behind the gateway. */
  | { readonly kind: 'unresolvable' };

const json = { 'content-type': 'application/json' };

const refusal = (status: number, code: string, message: string): Fault => ({
  kind: 'answer',
  status,
  headers: { ...json, 'x-proxy-error': code },
  body: `${JSON.stringify({ error: code, message })}\n`,
});

export const gatewayAnswers = {
  badGateway: { kind: 'answer', status: 502, body: 'No exit is available for this session.' },
  unavailable: { kind: 'answer', status: 503, headers: { 'retry-after': '5' }, body: 'The gateway is overloaded.' },
  planExpired: refusal(407, 'plan-expired', 'Your plan expired on 2026-11-28. Renew it to go on.'),
  planUnpaid: refusal(402, 'plan-expired', 'Your plan expired on 2026-11-28. Renew it to go on.'),
  capReached: refusal(403, 'traffic-cap-reached', 'The traffic cap of your plan is reached: 50 GB of 50 GB used.'),
  capUnpaid: refusal(402, 'traffic-cap-reached', 'The traffic cap of your plan is reached: 50 GB of 50 GB used.'),
} as const satisfies Record<string, Fault>;
