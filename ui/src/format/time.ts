/** Ages and dates. Pure: the present is a parameter. */
import type { Lang } from '../words/words';

/** `3 minutes ago`; `null` within the first minute, and for what lies ahead. */
export function age(at: string, now: number, lang: Lang): string | null {
  const minutes = Math.floor((now - Date.parse(at)) / 6e4);
  if (!(minutes >= 1)) return null;
  const words = new Intl.RelativeTimeFormat(lang, { numeric: 'always' });
  if (minutes < 60) return words.format(-minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return words.format(-hours, 'hour');
  return words.format(-Math.floor(hours / 24), 'day');
}

/** A date and a time of day, as short as it stays clear. */
export function moment(at: string, lang: Lang): string {
  const style = { dateStyle: 'medium', timeStyle: 'short' } as const;
  return new Intl.DateTimeFormat(lang, style).format(new Date(at));
}

/** A time of day with seconds. */
export function clockTime(at: string, lang: Lang): string {
  return new Intl.DateTimeFormat(lang, { timeStyle: 'medium' }).format(new Date(at));
}

/** A time of day within the last twelve hours, else with its date. */
export function recently(at: string, now: number, lang: Lang): string {
  if (now - Date.parse(at) > 12 * 36e5) return moment(at, lang);
  return new Intl.DateTimeFormat(lang, { timeStyle: 'short' }).format(new Date(at));
}
