/** The built site as a plain static host serves it: under a sub-path, without any isolation headers. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type Browser, launch, type Page } from 'puppeteer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findBrowser, launchFlags } from '../../scripts/browser.mjs';
import { builtSite } from '../../scripts/site.mjs';
import { smallSteps } from '../support/lab-page.ts';
import { compilerFlags } from '../support/page.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

let server: Server;
let browser: Browser;
/** Whether the host is no longer to be reached. */
let gone = false;

beforeAll(async () => {
  const folder = await builtSite();
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.replace(/^\/lab\//, '/');
    if (gone) return request.socket.destroy();
    try {
      const body = readFileSync(join(folder, path === '/' ? 'index.html' : path));
      response.setHeader('Content-Type', TYPES[extname(path) || '.html'] ?? 'application/octet-stream');
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  }).listen(0, '127.0.0.1');
  browser = await launch({
    executablePath: findBrowser()!,
    args: [...launchFlags(), ...compilerFlags('once')],
    headless: true,
  });
});

afterAll(async () => {
  await browser.close();
  server.close();
});

async function openSite(query = ''): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}/lab/${query}#v=1&preset=quick&steps=1&${smallSteps()}`;
  await page.goto(address, { waitUntil: 'load' });
  return { page, problems };
}

async function trainAndRead(page: Page): Promise<string> {
  // It stands there before it can be pressed.
  const run = await page.waitForSelector('[data-command=runPause]:not([disabled])');
  // Not by its place on the screen, which moves while the page is laid out.
  await run!.evaluate((button) => (button as HTMLButtonElement).click());
  await page.waitForFunction(() => /^Done$/m.test(document.body.innerText), { timeout: 150_000 });
  return page.evaluate(() => document.body.innerText);
}

it('trains at one press of a button, without shared memory', async () => {
  const { page, problems } = await openSite();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  expect(await trainAndRead(page)).toMatch(/Held-out pass@1\s+[01]\.\d\d\s+from [01]\.\d\d/);
  expect(problems).toEqual([]);
});

it('is kept and isolated by its service worker, and trains without its host', async () => {
  const { page, problems } = await openSite('?offline');
  await page.waitForFunction(() => document.body.innerText.includes('opens without a network'));
  await page.reload({ waitUntil: 'load' });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await trainAndRead(page)).toMatch(/Visible pass@1\s+[01]\.\d\d/);
  gone = true;
  await page.reload({ waitUntil: 'load' });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await trainAndRead(page)).toMatch(/Visible pass@1\s+[01]\.\d\d/);
  await page.keyboard.press('0');
  await page.waitForSelector('#chapter-gate');
  expect(problems).toEqual([]);
});
