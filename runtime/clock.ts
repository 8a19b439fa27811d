/** The desk's clock from its configuration: the one place that asks the machine for the time a rule sees. */

import { type Clock, pacedInstant } from '../domain/clock.ts';
import type { Config } from './config.ts';

export function createClock(config: Pick<Config, 'CLOCK_START' | 'CLOCK_PACE'>): Clock {
  if (config.CLOCK_PACE === 1) return { now: () => new Date() };
  const setting = { startMs: Date.parse(config.CLOCK_START), pace: config.CLOCK_PACE };
  return { now: () => pacedInstant(setting, Date.now()), setting };
}
