/**
 * What a first visit to the lesson costs: times in a browser that has never been here, and bytes.
 *
 *     node bench/first-visit.mjs [VISITS]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { launch } from 'puppeteer';
import { findBrowser, launchFlags } from '../scripts/browser.mjs';
import { serveSite } from '../scripts/site.mjs';

const VISITS = Number(process.argv[2] ?? 5);
const RECORDING = /\/lesson\//;

/** In the page, before anything of it: the time at which the last chapter can be used. */
function watch() {
  const seen = new MutationObserver(() => {
    if (document.querySelector('#chapter-yours button') === null) return;
    seen.disconnect();
    // Whatever the browser was still busy with comes before this.
    requestAnimationFrame(() => setTimeout(() => (window.interactive = performance.now())));
  });
  seen.observe(document, { childList: true, subtree: true });
}

async function visit(url) {
  const profile = mkdtempSync(join(tmpdir(), 'posterior-visit-'));
  const browser = await launch({ executablePath: findBrowser(), args: launchFlags(), userDataDir: profile });
  try {
    const page = await browser.newPage();
    const bodies = [];
    page.on('response', (response) => {
      const path = new URL(response.url()).pathname;
      const read = response.buffer().then((body) => ({ path, gzip: gzipSync(body).length }));
      // Whatever goes wrong with it is heard at the end, by whoever awaits them all.
      read.catch(() => {});
      bodies.push(read);
    });
    await page.evaluateOnNewDocument(watch);
    await page.goto(url);
    await page.waitForFunction(() => window.interactive !== undefined);
    const [paint, interactive] = await page.evaluate(() => [
      performance.getEntriesByName('first-contentful-paint')[0].startTime,
      window.interactive,
    ]);
    return { paint, interactive, files: await Promise.all(bodies), version: await browser.version() };
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 20 });
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const kib = (files) => (files.reduce((sum, { gzip }) => sum + gzip, 0) / 1024).toFixed(0);

const server = await serveSite();
try {
  const visits = [];
  for (let i = 0; i < VISITS; i++) visits.push(await visit(`http://127.0.0.1:${server.port}/`));
  const [{ files, version }] = visits;
  const line = (name, values) =>
    console.log(`${name}: ${Math.round(median(values))} ms (${values.map(Math.round).join(', ')})`);
  console.log(`${version}, medians of ${VISITS} visits with an empty profile`);
  line(
    'first contentful paint',
    visits.map(({ paint }) => paint),
  );
  line(
    'interactive',
    visits.map(({ interactive }) => interactive),
  );
  const recordings = files.filter(({ path }) => RECORDING.test(path));
  const page = files.filter(({ path }) => !RECORDING.test(path));
  console.log(`first load: ${kib(page)} KiB gzip in ${page.length} files`);
  console.log(`recordings: ${kib(recordings)} KiB gzip`);
} finally {
  await server.close();
}
