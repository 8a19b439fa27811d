/**
 * A real browser over a desk, as people have it. Whatever a page writes to its console as a fault, any request that goes
 * elsewhere, and any break of the policy fails the suite that looks.
 */

import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../dev/chromium.ts';
import { patienceMs } from './patience.ts';
import type { Person } from './people.ts';

export interface Browser {
  /** A window of its own, with cookies of its own; `person` is signed in already. */
  visit(person: Person | null, options?: VisitOptions): Promise<Page>;
  /** Closes all windows, and tells what went wrong in them that no reader may see happen; empty where all was sound. */
  leave(): Promise<string[]>;
  close(): Promise<void>;
}

export interface VisitOptions
  extends Pick<BrowserContextOptions, 'colorScheme' | 'viewport' | 'locale' | 'timezoneId'> {
  /** Refusals and lost connections that the test itself brings about. */
  readonly expects?: RegExp;
}

const wide = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

const preset = { colorScheme: 'light', locale: 'en-GB', timezoneId: 'Europe/Berlin', viewport: wide } as const;

export async function openBrowser(deskUrl: string): Promise<Browser> {
  const executablePath = findChromium(process.env);
  if (executablePath === null) throw new Error('there is no Chromium: npm test provides it');
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args });
  const faults: string[] = [];
  const windows: BrowserContext[] = [];
  return {
    visit: async (person, { expects, ...options } = {}) => {
      const context = await browser.newContext({ ...preset, reducedMotion: 'reduce', ...options, baseURL: deskUrl });
      windows.push(context);
      context.setDefaultTimeout(patienceMs);
      if (person) await context.addCookies(cookiesOf(person, deskUrl));
      const page = await context.newPage();
      watch(page, deskUrl, (fault) => {
        if (!expects?.test(fault)) faults.push(fault);
      });
      return page;
    },
    leave: async () => {
      for (const each of windows.splice(0)) await each.close();
      return faults.splice(0);
    },
    close: () => browser.close(),
  };
}

const cookiesOf = (person: Person, url: string) =>
  person.cookie.split('; ').map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url, httpOnly: true, sameSite: 'Lax' as const };
  });

function watch(page: Page, deskUrl: string, report: (fault: string) => void): void {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') report(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (fault) => report(`thrown: ${fault.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(deskUrl) && !request.url().startsWith('blob:')) report(`asked: ${request.url()}`);
  });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** What breaks WCAG 2.2 AA or a best practice on the page as it stands: rule, element, and what would mend it. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const results: AxeResults = await page.evaluate('axe.run()');
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${help}\n${html}\n${failureSummary}`),
  );
}

const pictures = process.env['PICTURES'] ?? fileURLToPath(new URL('../../build/pictures/', import.meta.url));

/** Keeps a picture of the window in `build/pictures/`; `npm run pictures` in `docs/pictures/`, for the README. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });
}
