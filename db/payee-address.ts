/** A payee's address as columns, read as the address that they are. */

import { z } from 'zod';
import type { BankAddress } from '../domain/bank.ts';

export const payeeAddressColumns = {
  street_name: z.string().nullable(),
  building_number: z.string().nullable(),
  post_code: z.string().nullable(),
  town_name: z.string().nullable(),
};

/** In the payee's country; `null` where none was told. */
export function payeeAddressOf(
  row: z.output<z.ZodObject<typeof payeeAddressColumns>>,
): Omit<BankAddress, 'country'> | null {
  const { street_name: streetName, building_number: buildingNumber, post_code: postCode, town_name: townName } = row;
  if (townName === null) return null;
  return {
    ...(streetName === null ? {} : { streetName }),
    ...(buildingNumber === null ? {} : { buildingNumber }),
    ...(postCode === null ? {} : { postCode }),
    townName,
  };
}
