/** A gateway of the seller's whose exits for mobile plans are dead, for the tour's life of such a plan. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProxyGateway } from '../../dev/proxy-gateway.ts';
import { mobile } from '../../dev/tour-goods.ts';

export interface DeadExits {
  /** What a desk is told of it by. */
  readonly environment: { readonly PROBES_FILE: string };
  close(): Promise<void>;
}

export async function openDeadExits(): Promise<DeadExits> {
  const folder = mkdtempSync(join(tmpdir(), 'refund-desk-tour-'));
  const settingsFile = join(folder, 'probes.json');
  const caFile = join(folder, 'ca.pem');
  const gateway = createProxyGateway({ settingsFile, caFile, planKinds: [], deadKinds: [mobile.kind] });
  await gateway.listen(0);
  return {
    environment: { PROBES_FILE: settingsFile },
    async close() {
      await gateway.close();
      rmSync(folder, { recursive: true });
    },
  };
}
