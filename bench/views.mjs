/**
 * What watching costs: the same run with every view of the Lab open, and with none, in turns.
 *
 *     node bench/views.mjs [ROUNDS]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer';
import { findBrowser, launchFlags } from '../scripts/browser.mjs';
import { serveSite } from '../scripts/site.mjs';

const ROUNDS = Number(process.argv[2] ?? 3);
const STEPS = 40;
const SETTINGS = `#v=1&preset=quick&seed=1&steps=${STEPS}&set=${encodeURIComponent('{"evalEvery":0}')}`;
const NONE = '&hide=settings,runs,scores,pass,gate-plot,groups,try-it,curves';

/** Seconds a step, and the share of a core that the page's own thread was busy for. */
async function run(url, views) {
  const profile = mkdtempSync(join(tmpdir(), 'posterior-views-'));
  const browser = await launch({ executablePath: findBrowser(), args: launchFlags(), userDataDir: profile });
  try {
    const page = await browser.newPage();
    // Tall enough that every chart is in sight: those that are not are not drawn.
    await page.setViewport({ width: 1440, height: 4000 });
    await page.goto(`${url}?device=wasm${SETTINGS}${views ? '' : NONE}`);
    const button = await page.waitForSelector('[data-command=runPause]:not(:disabled)');
    await button.click();
    const reaches = (step) =>
      page.waitForFunction(
        (n) =>
          Number(/\d+/.exec(document.querySelector('.progress-block .hint')?.textContent ?? '')?.[0]) >= n,
        { polling: 20, timeout: 600_000 },
        step,
      );
    // The first steps compile.
    await reaches(5);
    const [before, start] = [await page.metrics(), performance.now()];
    await reaches(STEPS - 1);
    const [after, end] = [await page.metrics(), performance.now()];
    return {
      step: (end - start) / 1000 / (STEPS - 6),
      busy: (after.TaskDuration - before.TaskDuration) / ((end - start) / 1000),
      version: await browser.version(),
    };
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 20 });
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const server = await serveSite();
try {
  const url = `http://127.0.0.1:${server.port}/`;
  const [open, none] = [[], []];
  for (let i = 0; i < ROUNDS; i++) {
    none.push(await run(url, false));
    open.push(await run(url, true));
  }
  const of = (runs, name) => median(runs.map((each) => each[name]));
  const all = (runs, name, digits) => runs.map((each) => each[name].toFixed(digits)).join(', ');
  console.log(`${open[0].version}, ${STEPS} steps of the preset “quick”, medians of ${ROUNDS}`);
  console.log(`seconds a step: ${of(none, 'step').toFixed(3)} without views (${all(none, 'step', 3)})`);
  console.log(`                ${of(open, 'step').toFixed(3)} with all (${all(open, 'step', 3)})`);
  console.log(`slower by ${(100 * (of(open, 'step') / of(none, 'step') - 1)).toFixed(1)} %`);
  const share = of(open, 'busy') - of(none, 'busy');
  console.log(
    `the page’s own thread: ${(100 * of(none, 'busy')).toFixed(1)} % of a core without views, ${(100 * of(open, 'busy')).toFixed(1)} % with all, so ${(100 * share).toFixed(1)} % for them`,
  );
} finally {
  await server.close();
}
