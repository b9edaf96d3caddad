/** The example of a page that shows a run as it trains. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestPage, type TestPage } from '../support/page.ts';

let test: TestPage;
beforeAll(async () => {
  test = await openTestPage();
});
afterAll(() => test.close());

it('shows every step and the best completion of the last', async () => {
  const { page, url } = test;
  await page.goto(new URL('examples/live-run/index.html?steps=1', url).href);
  const status = () => page.$eval('[role=status]', (element) => element.textContent);
  await page.waitForFunction(
    () => !/^(Starting|Step)/.test(document.querySelector('[role=status]')!.textContent),
    { timeout: 120_000 },
  );
  expect(await status()).toBe('Done');
  const rows = await page.$$eval('tbody tr', (all) =>
    all.map((row) => [...row.cells].map((cell) => cell.innerText)),
  );
  expect(rows.map(([step]) => step)).toEqual(['1']);
  expect(Number(rows[0]![1])).toBeGreaterThanOrEqual(0);
  expect(await page.$eval('pre', (element) => element.textContent)).toMatch(/\n./);
});
