/** Sizes and speeds. Pure. */
import type { Lang } from '../words/words';

const STEPS = [
  [1e9, 'gigabyte'],
  [1e6, 'megabyte'],
  [1e3, 'kilobyte'],
] as const;

/** `38 MB`, `38 Mo`. */
export function bytes(count: number, lang: Lang): string {
  return sized(count, lang, '');
}

/** `12.4 MB/s`, `12,4 Mo/s`. */
export function speed(bytesPerSecond: number, lang: Lang): string {
  return sized(bytesPerSecond, lang, '-per-second');
}

function sized(count: number, lang: Lang, suffix: string): string {
  const [size, name] = STEPS.find(([limit]) => count >= limit) ?? [1, 'byte'];
  const value = count / size;
  const maximumFractionDigits = size > 1 && value < 99.5 ? 1 : 0;
  const style = { style: 'unit', unit: name + suffix, maximumFractionDigits } as const;
  return new Intl.NumberFormat(lang, style).format(value);
}
