/** Sentences of the program's closed sets, in the language of the window. Pure. */
import type { Said } from '../host/host';
import { type Lang, isKey, translate } from '../words/words';
import { bytes } from './bytes';
import { duration } from './duration';

/** The sentence; `null` where the catalogues do not know it, and it is said in English. */
export function wording(said: Said, lang: Lang): string | null {
  if (!isKey(said.code)) return null;
  const filled = Object.entries(said.parameters).map(([name, value]) => {
    if (name.endsWith('_ms')) return [name.slice(0, -3), duration(Number(value), lang)];
    if (name.endsWith('_bytes')) return [name.slice(0, -6), bytes(Number(value), lang)];
    return [name, typeof value === 'object' ? (wording(value, lang) ?? value.text) : value];
  });
  const params = Object.fromEntries(filled) as Record<string, string | number>;
  return translate(lang, said.code, params).trimEnd();
}
