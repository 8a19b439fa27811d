/**
 * Tools of other makers that stand beside the proxy (RP-3.4): solvers of captchas and browsers that hide fingerprints,
 * told by the hosts of their own interfaces as their makers publish them. Pure. One that fails says nothing of the proxy.
 */

import type { Answer, Attempt } from './attempt.ts';

/** A host is the tool's where it is one of these or lies under it. */
const toolHosts = [
  // Solvers: 2Captcha, Anti-Captcha, CapSolver, CapMonster Cloud, DeathByCaptcha.
  '2captcha.com',
  'rucaptcha.com',
  'anti-captcha.com',
  'capsolver.com',
  'capmonster.cloud',
  'deathbycaptcha.com',
  // Browsers: AdsPower’s local interface, Multilogin’s launcher, GoLogin, Dolphin{anty}.
  'adspower.net',
  'mlx.yt',
  'gologin.com',
  'dolphin-anty-api.com',
] as const;

export function isToolHost(target: Attempt['target']): boolean {
  const host = target?.replace(/:\d+$/, '');
  return host !== undefined && toolHosts.some((known) => host === known || host.endsWith(`.${known}`));
}

/** Solvers answer 200 and name what failed, in the form that 2Captcha and Anti-Captcha share. */
const failureCode = /"errorCode"\s*:\s*"ERROR_[A-Z_]+"|^ERROR_[A-Z_]+\s*$/m;

export const isToolFailure = ({ status, excerpt }: Answer): boolean => status >= 400 || failureCode.test(excerpt);
