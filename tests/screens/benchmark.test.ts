import type { Page } from 'puppeteer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EvaluatedSample } from '../../src/evaluation/records.ts';
import type { EvaluateRequest, EvaluateResult } from '../../src/headless/requests.ts';
import { findPreset } from '../../src/run/presets.ts';
import { jsonLines } from '../support/command.ts';
import { axeViolations, DESKTOP, PHONE, visit } from '../support/lab-page.ts';
import { openTestPage, type TestPage } from '../support/page.ts';

/** Benchmark as a screen, on mathematics, which needs no sandbox. */

const CONFIG = { ...findPreset('maths').config, steps: 10 };
const TASKS = 6;
const SAMPLES = 2;
const MINUTE = 60_000;

let server: TestPage;

beforeAll(async () => {
  server = await openTestPage();
  // A run whose policy has lost something since it began. As text, because the test runner rewrites an import() in a function.
  await server.page.evaluate(`(async () => {
    const { openStore } = await import('/src/store/index.ts');
    const { readBundledModels } = await import('/src/workspace/bundled.ts');
    const { policy } = await readBundledModels('maths');
    const store = await openStore('posterior');
    const { id } = await store.createRun(${JSON.stringify(CONFIG)}, 'wasm, 2 threads');
    const parameters = policy.weights.map((weight, i) => (i % 3 === 0 ? 0.8 * weight : weight));
    await store.saveCheckpoint(id, { step: 10, parts: { parameters, reference: policy.weights }, meta: {} });
    await store.setStatus(id, 'finished');
    store.close();
  })()`);
});
afterAll(() => server?.close());

const becomes = (page: Page, selector: string, pattern: RegExp): Promise<unknown> =>
  page.waitForFunction(
    (at, source) => new RegExp(source).test(document.querySelector(at)?.textContent ?? ''),
    {},
    selector,
    pattern.source,
  );

async function type(page: Page, selector: string, typed: string): Promise<void> {
  await page.click(selector, { count: 3 });
  await page.keyboard.type(typed);
  await page.keyboard.press('Tab');
}

/** The text of the next file that a button hands to the downloads. */
async function downloaded(page: Page, kind: string): Promise<string> {
  const text = page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const make = URL.createObjectURL.bind(URL);
        URL.createObjectURL = (blob) => {
          URL.createObjectURL = make;
          void (blob as Blob).text().then(resolve);
          return make(blob);
        };
      }),
  );
  await page.click(`[data-download=${kind}]`);
  return text;
}

/** What the command line’s `eval` says of the site’s policy on the same tasks. */
async function evaluated(change: Partial<EvaluateRequest> = {}): Promise<EvaluateResult> {
  const { page } = await visit(server, '?headless');
  await page.waitForFunction(() => window.posterior !== undefined);
  const request: EvaluateRequest = {
    policy: { name: 'starter', model: null, run: null },
    tasks: { name: 'maths', domain: 'maths', tasks: 'starter', split: 'held-out', file: null },
    limit: TASKS,
    samples: SAMPLES,
    ks: [1, SAMPLES],
    seed: 0,
    temperature: 1,
    maxPromptTokens: null,
    maxCompletionTokens: null,
    timeoutMs: 1000,
    prompts: {},
    trained: null,
    device: 'wasm',
    upload: null,
    ...change,
  };
  const result = await page.evaluate((asked) => window.posterior!.evaluate(asked), request);
  await page.close();
  return result;
}

async function looksRight(page: Page): Promise<void> {
  expect(await axeViolations(page)).toEqual([]);
  const [content, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content).toBeLessThanOrEqual(width!);
}

