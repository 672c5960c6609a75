/** Pictures of every state, to be looked at: `npm run shots`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Stage, settled } from './stage';
import { STATES, WAITING } from './states';

const folder = process.env['PHOENIX_UI_SHOTS'] ?? '';
/** A pattern of names, the language, and the width of the window. */
const only = process.env['PHOENIX_UI_SHOTS_ONLY'];
const lang = process.env['PHOENIX_UI_SHOTS_LANG'] === 'fr' ? 'fr' : 'en';
const width = Number(process.env['PHOENIX_UI_SHOTS_WIDTH'] ?? 420);

describe.runIf(folder !== '')('pictures', () => {
  let stage: Stage;
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  it.for(['light', 'dark'] as const)('every state in %s', { timeout: 240_000 }, async (scheme) => {
    const viewport = { width, height: 640 };
    const context = { colorScheme: scheme, deviceScaleFactor: 1.5, viewport };
    const { page, close } = await stage.page({ context, lang });
    for (const [name, scene, hash] of STATES) {
      if (only && !name.match(only)) continue;
      await stage.show(page, { scene, hash, lang });
      if (!WAITING.includes(name)) await settled(page);
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(folder, `${name}-${scheme}.png`) });
      // The whole length of what scrolls, too.
      const height = await page.evaluate(() => {
        const main = document.querySelector('main');
        return main ? main.scrollHeight + (innerHeight - main.clientHeight) : innerHeight;
      });
      if (height > 660) {
        await page.setViewportSize({ width, height });
        await page.screenshot({ path: join(folder, `${name}-${scheme}-whole.png`) });
        await page.setViewportSize(viewport);
      }
    }
    await close();
  });
});
