/** The built site as a plain static host serves it: under a sub-path, without any isolation headers. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { type Browser, launch } from 'puppeteer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build } from 'vite';
import { findBrowser, launchFlags } from '../scripts/browser.mjs';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

const folder = mkdtempSync(join(tmpdir(), 'posterior-site-'));
let server: Server;
let browser: Browser;

beforeAll(async () => {
  await build({ logLevel: 'error', build: { outDir: join(folder, 'dist'), emptyOutDir: true } });
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.replace(/^\/lab\//, '/');
    try {
      const body = readFileSync(join(folder, 'dist', path === '/' ? 'index.html' : path));
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
  rmSync(folder, { recursive: true, force: true });
});

it('trains at one press of a button, without shared memory', async () => {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/lab/#v=1&preset=quick&steps=2`, { waitUntil: 'load' });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  const run = await page.waitForSelector('::-p-aria([name="Run"][role="button"])');
  await run!.click();
  await page.waitForFunction(() => /^Done$/m.test(document.body.innerText), { timeout: 150_000 });
  expect(await page.evaluate(() => document.body.innerText)).toMatch(
    /Held-out pass@1\s+0\.\d\d\s+from 0\.\d\d/,
  );
  expect(problems).toEqual([]);
});
