/** The desk's clock for rules, as arithmetic: `start + (real − start) × pace`. Pure; the real instant is handed in. */

export interface Clock {
  /** The desk's present instant, in UTC. */
  now(): Date;
  /** Left out where it is the machine's own: pace 1. */
  readonly setting?: ClockSetting;
}

export interface ClockSetting {
  /** The real instant, in epoch milliseconds, from which the desk's time runs at its own pace. */
  readonly startMs: number;
  /** Desk seconds per real second; production accepts 1 only. */
  readonly pace: number;
}

/** The machine's own time. */
export const realClock: ClockSetting = { startMs: 0, pace: 1 };

/** How long, in real milliseconds, until the desk's clock shows the instant; 0 where it has come. */
export const realMsUntil = (setting: ClockSetting, instant: Date, realMs: number): number =>
  Math.max(0, Math.ceil((instant.getTime() - pacedInstant(setting, realMs).getTime()) / setting.pace));

/** The real instant at which the desk's clock showed the given one. */
export const realInstant = (setting: ClockSetting, instant: Date): Date =>
  new Date(Math.round(setting.startMs + (instant.getTime() - setting.startMs) / setting.pace));

export const pacedInstant = (setting: ClockSetting, realMs: number): Date =>
  new Date(Math.round(setting.startMs + (realMs - setting.startMs) * setting.pace));
