/** Places and exits on the net, as orders, tickets and incidents name them. */

import { z } from 'zod';
import { parseRange } from '../domain/address-range.ts';

const addressSchemas = [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()];

export const egressSchema = z
  .string()
  .max(64)
  .refine(
    (text) => addressSchemas.some((schema) => schema.safeParse(text).success) && parseRange(text) !== null,
    'expected an IPv4 or IPv6 address or a CIDR range',
  );

/** Kept in capitals, so that one place has one code. */
export const placeSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected a country of ISO 3166-1 alpha-2 or a code of the shop’s own')
  .transform((code) => code.toUpperCase())
  .meta({ description: 'A country of ISO 3166-1 alpha-2, such as `DE`, or a code of the shop’s own.' });
