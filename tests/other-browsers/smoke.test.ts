/**
 * The page in Firefox and WebKit, as built and from the development server: it opens, trains three steps on WASM, grades
 * in both languages, stores, and goes on after a reload, with the metrics of Chromium. Skipped where a browser is not
 * installed, which its name then says.
 */
import { beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { AutomationEvent, TrainRequest } from '../../src/headless/requests.ts';
import type { Metrics } from '../../src/rl/types.ts';
import { BROWSERS, type TestBrowser } from './browsers.ts';

const MINUTES = 60_000;

const REQUEST: TrainRequest = {
  preset: 'quick',
  gate: 'posterior',
  steps: 3,
  seed: 2,
  device: 'wasm',
  overrides: { evalTasks: 16, evalEvery: 3, checkpointEvery: 1 },
  resume: false,
  policy: null,
  tasks: null,
  reward: null,
  upload: null,
};

const CLOCKS = /^(time\/|step_time$|tokens_per_second$)/;
const withoutClocks = (metrics: Metrics): Metrics =>
  Object.fromEntries(Object.entries(metrics).filter(([name]) => !CLOCKS.test(name)));

/** Everything bit for bit but the KL: it takes `Math.exp`, whose last digit is each engine's own. */
const nearly = (metrics: Metrics): object => ({
  ...metrics,
  kl: expect.closeTo(metrics['kl'] ?? NaN, 12) as number,
});

const { site, url: development } = inject('server');

async function openHeadless(browser: TestBrowser, url: string): Promise<void> {
  await browser.goto(`${url}?headless`);
  await vi.waitFor(async () => expect(await browser.evaluate('typeof posterior')).toBe('object'), {
    timeout: MINUTES,
    interval: 200,
  });
  await browser.evaluate(
    'globalThis.told = []; globalThis.posteriorEmit = (event) => void told.push(event); 0',
  );
}

/** Begins a training, and does not wait for it: a page that is reloaded meanwhile answers nothing. */
const begin = (browser: TestBrowser, request: TrainRequest): Promise<unknown> =>
  browser.evaluate(
    `globalThis.ended = null;
     posterior.train(${JSON.stringify(request)}).then(({ end }) => (ended = { end }), (error) => (ended = { error: String(error) }));
     0`,
  );

/** Polls an expression until it is something. */
const become = <T>(browser: TestBrowser, expression: string): Promise<T> =>
  vi.waitFor(
    async () => {
      const value = await browser.evaluate(expression);
      if (value === null || value === undefined) {
        const last = await browser.evaluate(
          `JSON.stringify((globalThis.told ?? []).slice(-3)).slice(0, 300)`,
        );
        throw new Error(`${expression} is still nothing; the last events: ${String(last)}.`);
      }
      return value as T;
    },
    { timeout: 5 * MINUTES, interval: 200 },
  );

const stepsTold = async (browser: TestBrowser): Promise<Map<number, Metrics>> => {
  const events = (await browser.evaluate(
    `told.filter(({ type }) => type === 'step').map(({ record }) => ({ type: 'step', record, rollouts: [] }))`,
  )) as Extract<AutomationEvent, { type: 'step' }>[];
  return new Map(events.map(({ record }) => [record.step, withoutClocks(record.metrics)]));
};

async function trained(browser: TestBrowser): Promise<object> {
  const ended = await become<{ end?: Metrics; error?: string }>(browser, 'ended');
  expect(ended.error).toBeUndefined();
  return withoutClocks(ended.end ?? {});
}

/** A whole training in Chromium: what the others are compared with. */
async function inChromium(): Promise<{ steps: Map<number, Metrics>; end: object }> {
  const open = BROWSERS['Chromium'];
  if (typeof open !== 'function') throw new Error('Chromium is not installed.');
  const browser = await open();
  try {
    await openHeadless(browser, site);
    await begin(browser, REQUEST);
    const end = await trained(browser);
    return { steps: await stepsTold(browser), end };
  } finally {
    await browser.close();
  }
}

const CASES = Object.entries(BROWSERS)
  .filter(([name]) => name !== 'Chromium')
  .flatMap(([name, open]) => [
    { title: `${name} with the built site`, open, url: site },
    { title: `${name} with the development server`, open, url: development },
  ])
  .map((one) =>
    typeof one.open === 'string' ? { ...one, title: `${one.title} (not installed: ${one.open})` } : one,
  );

let wanted: Awaited<ReturnType<typeof inChromium>>;
beforeAll(async () => {
  wanted = await inChromium();
}, 5 * MINUTES);

describe.each(CASES)('$title', ({ open: opener, url }) => {
  const open = opener as () => Promise<TestBrowser>;
  it.skipIf(typeof opener !== 'function')(
    'shows every screen, and every chapter of the lesson',
    async () => {
      const browser = await open();
      try {
        await browser.goto(`${url}?device=wasm`);
        await become(browser, `document.querySelector('.screen-nav a') && 1`);
        await browser.evaluate(
          `globalThis.faults = []; for (const kind of ['error', 'unhandledrejection'])
             addEventListener(kind, (event) => faults.push(String(event.reason ?? event.message))); 0`,
        );
        const screens = (await browser.evaluate(
          `[...document.querySelectorAll('.screen-nav a')].map(({ textContent }) => textContent)`,
        )) as string[];
        expect(screens.length).toBeGreaterThanOrEqual(7);
        for (const screen of screens) {
          await browser.evaluate(
            `[...document.querySelectorAll('.screen-nav a')].find((a) => a.textContent === ${JSON.stringify(screen)}).click(), 0`,
          );
          await become(
            browser,
            `(document.querySelector('.screen-nav [aria-current]')?.textContent === ${JSON.stringify(screen)} &&
             document.querySelector('main.screen h2, main.screen .run-panel') !== null &&
             document.querySelector('[aria-busy=true]') === null) || null`,
          );
        }
        await browser.evaluate(`document.querySelector('.screen-nav a').click(), 0`);
        await become(browser, `document.querySelectorAll('.chapter').length === 9 || null`);
        // Nothing that a screen needs may fail a moment later.
        await new Promise((later) => setTimeout(later, 2000));
        expect(await browser.evaluate(`faults`)).toEqual([]);
        expect(
          await browser.evaluate(`[...document.querySelectorAll('[role=alert]')].map((a) => a.innerText)`),
        ).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    5 * MINUTES,
  );
  it.skipIf(typeof opener !== 'function')(
    'opens, trains, grades, stores and goes on, with the metrics of Chromium',
    async () => {
      const { steps, end } = wanted;
      const browser = await open();
      try {
        await browser.goto(`${url}#v=1`);
        await become(browser, `document.querySelector('.run-panel') && 1`);
        // A page that is left while it creates its storage leaves WebKit's next one without.
        await become(browser, `indexedDB.databases().then((all) => (all.length > 0 ? 1 : null))`);
        await openHeadless(browser, url);
        await begin(browser, REQUEST);
        const stored = `told.some(({ type, step }) => type === 'checkpoint' && step >= 1) || null`;
        expect(await become(browser, `ended?.error ?? (${stored})`)).toBe(true);
        const before = await stepsTold(browser);
        await openHeadless(browser, url);
        await begin(browser, { ...REQUEST, resume: true });
        expect(await trained(browser)).toEqual(end);
        const all = new Map([...before, ...(await stepsTold(browser))]);
        expect([...all].sort(([a], [b]) => a - b)).toEqual(
          [...steps].map(([step, of]) => [step, nearly(of)]),
        );
        const item = (id: string, language: string, program: string): object => ({
            kind: 'submission', id, line: 1, format: 'posterior',
            submission: { id, language, program, entry: 'f', tests: [{ args: [[3, 1]], expected: [1, 3] }], timeoutMs: 60_000 },
          }); // prettier-ignore
        const items = JSON.stringify([
          item('right', 'python', 'def f(x):\n    return sorted(x)'),
          item('wrong', 'python', 'def f(x):\n    return x'),
          item('other', 'javascript', 'const f = (x) => x.sort()'),
        ]);
        const graded = (await browser.evaluate(
          `posterior.grade(${JSON.stringify({ items, options: {} })})`,
        )) as string;
        const statuses = (JSON.parse(graded) as { verdict: { status: string } }[]).map(
          ({ verdict }) => verdict.status,
        );
        expect(statuses).toEqual(['pass', 'wrong', 'pass']);
      } finally {
        await browser.close();
      }
    },
    15 * MINUTES,
  );
});
