/** The first command of the README, as a new person runs it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { launch } from 'puppeteer';
import { afterEach, expect, it } from 'vitest';
import { findBrowser, launchFlags } from '../../scripts/browser.mjs';
import { compilerFlags } from '../support/page.ts';

let child: ChildProcess;
afterEach(() => void child.kill());

/** The address that it prints. */
function start(): Promise<string> {
  child = spawn(process.execPath, ['scripts/start.mjs', '--no-open', '--port', '5391']);
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (data) => void (said += String(data)));
    child.stdout?.on('data', (data) => {
      said += String(data);
      const address = /Posterior is at (\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.on('close', (code) => reject(new Error(`npm start ended with ${code}: ${said}`)));
  });
}

it('serves a page from its sources that begins to train', async () => {
  const address = await start();
  // A reply without isolation keeps WebKit from what it has already, and so from its second worker.
  const module = `${address}src/random.ts`;
  const { headers } = await fetch(module);
  const again = await fetch(module, { headers: { 'If-None-Match': headers.get('etag')! } });
  expect([again.status, again.headers.get('cross-origin-embedder-policy')]).toEqual([304, 'require-corp']);
  const browser = await launch({
    executablePath: findBrowser()!,
    args: [...launchFlags(), ...compilerFlags('once')],
    headless: true,
  });
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(`${address}#v=1&preset=quick&steps=1`);
  const run = await page.waitForSelector('::-p-aria([name="Run"][role="button"])');
  // It stands there, disabled, until runs can begin.
  await page.waitForFunction((button) => !(button as HTMLButtonElement).disabled, {}, run);
  await run!.evaluate((button) => (button as HTMLButtonElement).click());
  // Past the start of every worker.
  await page.waitForSelector('.phase-bar .active', { timeout: 150_000 });
  expect(problems).toEqual([]);
  await browser.close();
});
