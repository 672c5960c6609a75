/** Every page in every state: axe, zoom, width, and what the browser itself complains about. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stage, settled } from './stage';
import { STATES, WAITING } from './states';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

/** What axe finds, one line each. */
async function violations(
  page: Page,
  runOnly: { type: string; values: string[] },
): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  return page.evaluate(async (runOnly) => {
    type Found = { id: string; nodes: { html: string; failureSummary?: string }[] };
    const { axe } = globalThis as unknown as {
      axe: { run: (where: Document, how: object) => Promise<{ violations: Found[] }> };
    };
    const how = { runOnly, resultTypes: ['violations'] };
    const found = await axe.run(document, how);
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
    );
  }, runOnly);
}

/** Whether anything is wider than the window. */
async function overflow(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    // What measures itself does so once the frame is made.
    await new Promise((made) => requestAnimationFrame(() => requestAnimationFrame(made)));
    const main = document.querySelector('main');
    const wide = document.documentElement.scrollWidth > innerWidth;
    const found = wide ? ['the page itself'] : [];
    // `main` clips what is too wide, so it has to be measured.
    const limit = (main?.getBoundingClientRect().left ?? 0) + (main?.clientWidth ?? innerWidth);
    for (const one of main?.querySelectorAll<HTMLElement>('*') ?? []) {
      // What scrolls or clips by itself may hold more than it shows.
      const inside = one.parentElement?.closest('.diff, pre, [role="region"], svg');
      if (
        !inside &&
        !one.matches('.unseen, .unseen *') &&
        one.getBoundingClientRect().right > limit + 1
      )
        found.push(one.outerHTML.slice(0, 120));
    }
    return found;
  });
}

/** What depends on the colours alone; everything else is the same in both schemes. */
const COLOURS = ['color-contrast', 'link-in-text-block'];
/** 200 % of the usual window, of the narrowest that WCAG asks for, and a wide one. */
const WINDOWS = [
  [210, 320],
  [320, 256],
  [1000, 700],
] as const;
const USUAL = { width: 420, height: 640 };
const STILL = { reducedMotion: 'reduce' } as const;

/** Unfolds what is folded: it is looked at, too. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const one of document.querySelectorAll('details')) one.open = true;
  });
}

describe.concurrent('every page is sound in light, in dark, and at every width', () => {
  it.for(['en', 'fr'] as const)('in %s', { timeout: 120_000 }, async (lang, { expect }) => {
    const { page, faults, close } = await stage.page({ lang, context: STILL });
    const found: string[] = [];
    for (const [name, scene, hash] of STATES) {
      const note = (lines: string[]): number =>
        found.push(...lines.map((line) => `${name}: ${line}`));
      await page.emulateMedia({ colorScheme: 'light' });
      await stage.show(page, { scene, hash, lang });
      if (!WAITING.includes(name)) await settled(page);
      await unfold(page);
      note(await violations(page, { type: 'tag', values: TAGS }));
      await page.emulateMedia({ colorScheme: 'dark' });
      note(await violations(page, { type: 'rule', values: COLOURS }));
      note((await page.innerText('body')).match(/\{\w+\}|undefined|NaN|\[object/g) ?? []);
      for (const [width, height] of WINDOWS) {
        await page.setViewportSize({ width, height });
        note((await overflow(page)).map((line) => `at ${width}: ${line}`));
      }
      await page.setViewportSize(USUAL);
    }
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });
});

it('the program’s own policy is in force here', async () => {
  const { page, faults, close } = await stage.page({});
  await page.evaluate(() => {
    const style = document.createElement('style');
    style.textContent = 'body { color: red }';
    document.head.append(style);
  });
  await expect.poll(() => faults.join()).toContain('Content Security Policy');
  await close();
});

it('nothing moves for those who want it still', async () => {
  const { page, close } = await stage.page({ scene: 'watching', context: STILL });
  const moving = (): Promise<number> =>
    page.evaluate(
      () => document.getAnimations().filter((one) => one.playState === 'running').length,
    );
  expect(await moving()).toBe(0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  expect(await moving()).toBeGreaterThan(0);
  await close();
});
