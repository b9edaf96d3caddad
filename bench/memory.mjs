/**
 * Whether training grows: trains in the Lab and reads, at every 25th step, what the browser counts after a full
 * collection (`measureUserAgentSpecificMemory`: heaps and WASM memories of the page and of each of its workers), and
 * the resident memory of the page's process. Then the same steps once more on the same engines: they have compiled a
 * graph for every length by then, so whatever grows in this second pass is lost memory. Linux only.
 *
 *   node bench/memory.mjs [steps, 300 by default] [preset, quick by default]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer';
import { findBrowser, launchFlags } from '../scripts/browser.mjs';
import { createDevServer } from '../scripts/dev-server.mjs';
import { residentBytes } from './resident.mjs';

const EVERY = 25;
const [steps = '300', preset = 'quick'] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), 'posterior-memory-'));
const mb = (bytes) => String(Math.round(bytes / 2 ** 20));

/** Bytes by owner: the page, its workers by the name of their script. */
async function counted(page) {
  const { bytes, breakdown } = await page.evaluate(() => performance.measureUserAgentSpecificMemory());
  const parts = {};
  for (const part of breakdown) {
    const place = part.attribution[0];
    const name = !place
      ? 'shared'
      : place.scope === 'Window'
        ? 'page'
        : (/([\w-]+)\.ts/.exec(place.url)?.[1] ?? 'sandbox');
    if (part.bytes > 0) parts[name] = (parts[name] ?? 0) + part.bytes;
  }
  return { bytes, parts };
}

/** Waits for the Lab to show `Step 25 of 300`. */
const reach = (page, step) =>
  page.waitForFunction(
    (s) =>
      Number(/Step (\d+) of/.exec(document.querySelector('.progress-block')?.textContent ?? '')?.[1]) >= s,
    { timeout: 0, polling: 200 },
    step,
  );

const server = await createDevServer({
  logLevel: 'error',
  server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
});
await server.listen();
const browser = await launch({
  executablePath: findBrowser(),
  // Measuring otherwise waits for the next collection, up to half a minute.
  args: [...launchFlags(), '--enable-blink-features=ForceEagerMeasureMemory'],
  userDataDir: profile,
});
try {
  const page = await browser.newPage();
  const address = `#v=1&preset=${preset}&seed=1&steps=${steps}&device=wasm`;
  await page.goto(new URL(address, server.resolvedUrls.local[0]).href);
  await page.waitForSelector('[data-command=runPause]:not([disabled])');
  console.log('pass  step   counted MiB   resident MiB   by owner, MiB');
  for (const pass of [1, 2]) {
    await page.click('[data-command=runPause]');
    for (let step = EVERY; step <= Number(steps); step += EVERY) {
      await reach(page, step);
      const { bytes, parts } = await counted(page);
      const owners = Object.entries(parts)
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([name, size]) => `${name} ${mb(size)}`);
      const columns = [
        String(step).padStart(9),
        mb(bytes).padStart(13),
        mb(residentBytes(profile)).padStart(14),
      ];
      console.log(`${String(pass).padStart(4)} ${columns.join(' ')}   ${owners.join(', ')}`);
    }
    await page.waitForFunction(() => document.querySelector('.run-status strong')?.textContent === 'Done', {
      timeout: 0,
    });
    await page.click('[data-command=reset]');
  }
} finally {
  await browser.close();
  await server.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}
