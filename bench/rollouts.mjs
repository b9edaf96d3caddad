/**
 * How fast Rollouts opens a long run, slides over its steps and scrolls: the built page, with a made-up run in its store.
 *
 *     node bench/rollouts.mjs [STEPS]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer';
import { findBrowser, launchFlags } from '../scripts/browser.mjs';
import { serveSite } from '../scripts/site.mjs';

const STEPS = Number(process.argv[2] ?? 10_000);
/** The steps that are slid over have as many completions as a step of the default preset, the others a group. */
const WHOLE_STEPS = 500;
const FRAMES = 300;
const OPENINGS = 5;
const RUN = 'made-up';

/** In the page: fills the store that the app has made. */
async function fill(run, steps, wholeSteps) {
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open('posterior');
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
  });
  const rolloutOf = (step, group, index) => ({
    step,
    group,
    index,
    taskId: `task ${group}`,
    tokens: Array.from({ length: 72 }, (_, t) => (t * 7 + step) % 500),
    logprobs: Array.from({ length: 72 }, (_, t) => -((t * 13 + step) % 97) / 97),
    text: `<think>${'step by step '.repeat(8)}</think><answer>def solve(xs):\n    return ${step}</answer>`,
    reasoning: 'step by step '.repeat(8),
    answer: `def solve(xs):\n    return ${step}`,
    truncated: false,
    verification: {
      passes: index === 0,
      passesVisible: index === 0,
      passed: index === 0 ? 6 : 2,
      total: 6,
      weak: false,
      detail: {
        id: '',
        status: index === 0 ? 'pass' : 'wrong',
        passed: 2,
        total: 6,
        tests: [],
        output: '',
        timeMs: 1,
      },
    },
    rewards: { format: 1, outcome: Number(index === 0), thinking: ((step + index) % 10) / 10 },
    reward: index === 0 ? 2 + (step % 10) / 10 : 1,
    advantage: 0,
    entropy: 0.2,
    kl: null,
    agreement: null,
  });
  const write = (names, work) =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(names, 'readwrite', { durability: 'relaxed' });
      transaction.addEventListener('complete', resolve);
      transaction.addEventListener('error', () => reject(transaction.error));
      work(transaction);
    });
  const config = { preset: 'starter', gate: 'posterior', seed: 1, steps, groupSize: 8, promptsPerStep: 12 };
  await write(['runs'], (transaction) =>
    transaction
      .objectStore('runs')
      .put({ id: run, config, device: 'none', created: 1, status: 'finished', lastStep: steps }),
  );
  for (let from = 1; from <= steps; from += 100)
    await write(['rollouts'], (transaction) => {
      for (let step = from; step < Math.min(from + 100, steps + 1); step++) {
        const groups = step > steps - wholeSteps ? 12 : 1;
        const rollouts = Array.from({ length: groups * 8 }, (_, i) =>
          rolloutOf(step, Math.floor(i / 8), i % 8),
        );
        transaction.objectStore('rollouts').put({ run, step, rollouts });
      }
    });
  database.close();
}

/** In the page: frames a second while something is done at each. */
async function framesPerSecond(frames, what) {
  const slider = document.querySelector('.step-bar input[type=range]');
  const work = {
    slide: () => {
      slider.value = String(Number(slider.value) - 1);
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    },
    scroll: (i) => window.scrollTo(0, (i * 40) % (document.documentElement.scrollHeight - innerHeight)),
  }[what];
  const shown = new Set();
  const frame = () => new Promise((next) => requestAnimationFrame(next));
  await frame();
  const start = performance.now();
  for (let i = 0; i < frames; i++) {
    work(i);
    await frame();
    if (document.querySelector('.stale') === null) shown.add(slider.value);
  }
  return { perSecond: (1000 * frames) / (performance.now() - start), drawn: shown.size };
}

const site = await serveSite();
const profile = mkdtempSync(join(tmpdir(), 'posterior-bench-'));
const browser = await launch({
  executablePath: findBrowser(),
  args: launchFlags(),
  userDataDir: profile,
  headless: true,
  protocolTimeout: 600_000,
});
try {
  // The Lab: without a place, a first visit opens on the lesson.
  const url = `http://127.0.0.1:${site.port}/#v=1`;
  const first = await browser.newPage();
  await first.goto(url);
  await first.waitForSelector('.run-status strong');
  await first.waitForFunction(() => document.querySelector('.run-status strong').textContent === 'Ready');
  await first.evaluate(fill, RUN, STEPS, WHOLE_STEPS);
  await first.close();

  const openings = [];
  let page;
  for (let i = 0; i < OPENINGS; i++) {
    await page?.close();
    page = await browser.newPage();
    await page.setViewport({ width: 1440, height: 900 });
    await page.goto(url);
    await page.waitForFunction(() => document.querySelector('.run-status strong')?.textContent === 'Ready');
    openings.push(
      await page.evaluate(async () => {
        const begin = performance.now();
        dispatchEvent(new KeyboardEvent('keydown', { key: '4' }));
        while (!document.querySelector('.completion')) await new Promise(requestAnimationFrame);
        return performance.now() - begin;
      }),
    );
  }
  const slide = await page.evaluate(framesPerSecond, FRAMES, 'slide');
  await page.click('input[name=rollouts-scope][value=step]');
  const scroll = await page.evaluate(framesPerSecond, FRAMES, 'scroll');
  const ms = openings.map((each) => Math.round(each)).sort((a, b) => a - b);
  console.log(`${await browser.version()}, ${STEPS} steps`);
  console.log(`from the Lab to its completions: ${ms.join(', ')} ms`);
  console.log(
    `slider, a step at every frame: ${slide.perSecond.toFixed(0)} frames/s, ${slide.drawn} of ${FRAMES} steps drawn`,
  );
  console.log(`scrolling 96 completions: ${scroll.perSecond.toFixed(0)} frames/s`);
} finally {
  await browser.close();
  await site.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}