it('evaluates two policies as `eval` does, shows every task and sample, and keeps them', async () => {
  const { page, complaints } = await visit(server, '?device=wasm#v=1&screen=benchmark');
  page.setDefaultTimeout(2 * MINUTE);
  await page.waitForSelector('[data-policy^=start]');
  await page.click('[data-policy=site]');
  await page.click('[data-start]');
  await becomes(page, '.benchmark-form', /Choose at least one policy/);
  await page.click('[data-policy=site]');
  await page.select('#benchmark-tasks', 'starter');
  // The last checkpoint stands before the start in the list.
  await page.click('[data-policy]:not([data-policy=site])');
  await becomes(page, '.cautions', /was trained on mathematics; these tasks are programs/);
  await page.select('#benchmark-tasks', 'maths');
  await type(page, '#benchmark-limit', String(TASKS));
  await type(page, '#benchmark-samples', String(SAMPLES));
  await type(page, '#benchmark-ks', `1, ${SAMPLES}`);
  await page.click('[data-start]');
  await becomes(page, '[data-status]', /Done/);
  await page.waitForFunction(() => document.querySelectorAll('[data-policy-row]').length === 2);

  const all = jsonLines(await downloaded(page, 'samples')) as unknown as (EvaluatedSample & {
    readonly policy: string;
  })[];
  const own = all.filter(({ policy }) => policy === 'Bundled policy');
  const { file, matrix } = await evaluated();
  expect(all).toHaveLength(2 * TASKS * SAMPLES);
  expect(own.map(({ task, outcome }) => [task, outcome])).toEqual(
    matrix.flatMap(({ task, outcomes }) => outcomes.map((outcome) => [task, outcome])),
  );
  const lines = (await downloaded(page, 'estimates')).split('\r\n');
  for (const [k, { value, bootstrap }] of Object.entries(file.report.all.strict))
    expect(lines.join('\n')).toContain(
      `Bundled policy,,${TASKS},${TASKS * SAMPLES},strict pass@${k},${value},${bootstrap!.low},${bootstrap!.high},`,
    );
  expect(lines.join('\n')).toContain(`,length,${file.report.all.rates['length']!.value},`);
  await becomes(page, '.pair-card', /drawn with the same random numbers.*McNemar/);

  // Arrow keys inside the grid, which is one tab stop.
  await page.focus('.task-grid [tabindex="0"]');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-cell'))).toBe('1,1');
  expect(await page.$$eval('.task-grid [tabindex="0"]', (stops) => stops.length)).toBe(1);
  expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(
    /, Posterior, seed 1: step 10: \d of 2 pass every test, \d the visible ones/,
  );
  await page.keyboard.press('Enter');
  await page.waitForSelector('.benchmark-sample .detail');
  const heading = await page.$eval('#benchmark-task', (element) => element.textContent);
  await page.keyboard.press(']');
  await page.waitForFunction(
    (before) => document.querySelector('#benchmark-task')?.textContent !== before,
    {},
    heading,
  );
  const worse = await page.$eval('#benchmark-change option[value=same]', (option) => option.textContent);
  await page.select('#benchmark-change', 'same');
  const shown = /\((\d+)\)/.exec(worse ?? '')?.[1];
  await page.waitForSelector(`[data-tasks-shown="${shown}"]`);
  await page.select('#benchmark-change', '');
  await looksRight(page);

  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  await page.setViewport(PHONE);
  await page.reload();
  await becomes(page, '[data-tasks-shown]', new RegExp(`^${TASKS} tasks`));
  await page.click('[data-cell="0,1"]');
  await page.waitForSelector('.benchmark-sample .detail');
  await looksRight(page);
  await page.setViewport(DESKTOP);
  await page.waitForSelector('.kept-item .remove');
  await page.click('.kept-item .remove');
  await page.click('.kept-item .confirm button');
  await page.waitForSelector('[data-quick]');
  await page.waitForSelector('.kept-item', { hidden: true });
  await page.close();
  expect(complaints).toEqual([]);
});

it('asks and draws as the form says', async () => {
  const { page } = await visit(server, '?device=wasm#v=1&screen=benchmark');
  page.setDefaultTimeout(2 * MINUTE);
  await page.waitForSelector('[data-policy=site]');
  await page.select('#benchmark-tasks', 'maths');
  await page.click('#benchmark-limit', { count: 3 });
  await page.keyboard.type(String(TASKS));
  // What is half typed stays while the form is drawn anew.
  for (const checked of [false, true]) {
    await page.$eval('[data-policy=site]', (box) => (box as HTMLInputElement).click());
    await page.waitForFunction(
      (wanted) => document.querySelector<HTMLInputElement>('[data-policy=site]')?.checked === wanted,
      {},
      checked,
    );
  }
  await page.keyboard.press('Tab');
  await type(page, '#benchmark-samples', '1');
  await type(page, '#benchmark-ks', '1');
  await page.$$eval('.benchmark-form details', (all) => all.forEach((each) => (each.open = true)));
  await type(page, '#benchmark-top-k', '3');
  await type(page, '#benchmark-top-p', '0.9');
  await page.select('#benchmark-prompt-style', 'few-shot');
  await type(page, '#benchmark-shots', '1');
  await page.select('#benchmark-format-profile', 'chat');
  await looksRight(page);
  await page.click('[data-start]');
  await becomes(page, '[data-status]', /Done/);
  await becomes(page, '.benchmark-summary', /top-k 3, top-p 0\.9.*few-shot.*read as chat/);

  const all = jsonLines(await downloaded(page, 'samples')) as unknown as EvaluatedSample[];
  const { matrix } = await evaluated({
    samples: 1,
    ks: [1],
    topK: 3,
    topP: 0.9,
    prompts: { promptStyle: 'few-shot', shots: 1, formatProfile: 'chat' },
  });
  expect(all.map(({ task, outcome }) => [task, outcome])).toEqual(
    matrix.map(({ task, outcomes }) => [task, outcomes[0]]),
  );
  await page.close();
});
