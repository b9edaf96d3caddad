/** The built site as a plain static host serves it: under a sub-path, without any isolation headers. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type Browser, launch, type Page } from 'puppeteer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findBrowser, launchFlags } from '../../scripts/browser.mjs';
import { builtSite } from '../../scripts/site.mjs';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

/** What sites use to isolate their pages on hosts that set no headers. */
const ISOLATING_WORKER = `
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => event.respondWith(fetch(event.request).then((response) => {
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  return new Response(response.body, { status: response.status, headers });
})));`;

let server: Server;
let browser: Browser;

beforeAll(async () => {
  const folder = await builtSite();
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.replace(/^\/lab\//, '/');
    if (path === '/isolate.js') {
      response.setHeader('Content-Type', 'text/javascript');
      return response.end(ISOLATING_WORKER);
    }
    try {
      const body = readFileSync(join(folder, path === '/' ? 'index.html' : path));
      response.setHeader('Content-Type', TYPES[extname(path) || '.html'] ?? 'application/octet-stream');
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  }).listen(0, '127.0.0.1');
  browser = await launch({ executablePath: findBrowser()!, args: launchFlags(), headless: true });
});

afterAll(async () => {
  await browser.close();
  server.close();
});

async function openSite(): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/lab/#v=1&preset=quick&steps=1`, { waitUntil: 'load' });
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
  expect(await trainAndRead(page)).toMatch(/Held-out pass@1\s+0\.\d\d\s+from 0\.\d\d/);
  expect(problems).toEqual([]);
});

it('trains and runs programs under a service worker that isolates the page', async () => {
  const { page, problems } = await openSite();
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('isolate.js');
    await navigator.serviceWorker.ready;
  });
  await page.reload({ waitUntil: 'load' });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await trainAndRead(page)).toMatch(/Visible pass@1\s+0\.\d\d/);
  expect(problems).toEqual([]);
});
