import { expect, it } from 'vitest';
import { appears, openApp, page, textOf, useBrowser } from '../support/app-page.ts';
import { axeViolations, DESKTOP, PHONE } from '../support/lab-page.ts';

useBrowser();

const report = (): Promise<string> => page.$eval('textarea', ({ value }) => value);
const tells = (selector: string, words: RegExp): Promise<unknown> =>
  page.waitForFunction(
    (at, pattern) => new RegExp(pattern).test(document.querySelector(at)?.textContent ?? ''),
    { timeout: 60_000 },
    selector,
    words.source,
  );

async function looksRight(): Promise<void> {
  expect(await axeViolations(page)).toEqual([]);
  const [content, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content).toBeLessThanOrEqual(width!);
}

it('tests every operator, stops a measurement, and reports nothing of a person', async () => {
  await openApp('#v=1&screen=diagnostics&taskspath=secret', { viewport: DESKTOP, scheme: 'light' });
  await tells('[data-feature=isolation] td', /yes/);
  await appears('[data-self-test=wasm] button');
  await page.click('[data-speed=wasm] button');
  await tells('[data-speed=wasm] button', /Stop/);
  await page.click('[data-speed=wasm] button');
  await tells('[data-speed=wasm]', /not measured/);

  await page.click('[data-self-test=wasm] button');
  await tells('[data-self-test=wasm]', /All \d+ operators passed/);
  // What the address had to say was logged.
  await tells('.log-entries', /does not know/);
  const text = await report();
  expect(text).toMatch(/WebAssembly: All \d+ operators passed/);
  expect(text).toMatch(/^# Posterior \S+, Chrome \d+$/m);
  expect(text).not.toContain(await page.evaluate(() => navigator.userAgent));
  expect(text).not.toMatch(/https?:|\/home\/|Mozilla/);
  expect(await textOf('#diagnostics-device ~ p')).toMatch(/WebAssembly/);
  await looksRight();

  // The page is loaded anew for a phone.
  await page.setViewport(PHONE);
  await tells('[data-feature=isolation] td', /yes/);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  await looksRight();
});
