/** The window's language, and its texts in it. */
import { type Key, type Lang, type Params, isKey, translate } from './words';

export type { Key, Lang } from './words';

let current = $state<Lang>('en');

/** The language in force. */
export function lang(): Lang {
  return current;
}

/** Changes the language; anything but `fr` is English. */
export function speak(language: string): void {
  current = language.startsWith('fr') ? 'fr' : 'en';
  document.documentElement.lang = current;
}

/** A text. */
export function t(key: Key, params?: Params): string {
  return translate(current, key, params);
}

/** A text for a word of one of Rust's closed sets; the word itself where it is unknown. */
export function word(room: string, name: string, params?: Params): string {
  const key = `${room}.${name}`;
  return isKey(key) ? t(key, params) : name.replaceAll('_', ' ');
}
