/** The seller's gateways with their test accounts, from a document that the operator writes (docs/operations/probes.md). */

import { z } from 'zod';
import { type ProbeGateway, type ProbeGateways, protocolsOf } from '../domain/probe.ts';
import { isPublicAddress } from './probe-ranges.ts';
import type { TargetSettings } from './probe-targets.ts';

const port = z.number().int().min(1).max(65_535);

const hostName = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,253}$/, 'expected a host name or an address')
  .transform((text) => text.toLowerCase());

const range = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'expected an address or a range in CIDR');

const gatewaySchema = z
  .object({
    planKind: z.string().min(1).max(100),
    place: z.string().min(1).max(100).optional(),
    host: hostName,
    connectPort: port.optional(),
    socks5Port: port.optional(),
    tls: z.boolean().default(false),
    username: z.string().min(1).max(255).optional(),
    password: z.string().max(255).optional(),
    egressHeader: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,100}$/, 'expected the name of a header')
      .transform((text) => text.toLowerCase())
      .optional(),
    asks: z.enum(['name', 'address']).default('name'),
  })
  .strict()
  .refine(({ connectPort, socks5Port }) => connectPort !== undefined || socks5Port !== undefined, {
    path: ['connectPort'],
    message: 'is needed, or socks5Port',
  })
  .refine(({ username, password }) => (username === undefined) === (password === undefined), {
    path: ['password'],
    message: 'goes with username, and neither without the other',
  });

const documentSchema = z
  .object({
    gateways: z.array(gatewaySchema),
    ports: z
      .record(z.string().regex(/^\d{1,5}$/, 'expected a port'), z.enum(['plain', 'tls']))
      .default({ 80: 'plain', 443: 'tls' }),
    perTargetPerHour: z.number().int().min(1).max(3_600).default(60),
    denyHosts: z.array(hostName).default([]),
    denyRanges: z.array(range).default([]),
    allowRanges: z.array(range).default([]),
    names: z.record(hostName, z.union([z.ipv4(), z.ipv6()])).default({}),
    caFile: z.string().min(1).optional(),
  })
  .strict()
  .superRefine(({ gateways }, context) => {
    const seen = new Set<string>();
    for (const [index, { planKind, place }] of gateways.entries()) {
      const key = JSON.stringify([planKind, place ?? null]);
      if (seen.has(key))
        context.addIssue({
          code: 'custom',
          path: ['gateways', index],
          message: 'stands for a plan that has one already',
        });
      seen.add(key);
    }
  });

/** What is wrong with the document, by place; never what stands there. */
export class ProbeSettingsWrong extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`the probes’ settings have ${problems.length} problem(s): ${problems.join('; ')}`);
    this.name = 'ProbeSettingsWrong';
    this.problems = problems;
  }
}

export interface ProbeSettings {
  readonly gateways: ProbeGateways;
  readonly targets: TargetSettings;
  /** Over all tickets, for one host. */
  readonly perTargetPerHour: number;
  readonly caFile: string | null;
}

export const noProbes: ProbeSettings = readProbeSettings('{"gateways":[]}', { inProduction: true, ownHosts: [] });

/**
 * `ownHosts`: the desk's own neighbours, which are never tried. In production no range is allowed that is not of the
 * public net, and no name has an address of its own. Throws `ProbeSettingsWrong`.
 */
export function readProbeSettings(
  text: string,
  { inProduction, ownHosts }: { readonly inProduction: boolean; readonly ownHosts: readonly string[] },
): ProbeSettings {
  const parsed = documentSchema.safeParse(jsonOf(text));
  if (!parsed.success)
    throw new ProbeSettingsWrong(
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the document'} ${message}`),
    );
  const document = parsed.data;
  const wide = document.allowRanges.filter((one) => !isPublicAddress(one.split('/')[0] ?? ''));
  if (inProduction && wide.length > 0)
    throw new ProbeSettingsWrong(['allowRanges must name no inner range in production']);
  if (inProduction && Object.keys(document.names).length > 0)
    throw new ProbeSettingsWrong(['names must be empty in production']);
  const gateways = document.gateways.map(gatewayOf);
  return {
    gateways: gatewaysOf(gateways),
    targets: {
      ports: new Map(Object.entries(document.ports).map(([digits, spoken]) => [Number(digits), spoken])),
      allowedRanges: document.allowRanges,
      deniedRanges: document.denyRanges,
      deniedHosts: [...document.denyHosts, ...ownHosts, ...gateways.map(({ gateway }) => gateway.host)],
      names: document.names,
    },
    perTargetPerHour: document.perTargetPerHour,
    caFile: document.caFile ?? null,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProbeSettingsWrong(['the document is no JSON']);
  }
}

interface Placed {
  readonly kind: string;
  readonly place: string | null;
  readonly gateway: ProbeGateway;
}

function gatewayOf(given: z.output<typeof gatewaySchema>): Placed {
  const { planKind, place, host, connectPort, socks5Port, tls, username, password, egressHeader, asks } = given;
  const login = username === undefined || password === undefined ? null : { username, password };
  const ports = {
    ...(connectPort === undefined ? {} : { connect: connectPort }),
    ...(socks5Port === undefined ? {} : { socks5: socks5Port }),
  };
  return {
    kind: planKind,
    place: place ?? null,
    gateway: { host, ports, tls, login: () => login, egressHeader: egressHeader ?? null, asks },
  };
}

function gatewaysOf(placed: readonly Placed[]): ProbeGateways {
  const at = (kind: string, place: string | null): ProbeGateway | null =>
    placed.find((one) => one.kind === kind && one.place === place)?.gateway ?? null;
  return {
    find: ({ kind, place }) => (place === null ? null : at(kind, place)) ?? at(kind, null),
    list: () => placed.map(({ kind, place, gateway }) => ({ kind, place, protocols: protocolsOf(gateway) })),
  };
}
