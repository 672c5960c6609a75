/** The way through an update with the keyboard alone, and what a click shows at once. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Stage, settled } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

/** The accessible name of what has the focus, as far as text and label say it. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const one = document.activeElement;
    return (one?.getAttribute('aria-label') ?? one?.textContent ?? '').trim().replace(/\s+/g, ' ');
  });
}

/** Tabs until something of this name has the focus; it must be visibly focused. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let steps = 0; steps < 60; steps += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === name) {
      const ring = await page.evaluate(() => {
        const one = document.activeElement;
        if (!one) return 'none';
        const own = getComputedStyle(one).outlineStyle;
        return own === 'none' ? getComputedStyle(one, '::after').outlineStyle : own;
      });
      expect(ring).not.toBe('none');
      return;
    }
  }
  throw new Error(`nothing named "${name}" is reached by the keyboard`);
}

const heading = (page: Page): Promise<string> => page.innerText('h1');

it('update, receipt and rollback need only the keyboard', async () => {
  const { page, faults, close } = await stage.page({ pace: 60 });
  await tabTo(page, 'Update to 1.2.0');
  await page.keyboard.press('Enter');
  await page.waitForSelector('h1:text-is("Receipt")');
  await settled(page);
  expect(await page.innerText('.headline')).toBe('Updated to 1.2.0.');
  // The screen reader stands at the new page's heading.
  expect(await focused(page)).toBe('Receipt');
  await tabTo(page, 'Roll back to 1.1.0');
  await page.keyboard.press('Space');
  await page.waitForSelector('.headline:text-is("Rolled back to 1.1.0.")');
  await page.keyboard.press('Escape');
  await page.waitForSelector('nav [aria-current]:text-is("History")');
  await page.keyboard.press('Escape');
  expect(await heading(page)).toBe('Services');
  expect(faults).toEqual([]);
  await close();
});

it('an adoption asks first, and its compose edit can be declined', async () => {
  const { page, close } = await stage.page({ scene: 'adopt', pace: 60 });
  await tabTo(page, 'Update to 1.2.0');
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=New connections are refused');
  await page.keyboard.press('Tab');
  await tabTo(page, 'Changes of the compose file');
  expect(await page.isChecked('input[type=checkbox]')).toBe(true);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Space');
  expect(await page.isChecked('input[type=checkbox]')).toBe(false);
  await tabTo(page, 'Move the port and update to 1.2.0');
  await page.keyboard.press('Enter');
  await page.waitForSelector('h1:text-is("Receipt")');
  await close();
});

it('a click on Update shows in the next frame that it begins, whatever the program does', async () => {
  // So slow that it answers nothing while this test lives.
  const { page, close } = await stage.page({ pace: 0.001 });
  const beginning = await page.evaluate(
    () =>
      new Promise<boolean>((seen) => {
        const button = [...document.querySelectorAll('button')].find((one) =>
          one.textContent?.includes('Update to'),
        );
        button?.click();
        requestAnimationFrame(() =>
          requestAnimationFrame(() =>
            seen(document.querySelector('.live [role=progressbar]') !== null),
          ),
        );
      }),
  );
  expect(beginning).toBe(true);
  await close();
});

it('an update that is watched can be taken back', async () => {
  const { page, close } = await stage.page({ scene: 'watching', pace: 4 });
  await page.click('h2 a');
  await page.click('button:has-text("Roll back now")');
  await page.waitForSelector('text=Putting everything back');
  await page.waitForSelector('h1:text-is("Receipt")');
  await close();
});

it('each step is said aloud', async () => {
  const { page, close } = await stage.page({ pace: 20 });
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    const live = document.querySelector('[aria-live=polite]');
    if (!live) return;
    new MutationObserver(() => said.push(live.textContent ?? '')).observe(live, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  await page.click('button:has-text("Update to")');
  await page.waitForSelector('h1:text-is("Receipt")');
  const said = await page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
  expect(said).toContain('phoenix-gateway: Download the image');
  expect(said).toContain('phoenix-gateway: Wait until it is ready');
  expect(said.some((text) => text.includes('Traffic has moved'))).toBe(true);
  // Once per step, not once per megabyte.
  expect(said.filter((text) => text.includes('Download'))).toHaveLength(1);
  await close();
});

it('a refused setting says so at its field and keeps the one in force', async () => {
  const { page, close } = await stage.page({ hash: '#/settings' });
  await page.fill('#engine', 'docker');
  await page.keyboard.press('Enter');
  const refusal = page.locator('#engine-refusal');
  await refusal.waitFor();
  expect(await refusal.innerText()).toContain('This value is not possible.');
  expect(await page.getAttribute('#engine', 'aria-describedby')).toContain('engine-refusal');
  await page.fill('#engine', 'unix:///run/docker.sock');
  await page.keyboard.press('Enter');
  await refusal.waitFor({ state: 'detached' });
  await close();
});

it('another language is spoken at once', async () => {
  const { page, close } = await stage.page({ hash: '#/settings' });
  await page.selectOption('#language', 'fr');
  await page.waitForSelector('h1:text-is("Réglages")');
  expect(await page.getAttribute('html', 'lang')).toBe('fr');
  await close();
});

it('goes where the program says', async () => {
  const { page, close } = await stage.page({});
  await page.evaluate(() => {
    const { phoenixFake } = globalThis as unknown as {
      phoenixFake: { navigate: (page: unknown) => void };
    };
    phoenixFake.navigate({
      page: 'receipt',
      service: 'phoenix/phoenix-gateway',
      receipt: 'failed',
    });
  });
  await page.waitForSelector('text=Not updated. 1.1.0 keeps serving.');
  await close();
});

it('a switch and a filter work on the page of containers', async () => {
  const { page, close } = await stage.page({ hash: '#/watch' });
  await page.fill('input[type=search]', 'graf');
  const toggle = page.locator('[role=switch]');
  await expect.poll(() => toggle.count()).toBe(1);
  await toggle.click();
  await page.waitForSelector('[role=switch][aria-checked=true]');
  await close();
});
