/** A time as a page shows it. */
export interface Moment {
  /** Such as `3 minutes ago` or `in 2 hours`. */
  text: string;
  /** For machines. */
  iso: string;
}

const relative = new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' });
const units = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
] as const;

const JUST = 10;

/** @param at and `now` in milliseconds since the epoch. */
export function momentOf(at: number, now: number): Moment {
  const seconds = Math.round((at - now) / 1000);
  const iso = new Date(at).toISOString();
  if (seconds <= 0 && seconds > -JUST) return { text: 'just now', iso };
  // Two of a unit at least: 119 minutes say more than one hour.
  const fitting = units.find((one) => Math.abs(seconds) >= 2 * one.seconds);
  const text = fitting
    ? relative.format(Math.trunc(seconds / fitting.seconds), fitting.unit)
    : relative.format(seconds, 'second');
  return { text, iso };
}
