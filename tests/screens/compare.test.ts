/** The screen Compare with its real engine: an experiment that is interrupted, one that ran through, and stored runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElementHandle } from 'puppeteer';
import { afterAll, describe, expect, it } from 'vitest';
import type { CellResult } from '../../src/experiment/results.ts';
import { appears, disappears, openApp, page, textOf, textsOf, useBrowser } from '../support/app-page.ts';
import { axeViolations, PHONE } from '../support/lab-page.ts';
import { madeRun, PARTING, storeRuns } from '../support/twin-runs.ts';

/** By the name that the screen had: old links lead there. */
const ADDRESS = '?demo&device=wasm#v=1&screen=experiments';
const MINUTE = 60_000;

useBrowser();

const folder = mkdtempSync(join(tmpdir(), 'posterior-experiments-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const SMALL = {
  version: 1,
  name: 'small',
  title: 'Two gates in two steps',
  question: 'Is R_t of any use?',
  presets: ['quick'],
  seeds: [3],
  settings: {
    steps: 2,
    promptsPerStep: 2,
    groupSize: 4,
    evalEvery: 0,
    evalTasks: 4,
    taskSettings: { families: ['lists'] },
  },
  evaluation: { samples: 2, limit: 4 },
  arms: [
    { name: 'frozen', label: 'Start', frozen: true },
    { name: 'own', label: 'Own start', policy: { steps: 2 } },
  ],
  contrasts: [{ name: 'difference', label: 'Difference', plus: ['own'], minus: ['frozen'], primary: true }],
};

async function openFile(path: string): Promise<void> {
  const input = (await appears('#experiment-file')) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(path);
}

const cellsFinished = (count: number): Promise<unknown> =>
  page.waitForFunction(
    (n) => Number(document.querySelector('[data-cells]')?.getAttribute('data-cells')) >= n,
    { timeout: 2 * MINUTE },
    count,
  );

const CLOCKS = /^(time\/|step_time$|tokens_per_second$)/;

/** Every cell that the page keeps, without what a clock says. */
async function cells(): Promise<unknown[]> {
  const kept = (await page.evaluate(`(async () => {
    const open = indexedDB.open('posterior');
    const database = await new Promise((resolve) => (open.onsuccess = () => resolve(open.result)));
    const all = database.transaction('cells').objectStore('cells').getAll();
    const found = await new Promise((resolve) => (all.onsuccess = () => resolve(all.result)));
    database.close();
    return found;
  })()`)) as { result: CellResult }[];
  const timeless = (record: { readonly metrics: object }) => ({
    ...record,
    metrics: Object.entries(record.metrics).filter(([metric]) => !CLOCKS.test(metric)),
  });
  return kept.map(({ result: { seconds: _, ...result } }) => ({
    ...result,
    steps: result.steps.map(timeless),
    evals: result.evals.map(timeless),
  }));
}

/** The text of the first file of a type that a button hands to the downloads. */
async function taken(button: string, type = ''): Promise<string> {
  const text = page.evaluate(
    (wanted) =>
      new Promise<string>((resolve) => {
        const make = URL.createObjectURL.bind(URL);
        URL.createObjectURL = (blob) => {
          if ((blob as Blob).type.startsWith(wanted)) {
            URL.createObjectURL = make;
            void (blob as Blob).text().then(resolve);
          }
          return make(blob);
        };
      }),
    type,
  );
  await page.click(button);
  return text;
}

const downloaded = (kind: string): Promise<string> => taken(`[data-download=${kind}]:not(:disabled)`);

const says = (selector: string, text: string): Promise<unknown> =>
  page.waitForFunction((s, t) => document.querySelector(s)?.textContent?.includes(t), {}, selector, text);

const run = (): Promise<void> => page.click('[data-command=experimentRunPause]:not(:disabled)');

describe('an experiment', () => {
  it(
    'shows its plan, is interrupted, goes on by itself, and has the numbers of one that ran through',
    { timeout: 5 * MINUTE },
    async () => {
      await openApp(ADDRESS);
      await openFile(fileOf('small.json', SMALL));
      await appears('.plan-card');
      expect(await textOf('.plan-card header')).toContain('2 arms · 1 seed · 2 cells');
      expect(await textOf('.plan-facts')).toContain('each seed its own, fine-tuned for 2 steps');
      await run();
      await cellsFinished(1);
      // In the middle of the next cell.
      await page.reload();
      await appears('.message.notice');
      expect(await textOf('.message.notice')).toMatch(
        /“Two gates in two steps” was interrupted after 1 of 2/,
      );
      await cellsFinished(2);
      await appears('.strip-figure');
      expect(await textsOf('[data-arm] th')).toEqual(['Start', 'Own start']);
      expect(await textsOf('.arm-group h3')).toEqual(['Own start']);
      expect(await axeViolations(page)).toEqual([]);
      expect(await downloaded('report')).toMatch(/^<!doctype html>[^]*<h1>Two gates in two steps<\/h1>/);
      expect(await downloaded('csv')).toMatch(/^arm,preset,seed,kind,step,/);
      expect(JSON.parse(await downloaded('file'))).toEqual(SMALL);
      const interrupted = await cells();
      expect(interrupted).toHaveLength(2);

      await page.click('.kept-item .remove');
      await page.click('.kept-item .confirm button');
      await page.waitForFunction(() => document.querySelector('.kept-item') === null);
      expect(await cells()).toEqual([]);
      await openFile(fileOf('again.json', { ...SMALL, title: 'The same' }));
      await appears('.plan-card');
      await run();
      await cellsFinished(2);
      expect(await cells()).toEqual(interrupted);
    },
  );
});

describe('runs of the Lab', () => {
  it('stand side by side, and twins are followed to where they part', { timeout: 2 * MINUTE }, async () => {
    // The server of the sources has a socket that is not passed on.
    await openApp('blank-test-page.html', { expected: (text) => /websocket/i.test(text) });
    const runs = [
      madeRun('p1', 'posterior', 1, 6, 0.8),
      madeRun('u1', 'ungated', 1, 6, 0.7),
      madeRun('p2', 'posterior', 2, 6, 0.9),
    ];
    await storeRuns(page, runs);
    await page.goto(new URL(ADDRESS, page.url()).href);
    for (const { id } of runs) {
      await appears(`[data-run=${id}]`);
      await page.click(`[data-run=${id}]`);
    }
    await says('main', '2 arms · 2 seeds · 3 runs');
    await says('[data-aspect=prompt]', 'the same in all 6 steps');
    await page.waitForFunction(() => location.hash.includes('screen=compare&runs=p1%2Cu1%2Cp2'));
    expect(await textsOf('[data-arm] th')).toEqual(['Posterior', 'Ungated']);
    expect(await textOf('[aria-label="Settings that differ"] tbody')).toBe('gateposteriorungated');
    expect(await textOf('[data-aspect=reward]')).toContain('step 1');
    await appears('[data-twin-step="6"]');
    await page.click('[data-aspect=completion] button');
    await appears(`[data-twin-step="${PARTING}"]`);
    await appears('.twin-texts mark');
    await says('.compare-step output', `step ${PARTING} of 6`);
    // Every chart has its cursor there, and follows when one of them is moved.
    const jawsAt = (step: number): Promise<unknown> =>
      page.waitForFunction(
        (s) =>
          [...document.querySelectorAll('.jaws-grid input')].every((input) =>
            input.getAttribute('aria-valuetext')?.startsWith(`step ${s}:`),
          ),
        {},
        step,
      );
    await jawsAt(PARTING);
    await page.focus('.jaws-grid input');
    await page.keyboard.press('ArrowRight');
    await jawsAt(PARTING + 1);
    await appears(`[data-twin-step="${PARTING + 1}"]`);
    expect(await axeViolations(page)).toEqual([]);

    const svg = await taken('.chart-hero [data-picture=svg]', 'image/svg');
    expect(svg).toMatch(/^<svg xmlns.*held-out pass@1.*Posterior/s);
    const fault = await page.evaluate(
      (text) =>
        new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror')?.textContent ??
        null,
      svg,
    );
    expect(fault).toBeNull();
    expect(await taken('.jaws-grid [data-picture=png]', 'image/png')).toMatch(/^.PNG/);
    expect(await downloaded('report')).toMatch(/<h1>Posterior against Ungated<\/h1>[^]*class="group-view"/);
    expect(await downloaded('jsonl')).toContain('"arm":"Ungated","preset":"","seed":1,"kind":"final"');
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    expect(await axeViolations(page)).toEqual([]);
  });
});

describe('a file that cannot be used', () => {
  it('has all its faults shown, and the site’s own opens after it', async () => {
    await openApp(ADDRESS, { viewport: PHONE, scheme: 'dark' });
    await openFile(fileOf('bad.json', { ...SMALL, seeds: [1, 1], colour: 'blue' }));
    await appears('.faults');
    expect(await textsOf('.faults li')).toHaveLength(2);
    expect(await axeViolations(page)).toEqual([]);
    await openFile(fileOf('results.jsonl', '{"arm":"a"'));
    await says('.faults', 'Line 1 of results.jsonl is no JSON');
    await page.click('[data-site=gates]');
    await appears('.plan-card');
    await disappears('.faults');
    expect(await axeViolations(page)).toEqual([]);
    const [content, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(content).toBeLessThanOrEqual(width!);
  });
});
