/** Milliseconds since 1970-01-01T00:00Z. */
export type EpochMs = number;

/** Whole days since 1970-01-01 (UTC). */
export type Day = number;

/** The time now. Always an argument, so that tests and replays choose it. */
export type Clock = () => EpochMs;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The last day that can be written as a date; no later one may be kept, since nobody could be shown it. */
export const LAST_DAY: Day = 100_000_000;

/** The UTC day in which a moment lies. */
export function dayOf(at: EpochMs): Day {
  return Math.floor(at / DAY_MS);
}

/** `YYYY-MM-DD` of a day. */
export function isoDay(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
