/** The catalogues: one flat file per language, the same keys in each. Pure. */
import en from './en.json';
import fr from './fr.json';

/** The languages there are. */
export type Lang = 'en' | 'fr';

type Stem<Raw> = Raw extends `${infer S}_one` | `${infer S}_other` ? S : Raw;

/** A key; plural forms (`…_one`, `…_other`) are chosen by the parameter `count`. */
export type Key = Stem<keyof typeof en>;

/** What is put into `{…}`; numbers are written as the language writes them. */
export type Params = Readonly<Record<string, string | number>>;

const catalogues: Record<Lang, Readonly<Record<string, string>>> = { en, fr };

/** Whether a word of Rust's closed sets has a translation. */
export function isKey(key: string): key is Key {
  return key in en || `${key}_other` in en;
}

/** A text in a language. */
export function translate(lang: Lang, key: Key, params: Params = {}): string {
  const catalogue = catalogues[lang];
  const { count } = params;
  const plural = typeof count === 'number' ? new Intl.PluralRules(lang).select(count) : null;
  const text =
    catalogue[key] ??
    (plural === 'one' ? catalogue[`${key}_one`] : undefined) ??
    catalogue[`${key}_other`] ??
    key;
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = params[name];
    if (value === undefined) return hole;
    return typeof value === 'number' ? new Intl.NumberFormat(lang).format(value) : value;
  });
}
