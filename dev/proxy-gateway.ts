/**
 * A gateway of the demo seller's, and websites behind it, for the desk's own tests of a plan: a real proxy that lets the
 * seller's test account through to a shop that works, a site that does not want visitors from proxies, and one whose
 * exit is dead. Leaves the settings by which a worker finds it. For tests and the embedded stack only.
 */

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Server as HttpServer, type RequestListener } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { type PrepareRequestFunctionResult, RequestError, Server } from 'proxy-chain';
import { makeAuthority, type Signed } from './authority.ts';
import type { SandboxServer } from './sandbox-server.ts';

export interface ProxyGatewayOptions {
  /** Where the worker's settings are left, with the test account in them. */
  readonly settingsFile: string;
  /** Where the authority of the websites is left, in PEM. */
  readonly caFile: string;
  readonly planKinds: readonly string[];
  /** Plans of which every exit is dead. */
  readonly deadKinds?: readonly string[];
}

interface Site {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

const works: Site = { status: 200, headers: { server: 'nginx' } };

/** By the names that demo customers type; `null`: the exit to it is dead. */
export const demoSites: Readonly<Record<string, Site | null>> = {
  'shop.example': works,
  'www.shop.example': works,
  'shop.example.com': works,
  'tickets.example': { status: 403, headers: { server: 'cloudflare', 'cf-mitigated': 'challenge' } },
  'down.example': null,
};

/** Of plans that work, and of those whose exits are dead. */
const usernames = { works: 'seller-probe', dead: 'seller-probe-dead' } as const;
const httpPort = 80;

export function createProxyGateway(options: ProxyGatewayOptions): SandboxServer {
  const password = randomBytes(12).toString('hex');
  let server: Server | undefined;
  return {
    async listen(port) {
      const { ca, certify } = await makeAuthority('Refund Desk demo websites');
      const sites = openSites(await certify(Object.keys(demoSites)));
      server = new Server({
        port,
        host: '127.0.0.1',
        prepareRequestFunction: ({ username: user, password: secret, hostname, port: asked, isHttp }) => {
          const isKnown = user === usernames.works || user === usernames.dead;
          if (!isKnown || secret !== password) return { requestAuthentication: true };
          if (isHttp) throw new RequestError('This demo gateway takes CONNECT alone.', 405);
          return user === usernames.dead ? { customConnectServer: resetting } : wayTo(sites, hostname, asked);
        },
      });
      await server.listen();
      writeFileSync(options.caFile, ca);
      const settings = settingsOf(options, { port: server.port, password });
      writeFileSync(options.settingsFile, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
      return server.port;
    },
    async close() {
      await server?.close(true);
    },
  };
}

function settingsOf(
  { planKinds, deadKinds = [], caFile }: ProxyGatewayOptions,
  { port, password }: { readonly port: number; readonly password: string },
): object {
  const gatewayOf = (username: string) => (planKind: string) => ({
    planKind,
    host: '127.0.0.1',
    connectPort: port,
    username,
    password,
  });
  return {
    gateways: [...planKinds.map(gatewayOf(usernames.works)), ...deadKinds.map(gatewayOf(usernames.dead))],
    // The demo's websites are on this machine, and no name server knows them.
    allowRanges: ['127.0.0.0/8'],
    names: Object.fromEntries(Object.keys(demoSites).map((name) => [name, '127.0.0.1'])),
    // A day may last a second here.
    perTargetPerHour: 3_600,
    caFile,
  };
}

type Sites = ReadonlyMap<string, { readonly http: HttpServer; readonly https: HttpServer }>;

/** They listen nowhere: tunnels lead into them. */
function openSites(identity: Signed): Sites {
  const entries = Object.entries(demoSites).map(([name, site]) => {
    if (site === null) return [name, { http: resetting, https: resetting }] as const;
    const answer: RequestListener = (_request, response) => {
      response.writeHead(site.status, { ...site.headers }).end();
    };
    return [name, { http: new HttpServer(answer), https: new HttpsServer(identity, answer) }] as const;
  });
  return new Map(entries);
}

/** In the place of a target that no exit reaches. */
const resetting = new HttpServer()
  .removeAllListeners('connection')
  .on('connection', (socket: Socket) => void socket.once('data', () => socket.resetAndDestroy()));

function wayTo(sites: Sites, hostname: string, port: number): PrepareRequestFunctionResult {
  const site = sites.get(hostname);
  if (site === undefined) throw new RequestError('host not found', 502);
  return { customConnectServer: port === httpPort ? site.http : site.https };
}
