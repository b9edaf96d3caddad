/**
 * What watching costs: the same run without a view of the Lab, with its charts, and with every view, in turns.
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
const HIDDEN = {
  none: '&hide=settings,runs,scores,pass,gate-plot,groups,try-it,curves',
  charts: '&hide=settings,runs,scores,groups,try-it',
  all: '',
};

/** Seconds a step, and the share of a core that the page's own thread was busy for. */
async function run(url, hidden) {
  const profile = mkdtempSync(join(tmpdir(), 'posterior-views-'));
  const browser = await launch({ executablePath: findBrowser(), args: launchFlags(), userDataDir: profile });
  try {
    const page = await browser.newPage();
    // Tall enough that every chart is in sight: those that are not are not drawn.
    await page.setViewport({ width: 1440, height: 4000 });
    await page.goto(`${url}?device=wasm${SETTINGS}${hidden}`);
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

const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
};

const server = await serveSite();
try {
  const url = `http://127.0.0.1:${server.port}/`;
  const runs = { none: [], charts: [], all: [] };
  for (let i = 0; i < ROUNDS; i++) {
    for (const views in HIDDEN) runs[views].push(await run(url, HIDDEN[views]));
  }
  console.log(`${runs.none[0].version}, ${STEPS} steps of the preset “quick”, ${ROUNDS} rounds; medians`);
  const each = (views, value) => runs[views].map(value);
  const printed = (values, digits) =>
    `${median(values).toFixed(digits)} (${values.map((value) => value.toFixed(digits)).join(', ')})`;
  for (const views in runs) {
    const steps = printed(
      each(views, ({ step }) => step),
      3,
    );
    const busy = printed(
      each(views, ({ busy }) => 100 * busy),
      1,
    );
    console.log(`${views.padEnd(6)}  seconds a step ${steps}; the page’s own thread, % of a core ${busy}`);
  }
  for (const views of ['charts', 'all']) {
    const slower = each(views, ({ step }, i) => 100 * (step / runs.none[i].step - 1));
    const more = each(views, ({ busy }, i) => 100 * (busy - runs.none[i].busy));
    console.log(
      `${views} against none, by round: ${printed(slower, 1)} % slower, ${printed(more, 1)} % of a core more`,
    );
  }
} finally {
  await server.close();
}
