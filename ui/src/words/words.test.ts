import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { parse } from 'svelte/compiler';
import { describe, expect, it } from 'vitest';
import en from './en.json';
import fr from './fr.json';
import { isKey, translate } from './words';

const SRC = join(import.meta.dirname, '..');
const CATALOGUES: Record<string, Readonly<Record<string, string>>> = { en, fr };
/**
 * Read by tray, notifications and channels, which are not in this folder, and named by the program:
 * its own tests see to them.
 */
const ELSEWHERE = /^(tray|notice|channel|hold|gate|monitor|why|hook|remedy|cause|found|help|trouble|no_answer)\./;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => ['.ts', '.svelte'].includes(extname(name)) && !name.includes('.test.'))
  .filter((name) => !name.startsWith(join('host', 'fake')))
  .map((name) => ({ name, text: readFileSync(join(SRC, name), 'utf8') }));
const all = files.map(({ text }) => text).join('\n');

const holes = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
const stem = (key: string): string => key.replace(/_(one|other)$/, '');

/** `t('a.b')`, `t(`a.${x}`)` and `word('a', x)`, wherever they stand. */
function used(key: string): boolean {
  const name = stem(key);
  if ([`'${key}'`, `'${name}'`].some((literal) => all.includes(literal))) return true;
  const ends = [...name.matchAll(/[._]/g)].map(({ index }) => index);
  return ends.some((end) => {
    const [room, prefix] = [name.slice(0, end), name.slice(0, end + 1)];
    return all.includes(`\`${prefix}\${`) || all.includes(`word('${room}',`);
  });
}

describe('the catalogues', () => {
  it('have the same keys', () => {
    expect(Object.keys(fr).sort()).toEqual(Object.keys(en).sort());
  });

  it('have the same parameters', () => {
    for (const [key, text] of Object.entries(en)) {
      // "One container" need not say its number.
      const wanted = holes(text).filter((hole) => !(key.endsWith('_one') && hole === 'count'));
      const there = holes(CATALOGUES['fr']?.[key] ?? '');
      expect(
        there.filter((hole) => !(key.endsWith('_one') && hole === 'count')),
        key,
      ).toEqual(wanted);
    }
  });

  it('have both plural forms or none', () => {
    const keys = Object.keys(en);
    for (const key of keys.filter((key) => /_(one|other)$/.test(key))) {
      expect(keys).toContain(`${stem(key)}_one`);
      expect(keys).toContain(`${stem(key)}_other`);
    }
  });

  it('leave nothing empty and nothing untranslated by mistake', () => {
    for (const [name, texts] of Object.entries(CATALOGUES)) {
      for (const [key, text] of Object.entries(texts))
        expect(text.trim(), `${name} ${key}`).not.toBe('');
    }
    const same = Object.keys(en).filter(
      (key) => CATALOGUES['en']?.[key] === CATALOGUES['fr']?.[key],
    );
    const words = same.filter((key) => /[a-z]{3}.* [a-z]{3}/i.test(CATALOGUES['en']?.[key] ?? ''));
    expect(words.filter((key) => !/Phoenix|Docker/.test(CATALOGUES['en']?.[key] ?? ''))).toEqual(
      [],
    );
  });

  it('are spaced as French is', () => {
    for (const [key, text] of Object.entries(fr))
      expect(text, key).not.toMatch(/[^\s\u00a0\u202f] [;:!?%]/);
  });

  it('have no key that nobody uses', () => {
    const unused = Object.keys(en).filter((key) => !ELSEWHERE.test(key) && !used(key));
    expect(unused).toEqual([]);
  });

  it('have every key that somebody uses', () => {
    const asked = [...all.matchAll(/\bt\(\s*'([\w.]+)'/g)].map(([, key]) => key ?? '');
    expect(asked.length).toBeGreaterThan(150);
    expect(asked.filter((key) => !isKey(key))).toEqual([]);
  });
});

describe('a text', () => {
  it('is put in the plural of its language', () => {
    expect(translate('en', 'receipt.requests_none_failed', { count: 1 })).toBe(
      'One request, none failed.',
    );
    expect(translate('en', 'receipt.requests_none_failed', { count: 0 })).toBe(
      '0 requests, none failed.',
    );
    expect(translate('fr', 'doctor.bad', { count: 0 })).toBe('Un point est à corriger.');
    expect(translate('fr', 'doctor.bad', { count: 1e6 })).toMatch(/^1.000.000 points/);
  });

  it('leaves a hole that nothing fills in sight', () => {
    expect(translate('en', 'live.updating_to')).toBe('Updating to {version}');
  });
});

interface Node {
  type: string;
  name?: string;
  data?: string;
  value?: unknown;
  [key: string]: unknown;
}

/** Text that a person would see or hear, written into a component. */
function literals(node: unknown, found: string[]): string[] {
  if (Array.isArray(node)) for (const one of node) literals(one, found);
  else if (typeof node === 'object' && node !== null) {
    const { type, name, data, value } = node as Node;
    const spoken = ['title', 'alt', 'label', 'aria-label', 'text', 'under'];
    if (type === 'Text' && /\p{L}{2}/u.test(data ?? '')) found.push(data ?? '');
    if (type === 'Attribute') {
      if (spoken.includes(name ?? '')) literals(value, found);
      return found;
    }
    for (const child of Object.values(node)) literals(child, found);
  }
  return found;
}

describe('components', () => {
  const components = files.filter(({ name }) => name.endsWith('.svelte'));

  it.each(components.map(({ name, text }) => [name, text] as const))(
    '%s has no text of its own',
    (_, text) => {
      expect(literals(parse(text, { modern: true }).fragment, [])).toEqual([]);
    },
  );

  it('are found out when they have', () => {
    const { fragment } = parse('<p aria-label="Close it">Hello {name}</p>', { modern: true });
    expect(literals(fragment, [])).toEqual(['Close it', 'Hello ']);
  });
});
