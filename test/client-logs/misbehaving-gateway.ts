/**
 * A proxy gateway that fails as it is told: a real one (proxy-chain) on a loopback port that leads to local targets by
 * the names that customers type. Who asks chooses the fault by the user that they log in as or by the host they ask for.
 */

import type { lookup } from 'node:dns';
import { Agent, Server as HttpServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type PrepareRequestFunctionOpts, type PrepareRequestFunctionResult, RequestError, Server } from 'proxy-chain';
import type { Signed } from '../../dev/authority.ts';
import type { Fault } from './gateway-faults.ts';
import { portOf, type Target } from './targets.ts';

/**
 * Taken in turn by one request after the other, and from the start again: `null` is a request that goes well. Those who
 * are given one and the same list take turns in it together.
 */
export type Faults = readonly (Fault | null)[];

export interface GatewayUser {
  readonly password: string;
  readonly faults?: Faults;
}

export interface GatewayHost {
  readonly leadsTo: Target;
  readonly faults?: Faults;
}

export interface GatewayOptions {
  /** By name. A gateway without users asks nobody who they are. */
  readonly users?: Readonly<Record<string, GatewayUser>>;
  /** By name. A host that is not among them cannot be resolved. */
  readonly hosts: Readonly<Record<string, GatewayHost>>;
  /** The gateway's own certificate, where clients are to speak TLS with it. */
  readonly tls?: Signed;
}

export interface Gateway {
  readonly port: number;
  close(): Promise<void>;
}

const httpPort = 80;

const never = new Promise<never>(() => undefined);

/** Goes into tunnels in the place of a target. */
function standIn(onTunnel: (socket: Socket) => void): HttpServer {
  const server = new HttpServer();
  server.removeAllListeners('connection');
  return server.on('connection', onTunnel);
}

const silence = standIn((socket) => void socket.resume());
const resetting = standIn((socket) => void socket.once('data', () => socket.resetAndDestroy()));

const toTarget = (target: Target, port: number): PrepareRequestFunctionResult => ({
  customConnectServer: port === httpPort ? target.http : target.https,
  httpAgent: new AgentTo(portOf(target.http)),
});

/** Leads all requests to one port, whatever the name and the port in their URL. */
class AgentTo extends Agent {
  readonly #port: number;

  constructor(port: number) {
    super();
    this.#port = port;
  }

  override createConnection(): Socket {
    return connect(this.#port, '127.0.0.1');
  }
}

const findNothing = ((hostname: string, _options: unknown, tell: (error: NodeJS.ErrnoException) => void) =>
  tell(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }))) as typeof lookup;

function fail(fault: Fault, request: IncomingMessage, isHttp: boolean): Promise<PrepareRequestFunctionResult> {
  const { socket } = request;
  switch (fault.kind) {
    case 'answer':
      throw new RequestError(fault.body, fault.status, fault.headers);
    case 'hang':
      return never;
    case 'reset':
      socket.resetAndDestroy();
      return never;
    case 'garbage':
      socket.end('\u0015\u0003\u0001\u0000\u0002\u0002P');
      return never;
    case 'tunnel-hang':
      return isHttp ? never : Promise.resolve({ customConnectServer: silence });
    case 'tunnel-reset':
      return isHttp ? fail({ kind: 'reset' }, request, isHttp) : Promise.resolve({ customConnectServer: resetting });
    case 'unresolvable':
      // An exit that cannot be found makes proxy-chain say what it says of any name that it cannot resolve.
      return Promise.resolve({ upstreamProxyUrl: 'http://exit.invalid:8080', dnsLookup: findNothing });
  }
}

/** Whose turn it is among the faults of a user or host. */
function takeTurns(): (faults: Faults | undefined) => Fault | null {
  const taken = new Map<Faults, number>();
  return (faults = []) => {
    const turn = taken.get(faults) ?? 0;
    taken.set(faults, turn + 1);
    return faults[turn % faults.length] ?? null;
  };
}

export async function startGateway({ users, hosts, tls }: GatewayOptions): Promise<Gateway> {
  const turnOf = takeTurns();
  const prepare = async (asked: PrepareRequestFunctionOpts): Promise<PrepareRequestFunctionResult> => {
    const user = users?.[asked.username];
    if (users !== undefined && user?.password !== asked.password) return { requestAuthentication: true };
    const host = hosts[asked.hostname];
    const fault =
      host === undefined ? { kind: 'unresolvable' as const } : (turnOf(user?.faults) ?? turnOf(host.faults));
    if (fault !== null) return await fail(fault, asked.request, asked.isHttp);
    return host === undefined ? {} : toTarget(host.leadsTo, asked.port);
  };
  const settings = { port: 0, host: '127.0.0.1', prepareRequestFunction: prepare };
  const server = new Server(tls ? { ...settings, serverType: 'https', httpsOptions: tls } : settings);
  await server.listen();
  return { port: server.port, close: () => server.close(true) };
}
