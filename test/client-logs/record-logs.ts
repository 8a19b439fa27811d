/**
 * Records what real HTTP clients say when a gateway, a target, an account or their own setup fails: `npm run client-logs`,
 * or with names of clients and scenarios for some of them. The readers of logs are tested against what stands here.
 */

import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeAuthority, type Signed } from '../../dev/authority.ts';
import { findFreePort } from '../../dev/ports.ts';
import { type Client, clients, layWorkshop, versionsOf } from './clients.ts';
import { type GatewayHost, startGateway } from './misbehaving-gateway.ts';
import { hideMachine, runClient } from './run-client.ts';
import { type Doors, type Scenario, scenarios } from './scenarios.ts';
import { startTarget } from './targets.ts';

const user = 'customer-7';
const password = 's3cret-pass';
const names = ['shop.example', '*.shop.example', 'tickets.example', 'api.2captcha.com', 'api.capsolver.com'];
const recorded = fileURLToPath(new URL('recorded', import.meta.url));

interface Identities {
  /** By the authority that clients trust. */
  readonly target: Signed;
  /** By one that they do not. */
  readonly inspected: Signed;
  readonly gateway: Signed;
}

async function makeIdentities(workshop: string): Promise<Identities> {
  const trusted = await makeAuthority('Example Test Root CA');
  const unknown = await makeAuthority('Antivirus Web Shield Root');
  writeFileSync(join(workshop, 'ca.pem'), trusted.ca);
  const inspected = await unknown.certify(names);
  return {
    target: await trusted.certify(names),
    // As antiviruses do, with the root in the chain.
    inspected: { ...inspected, cert: `${inspected.cert.trim()}\n${unknown.ca}` },
    gateway: await unknown.certify(['gate.example']),
  };
}

/** Each client has its own way to be told whom to trust. */
function trust(workshop: string, { cert }: Signed): Record<string, string> {
  const file = join(workshop, 'ca.pem');
  const key = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
  const hash = createHash('sha256').update(key).digest('base64');
  return {
    CURL_CA_BUNDLE: file,
    SSL_CERT_FILE: file,
    REQUESTS_CA_BUNDLE: file,
    NODE_EXTRA_CA_CERTS: file,
    CHROMIUM_FLAGS: `--ignore-certificate-errors-spki-list=${hash}`,
  };
}

/** The places of one scenario: its targets, and a gateway before them that speaks TLS and one that does not. */
async function at(scenario: Scenario, identities: Identities, body: (doors: Doors) => Promise<void>): Promise<void> {
  const identity = scenario.inspected ? identities.inspected : identities.target;
  const hosts: Record<string, GatewayHost> = {};
  for (const [name, { answer, faults }] of Object.entries(scenario.hosts))
    hosts[name] = { leadsTo: await startTarget(answer, identity), faults };
  const users = { [user]: { password } };
  const plain = await startGateway({ users, hosts });
  const tls = await startGateway({ users, hosts, tls: identities.gateway });
  try {
    await body({ plain: plain.port, tls: tls.port, nobody: await findFreePort() });
  } finally {
    for (const open of [plain, tls, ...Object.values(hosts).map(({ leadsTo }) => leadsTo)]) await open.close();
  }
}

const isPlayedTo = ({ plainProxyOnly, trustsAll }: Client, { needs }: Scenario): boolean =>
  !(needs === 'trust' && trustsAll) && !(needs === 'tls-proxy' && plainProxyOnly);

async function record(workshop: string, client: Client, scenario: Scenario, identities: Identities): Promise<void> {
  const hide = hideMachine(workshop);
  const har = join(workshop, 'har.json');
  const environment = { ...trust(workshop, identities.target), HAR_FILE: har };
  const keep = (name: string, text: string): void => {
    writeFileSync(join(recorded, client.name, name), hide(text));
    process.stdout.write(`${client.name}/${name}: ${text.length} bytes\n`);
  };
  await at(scenario, identities, async (doors) => {
    let said = '';
    for (const [run, [scheme, place]] of scenario.proxies(doors).entries()) {
      const proxy = `${scheme}://${user}:${scenario.password ?? password}@${place}`;
      said += await runClient(workshop, client.command, { proxy, urls: scenario.urls, environment });
      if (!client.hasHar) continue;
      keep(`${scenario.name}${run === 0 ? '' : `-${run + 1}`}.har`, readFileSync(har, 'utf8'));
      rmSync(har);
    }
    keep(`${scenario.name}.${client.ending}`, said);
  });
}

const asked = process.argv.slice(2);
const chosen = <Named extends { readonly name: string }>(all: readonly Named[]): readonly Named[] =>
  all.some(({ name }) => asked.includes(name)) ? all.filter(({ name }) => asked.includes(name)) : all;

const workshop = mkdtempSync(join(tmpdir(), 'client-logs-'));
try {
  const identities = await makeIdentities(workshop);
  layWorkshop(workshop, chosen(clients));
  for (const client of chosen(clients)) {
    const folder = join(recorded, client.name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'versions.json'), `${JSON.stringify(versionsOf(workshop, client), null, 2)}\n`);
    for (const scenario of chosen(scenarios)) {
      if (isPlayedTo(client, scenario)) await record(workshop, client, scenario, identities);
    }
  }
} finally {
  rmSync(workshop, { recursive: true });
}
