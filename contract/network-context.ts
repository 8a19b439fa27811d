/** Where and when a fault was seen on the net (RP-4.1): hosts and addresses only, never what was fetched (PV-2.1). */

import { z } from 'zod';
import { proxyProtocols, readTarget } from '../domain/network-context.ts';
import { egressSchema } from './network-places.ts';
import { instantSchema } from './wire.ts';

/** A host name, with an optional port, scheme and path before which the host stands; kept as host and port alone. */
const targetSchema = z
  .string()
  .max(2_000, 'expected at most 2000 characters')
  .transform((text, context) => {
    const target = readTarget(text);
    if (target !== null) return target;
    context.addIssue({ code: 'custom', message: 'expected a host or an address such as https://example.com/' });
    return z.NEVER;
  });

const timeSchema = z
  .object({ from: instantSchema, until: instantSchema })
  .strict()
  .refine(({ from, until }) => Date.parse(from) <= Date.parse(until), {
    path: ['until'],
    message: 'expected an instant that is not before `from`',
  });

export const networkContextSchema = z
  .object({
    targets: z
      .array(targetSchema)
      .min(1, 'expected at least one host')
      .max(50, 'expected at most 50 hosts')
      .meta({ description: 'Hosts that could not be reached; of an address only host and port are kept.' }),
    times: z
      .array(timeSchema)
      .min(1, 'expected at least one range of time')
      .max(50, 'expected at most 50 ranges of time')
      .meta({ description: 'When it was seen, in UTC; ranges that touch are kept as one.' }),
    egress: z
      .array(egressSchema)
      .min(1, 'expected at least one address')
      .max(50, 'expected at most 50 addresses')
      .meta({ description: 'Proxy exits that were used: IPv4 or IPv6 addresses or CIDR ranges.' }),
    protocol: z.enum(proxyProtocols),
    client: z
      .object({
        name: z.string().min(1).max(200),
        version: z.string().max(100).optional(),
        configuration: z.string().max(4_000).optional(),
      })
      .strict(),
  })
  .strict()
  .meta({ id: 'NetworkContext' });

/** As it is kept and shown: hosts without paths. */
export const networkContextShownSchema = z
  .object({
    targets: z.array(z.string()),
    times: z.array(z.object({ from: instantSchema, until: instantSchema })),
    egress: z.array(z.string()),
    protocol: z.enum(proxyProtocols),
    client: z.object({ name: z.string(), version: z.string().optional(), configuration: z.string().optional() }),
  })
  .meta({ id: 'NetworkContextShown' });
