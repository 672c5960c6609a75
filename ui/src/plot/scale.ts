/** Axes. Pure. */

/** Maps values to pixels. */
export type Scale = (value: number) => number;

/** A straight line from one range to another. */
export function linear([v0, v1]: [number, number], [p0, p1]: [number, number]): Scale {
  const slope = v1 === v0 ? 0 : (p1 - p0) / (v1 - v0);
  return (value) => p0 + (value - v0) * slope;
}

/** The next round number (1, 2, 5 × 10ⁿ) that is not below `most`; at least `least`. */
export function roundUp(most: number, least = 1): number {
  const value = Math.max(most, least);
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10;
  return step * power;
}

/** Round values within `[from, to]`, at most `most` of them, all multiples of one round step. */
export function ticks(from: number, to: number, most: number): number[] {
  const step = roundUp((to - from) / Math.max(1, most), 1e-9);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step || 0);
}
