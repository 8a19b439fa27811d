/** The desk's clock for rules, as arithmetic: `start + (real − start) × pace`. Pure; the real instant is handed in. */

export interface Clock {
  /** The desk's present instant, in UTC. */
  now(): Date;
}

export interface ClockSetting {
  /** The real instant, in epoch milliseconds, from which the desk's time runs at its own pace. */
  readonly startMs: number;
  /** Desk seconds per real second; production accepts 1 only. */
  readonly pace: number;
}

export const pacedInstant = (setting: ClockSetting, realMs: number): Date =>
  new Date(Math.round(setting.startMs + (realMs - setting.startMs) * setting.pace));
