import { readFileSync, readdirSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '..');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) =>
  ['.ts', '.svelte'].includes(extname(name)),
);
const text = (name: string): string => readFileSync(join(SRC, name), 'utf8');

it('only the real host and the generated bindings know Tauri', () => {
  const knowing = files.filter((name) => /['"]@tauri-apps\//.test(text(name)));
  expect(knowing.filter((name) => !name.endsWith('.test.ts'))).toEqual([
    join('host', 'bindings.ts'),
  ]);
});

it('only the host’s own rooms take values from the bindings', () => {
  const taking = files.filter((name) => /from '[^']*\/bindings'/.test(text(name)));
  for (const name of taking) expect(name.startsWith(`host${sep}`)).toBe(true);
});

it('the scripted host is never part of the program', () => {
  const asking = files.filter((name) => /from '[^']*\/fake/.test(text(name)));
  const others = asking.filter((name) => !name.endsWith('.test.ts'));
  expect(others.filter((name) => !name.startsWith(join('host', 'fake')))).toEqual(['fixture.ts']);
});

it('nothing is fetched from anywhere', () => {
  const calls = /\b(fetch|XMLHttpRequest|WebSocket|EventSource)\(|@import|src="http/;
  const asking = files.filter((name) => !name.endsWith('.test.ts') && calls.test(text(name)));
  expect(asking).toEqual([]);
});
