/** Durations as people write them. Pure. */
import type { Lang } from '../words/words';

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1e3,
  sec: 1e3,
  secs: 1e3,
  second: 1e3,
  seconds: 1e3,
  m: 6e4,
  min: 6e4,
  mins: 6e4,
  minute: 6e4,
  minutes: 6e4,
  h: 36e5,
  hr: 36e5,
  hour: 36e5,
  hours: 36e5,
  d: 864e5,
  day: 864e5,
  days: 864e5,
};

/** `31 ms`, `2.1 s`, `48 s`, `3 min 20 s`, `1 h 5 min`, `2 d`. */
export function duration(ms: number, lang: Lang): string {
  const day = lang === 'fr' ? 'j' : 'd';
  if (ms < 999.5) return unit(Math.max(0, Math.round(ms)), 'ms', lang);
  if (ms < 9_950) return unit(Math.round(ms / 100) / 10, 's', lang);
  const s = Math.round(ms / 1e3);
  if (s < 60) return unit(s, 's', lang);
  if (s < 3600) return two(Math.floor(s / 60), 'min', s % 60, 's', lang);
  const min = Math.round(s / 60);
  if (min < 24 * 60) return two(Math.floor(min / 60), 'h', min % 60, 'min', lang);
  const h = Math.round(min / 60);
  return two(Math.floor(h / 24), day, h % 24, 'h', lang);
}

/** Minutes and seconds of a countdown: `0:48`. */
export function countdown(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1e3));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}

/** Milliseconds of `6h`, `90s`, `1h 30m`; `null` for anything else. */
export function parseDuration(text: string): number | null {
  const rest = text.trim().toLowerCase();
  if (!/^(\d+\s*[a-z]+\s*)+$/.test(rest)) return null;
  let sum = 0;
  for (const [, count = '', name = ''] of rest.matchAll(/(\d+)\s*([a-z]+)/g)) {
    const size = UNITS[name];
    if (size === undefined) return null;
    sum += Number(count) * size;
  }
  return sum;
}

function unit(value: number, name: string, lang: Lang): string {
  return `${new Intl.NumberFormat(lang).format(value)}\u00a0${name}`;
}

function two(big: number, bigName: string, small: number, smallName: string, lang: Lang): string {
  const first = unit(big, bigName, lang);
  return small === 0 ? first : `${first} ${unit(small, smallName, lang)}`;
}
