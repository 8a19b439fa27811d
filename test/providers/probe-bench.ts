/** A seller's gateways that fail as they are told, by HTTP CONNECT and by SOCKS5, before websites of one authority. */

import { makeAuthority } from '../../dev/authority.ts';
import type { AdmittedTarget, ProbeGateway } from '../../domain/probe.ts';
import type { Fault } from '../client-logs/gateway-faults.ts';
import { type GatewayHost, startGateway } from '../client-logs/misbehaving-gateway.ts';
import { type SocksFault, type SocksHost, startSocksGateway } from '../client-logs/misbehaving-socks.ts';
import { type Answer, targetAnswers } from '../client-logs/target-answers.ts';
import { startTarget, type Target } from '../client-logs/targets.ts';

export const testAccount = { username: 'seller-probe', password: 'pr0be-s3cret' };
/** An exit as a gateway tells it. */
export const exit = '8.8.4.4';

export interface Site {
  readonly answer?: Answer;
  readonly fault?: Fault;
  readonly socks?: SocksFault;
  /** Its certificate is by an authority that nobody trusts. */
  readonly inspected?: true;
}

export interface ProbeBench {
  readonly ca: string;
  readonly ports: { readonly connect: number; readonly socks5: number };
  readonly tlsPort: number;
  /** Names that the SOCKS5 gateway was asked for. */
  readonly asked: readonly string[];
  gateway(given?: Partial<ProbeGateway>): ProbeGateway;
  close(): Promise<void>;
}

export const targetOf = (host: string, port = 443, address = '127.0.0.1'): AdmittedTarget => ({
  host,
  port,
  tls: port === 443,
  address,
});

export async function startProbeBench(sites: Readonly<Record<string, Site>>): Promise<ProbeBench> {
  const trusted = await makeAuthority('Example Test Root CA');
  const unknown = await makeAuthority('Some Other Root');
  const names = Object.keys(sites);
  const identity = await trusted.certify(names);
  const inspected = await unknown.certify(names);
  const targets: Target[] = [];
  const hosts: Record<string, GatewayHost> = {};
  const socksHosts: Record<string, SocksHost> = {};
  for (const [name, site] of Object.entries(sites)) {
    const leadsTo = await startTarget(site.answer ?? targetAnswers.works, site.inspected ? inspected : identity);
    targets.push(leadsTo);
    hosts[name] = { leadsTo, faults: site.fault ? [site.fault] : [] };
    socksHosts[name] = { leadsTo, ...(site.socks ? { fault: site.socks } : {}) };
  }
  const users = { [testAccount.username]: { password: testAccount.password } };
  const plain = await startGateway({ users, hosts });
  const tls = await startGateway({ users, hosts, tls: await trusted.certify(['localhost']) });
  const socks = await startSocksGateway({ ...testAccount, hosts: socksHosts, egress: exit });
  const ports = { connect: plain.port, socks5: socks.port };
  return {
    ca: trusted.ca,
    ports,
    tlsPort: tls.port,
    asked: socks.asked,
    gateway: (given = {}) => ({
      host: '127.0.0.1',
      ports,
      tls: false,
      login: () => testAccount,
      egressHeader: null,
      asks: 'name',
      ...given,
    }),
    async close() {
      for (const open of [plain, tls, socks, ...targets]) await open.close();
    },
  };
}
