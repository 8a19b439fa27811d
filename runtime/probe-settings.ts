/** What the probes of this process go by: the operator's document, and what of the desk's own is never tried. */

import { readFileSync } from 'node:fs';
import { noProbes, type ProbeSettings, ProbeSettingsWrong, readProbeSettings } from '../providers/probe-gateways.ts';
import { CannotStart } from './cannot-start.ts';
import type { Config } from './config.ts';

export interface ProbeOutside extends Omit<ProbeSettings, 'caFile'> {
  /** In PEM. */
  readonly ca: string | undefined;
}

/** Throws `CannotStart` where the document, or what it names, cannot be read; values of it are never told. */
export function readProbes(config: Config): ProbeOutside {
  if (config.PROBES_FILE === '') return { ...noProbes, ca: undefined };
  const text = fileAt(config.PROBES_FILE, 'PROBES_FILE');
  try {
    const { caFile, ...settings } = readProbeSettings(text, {
      inProduction: config.NODE_ENV === 'production',
      ownHosts: ownHosts(config),
    });
    return { ...settings, ca: caFile === null ? undefined : fileAt(caFile, 'caFile') };
  } catch (fault) {
    if (fault instanceof ProbeSettingsWrong) throw new CannotStart(`PROBES_FILE: ${fault.message}`);
    throw fault;
  }
}

function fileAt(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new CannotStart(`${name} names a file that cannot be read.`);
  }
}

/** With whom the desk itself talks. */
function ownHosts(config: Config): string[] {
  const urls = [
    config.PUBLIC_URL,
    config.TEMPORAL_UI_URL,
    config.DATABASE_URL.reveal(),
    `tcp://${config.TEMPORAL_ADDRESS}`,
    config.SMTP_URL.reveal(),
    config.SHOP_API_URL,
    config.SCREENING_API_URL,
    config.OTEL_EXPORTER_OTLP_ENDPOINT,
  ];
  return urls.flatMap((url) => {
    const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
    return host === '' ? [] : [host.toLowerCase()];
  });
}
