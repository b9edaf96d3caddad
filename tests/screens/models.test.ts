import { fileURLToPath } from 'node:url';
import type { ElementHandle } from 'puppeteer';
import { expect, it } from 'vitest';
import { appears, disappears, openApp, page, textOf, textsOf, useBrowser } from '../support/app-page.ts';
import { axeViolations, DESKTOP, PHONE } from '../support/lab-page.ts';
import { press } from '../support/reward-lab-page.ts';

useBrowser();

const ADDRESS = '#v=1&screen=models';
const publicFile = (path: string): string => fileURLToPath(new URL(`../../public/${path}`, import.meta.url));
/** Of an adapter beside another model. */
const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/lora/llama/${name}`, import.meta.url));
const IMPORTED = '[data-model^="model:import-"]';
const isShown = (words: string): Promise<unknown> =>
  page.waitForFunction((text) => document.querySelector('main')?.textContent?.includes(text), {}, words);

async function take(...paths: string[]): Promise<void> {
  const field = (await appears('#import-files')) as ElementHandle<HTMLInputElement>;
  await field.uploadFile(...paths.map(publicFile));
}

/** What the page hands to the downloads from now on: names and first bytes. */
const catchDownloads = (): Promise<void> =>
  page.evaluate(() => {
    HTMLAnchorElement.prototype.click = function click() {
      const { href, download } = this;
      void fetch(href)
        .then((response) => response.bytes())
        .then((bytes) => (document.title = `${download} ${String.fromCharCode(...bytes.slice(0, 2))}`));
    };
  });

async function looksRight(): Promise<void> {
  await page.$$eval('.model-item details', (all) => all.forEach((details) => (details.open = true)));
  expect(await axeViolations(page)).toEqual([]);
  const [content, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content).toBeLessThanOrEqual(width!);
}

it('takes models in, tells what is wrong, and does with them what can be done', async () => {
  await openApp(ADDRESS, { viewport: DESKTOP, scheme: 'light' });
  await appears('.model-item');
  expect(await textsOf('.model-item h3')).toEqual([
    'Programs: policy',
    'Programs: reward model',
    'Mathematics: policy',
    'Mathematics: reward model',
  ]);

  await take('starter/policy/config.json', 'starter/policy/model.safetensors');
  await isShown('There is no tokenizer.json');
  await take('starter/policy/config.json', 'starter/policy/model.safetensors', 'starter/tokenizer.json');
  await appears(IMPORTED);

  await press('Rename', IMPORTED);
  await appears('.model-rename input:focus');
  await page.keyboard.type('Mine');
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    () => document.querySelector('[data-model^="model:import-"] h3')?.textContent === 'Mine',
  );
  await press('Check', IMPORTED);
  await isShown('are as they were written');
  await catchDownloads();
  await press('Download', IMPORTED);
  await page.waitForFunction(() => /^\S+\.zip PK$/.test(document.title));
  await looksRight();

  const adapter = (await page.$(`${IMPORTED} .model-adapter input`)) as ElementHandle<HTMLInputElement>;
  await adapter.uploadFile(...['adapter_config.json', 'adapter_model.safetensors'].map(fixture));
  await isShown('adapter_model.safetensors cannot be used');

  await press('Delete', IMPORTED);
  await isShown('was deleted');
  await disappears(IMPORTED);
  await press('Undo');
  await appears(IMPORTED);

  await press('Branch', IMPORTED);
  await appears('.run-panel');
  await page.waitForFunction(() => document.querySelector('.run-status strong')?.textContent === 'Paused');
  await page.keyboard.press('6');
  await isShown('It began with');

  // What was deleted before the page was left is gone.
  await press('Delete', IMPORTED);
  await isShown('was deleted');
  await page.setViewport(PHONE);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  await page.reload();
  await isShown('It began with');
  await disappears(IMPORTED);
  expect(await textOf('#models-import + p')).toMatch(/None yet/);
  await looksRight();
});
