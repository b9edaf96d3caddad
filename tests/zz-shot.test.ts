import { it } from 'vitest';
import { appears, openApp, page, useBrowser } from './support/app-page.ts';
import { DESKTOP, PHONE } from './support/lab-page.ts';
useBrowser();
it('shot', { timeout: 200000 }, async () => {
  for (const [name, viewport] of [['desk', DESKTOP], ['phone', PHONE]] as const) {
    await openApp('#v=1&preset=quick&seed=9&steps=3', { viewport });
    await appears('.run-panel');
    await page.waitForFunction(() => document.querySelector('.run-status strong')?.textContent === 'Ready', { timeout: 60000 });
    await page.click('[data-command=step]');
    await page.waitForFunction(() => document.querySelector('.run-status strong')?.textContent === 'Paused', { timeout: 120000 });
    await page.evaluate(() => { for (const d of document.querySelectorAll('details')) (d as HTMLDetailsElement).open = true; });
    await page.screenshot({ path: `/tmp/algo-${name}.png`, fullPage: true });
    if (name === 'desk') await page.close();
  }
});
