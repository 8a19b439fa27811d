/**
 * Which targets the desk may have tried: what a customer names is looked up here and refused where it leads anywhere but
 * to the public net, to a port that is not allowed, or to what is the seller's own. The desk itself never connects to a
 * target; the gateway does.
 */

import { promises as dns } from 'node:dns';
import { isIP } from 'node:net';
import { type ProbePorts, type ProbeTargets, readProbeTarget, type TargetRefusal } from '../domain/probe.ts';
import { isInRanges, isPublicAddress, rangeList } from './probe-ranges.ts';

export interface TargetSettings {
  readonly ports: ProbePorts;
  /** Allowed although they are not of the public net. */
  readonly allowedRanges: readonly string[];
  readonly deniedRanges: readonly string[];
  /** With every name below them. */
  readonly deniedHosts: readonly string[];
  /** Addresses of names that no name server knows. */
  readonly names: Readonly<Record<string, string>>;
}

const lookUpMsMax = 5_000;

export type LookUp = (host: string) => Promise<readonly string[]>;

/** As the system resolves, its own hosts file included, so that an inner name shows its inner address. */
const systemLookUp: LookUp = async (host) => (await dns.lookup(host, { all: true })).map(({ address }) => address);

/** `lookUp` fails where a name has no address. It is asked once for a target, and its answer is what is judged. */
export function createProbeTargets(settings: TargetSettings, lookUp: LookUp = systemLookUp): ProbeTargets {
  const allowed = rangeList(settings.allowedRanges);
  const denied = rangeList(settings.deniedRanges);

  const refusalOf = (addresses: readonly string[]): TargetRefusal | null => {
    if (addresses.length === 0) return 'unknown_name';
    if (addresses.some((address) => isInRanges(denied, address))) return 'denied';
    // One inner address among public ones is enough: nobody knows which of them the gateway takes.
    return addresses.every((address) => isPublicAddress(address) || isInRanges(allowed, address)) ? null : 'private';
  };

  const addressesOf = async (host: string): Promise<readonly string[]> => {
    if (isIP(host) !== 0) return [host];
    const named = settings.names[host];
    return named === undefined ? withinTime(lookUp(host)) : [named];
  };

  return {
    async admit(named, isPlain) {
      const read = readProbeTarget(named, isPlain);
      if (read === null || isOddNumber(read.host)) return { refused: 'unreadable' };
      const spoken = settings.ports.get(read.port);
      if (spoken === undefined) return { refused: 'port' };
      if (settings.deniedHosts.some((host) => read.host === host || read.host.endsWith(`.${host}`)))
        return { refused: 'denied' };
      const addresses = await addressesOf(read.host);
      const refused = refusalOf(addresses);
      const [address] = addresses;
      if (refused !== null || address === undefined) return { refused: refused ?? 'unknown_name' };
      return { ...read, tls: spoken === 'tls', address };
    },
  };
}

/** Decimal, octal, hexadecimal and short forms of addresses, which many programs read and each in its own way. */
function isOddNumber(host: string): boolean {
  if (isIP(host) !== 0) return false;
  try {
    return isIP(new URL(`http://${host}/`).hostname) !== 0;
  } catch {
    return true;
  }
}

async function withinTime(asked: Promise<readonly string[]>): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), lookUpMsMax);
  });
  try {
    return await Promise.race([asked.catch(() => []), late]);
  } finally {
    clearTimeout(timer);
  }
}
