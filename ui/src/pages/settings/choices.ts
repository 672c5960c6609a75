/** The values that the settings offer, and what the program's own value is among them. */
import { duration, parseDuration } from '../../format/duration';
import type { Lang } from '../../words/words';

/** A value of a list. */
export interface Choice {
  value: string;
  label: string;
}

/** Times between two checks. */
export const CHECK_EVERY = ['1h', '3h', '6h', '12h', '24h'];
/** Times that a release must be known before it is installed by itself. */
export const MIN_AGE = ['1h', '12h', '1d', '3d', '7d', '14d'];
/** Charges from which something may be installed on battery; 0 means always. */
export const BATTERY = (present: number): number[] =>
  [...new Set([0, 20, 30, 50, 80, 100, present])].sort((a, b) => a - b);
/** Sizes of what the window shows, in percent. */
export const zooms = (present: number): number[] =>
  [...new Set([75, 100, 125, 150, 175, 200, 250, present])].sort((a, b) => a - b);
/** Monitor windows. */
export const MONITOR = ['15s', '30s', '60s', '2m', '5m', '10m', '30m'];

/**
 * The offered durations in words, and the present one too where it is another. The present one
 * keeps its own spelling, so that it is the one selected.
 */
export function durations(offered: string[], present: string | null, lang: Lang): Choice[] {
  const now = present === null ? null : parseDuration(present);
  const values = offered.map((value) =>
    present !== null && parseDuration(value) === now ? present : value,
  );
  if (present !== null && !values.includes(present)) values.push(present);
  return values.map((value) => {
    const ms = parseDuration(value);
    return { value, label: ms === null ? value : duration(ms, lang) };
  });
}
