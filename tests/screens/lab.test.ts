/** The Lab with its real engine: runs that end early, devices that are lost, files that are missing. */
import type { Page } from 'puppeteer';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvalRecord, Rollout, StepRecord } from '../../src/rl/types.ts';
import { axeViolations, smallSteps } from '../support/lab-page.ts';
import { openTestPage, type Intercept, type TestPage } from '../support/page.ts';
import type { Verdict } from '../../src/sandbox/types.ts';

/** Every part of a run, in little time. */
const address = (rest: string, set: object = {}): string => `#v=1&preset=quick&${rest}&${smallSteps(set)}`;
const SETTINGS = address('seed=5&steps=4', { checkpointEvery: 2, evalTasks: 8 });
const MINUTES = 60_000;

interface Recorded {
  readonly status: string;
  readonly steps: readonly StepRecord[];
  readonly evals: readonly EvalRecord[];
  readonly rollouts: readonly (readonly Rollout[])[];
}

const statusOf = (page: Page): Promise<string> =>
  page.$eval('.run-status strong', (element) => element.textContent ?? '');

const statusBecomes = (page: Page, word: string, timeout = 2 * MINUTES): Promise<unknown> =>
  page.waitForFunction(
    (w) => document.querySelector('.run-status strong')?.textContent === w,
    { timeout },
    word,
  );

/** Shown as `Step 3 of 7`. */
const stepReaches = (page: Page, step: number): Promise<unknown> =>
  page.waitForFunction(
    (s) =>
      Number(/Step (\d+) of/.exec(document.querySelector('.progress-block')?.textContent ?? '')?.[1]) >= s,
    { timeout: 2 * MINUTES },
    step,
  );

const messages = (page: Page): Promise<string[]> =>
  page.$$eval('.message', (all) => all.map((each) => each.textContent ?? ''));

const messageAppears = async (page: Page, selector = '.message.error'): Promise<string> => {
  const shown = await page.waitForSelector(selector, { timeout: MINUTES });
  return (await shown?.evaluate((element) => element.textContent)) ?? '';
};

async function typeInto(page: Page, field: string, value: string): Promise<void> {
  await page.click(field, { count: 3 });
  await page.keyboard.type(value);
  await page.keyboard.press('Tab');
}

async function openLab(test: TestPage, hash: string, cached = true): Promise<Page> {
  const page = await test.browser.newPage();
  await page.setCacheEnabled(cached);
  await page.setViewport({ width: 1440, height: 900 });
  await page.goto(new URL(hash.includes('#') ? hash : `${hash}#v=1`, test.url).href);
  await page.waitForSelector('.run-panel');
  await page.waitForFunction(() => document.querySelector('.run-status strong')?.textContent !== 'Loading');
  return page;
}

const CLOCKS = /^(time\/|step_time$|tokens_per_second$)/;

/** Every run that the page's store holds, newest first, without what a clock says. */
async function recorded(test: TestPage): Promise<Recorded[]> {
  const runs = (await test.page.evaluate(`(async () => {
    const { openStore } = await import('/src/store/index.ts');
    const store = await openStore('posterior');
    const runs = [];
    for (const { id, status } of await store.listRuns()) {
      const steps = await store.steps(id);
      const rollouts = await Promise.all(steps.map(({ step }) => store.rollouts(id, step)));
      runs.push({ status, steps, evals: await store.evals(id), rollouts });
    }
    store.close();
    return JSON.parse(JSON.stringify(runs));
  })()`)) as Recorded[];
  const timeless = (metrics: StepRecord['metrics']): StepRecord['metrics'] =>
    Object.fromEntries(Object.entries(metrics).filter(([name]) => !CLOCKS.test(name)));
  return runs.map((run) => ({
    ...run,
    steps: run.steps.map((record) => ({ ...record, metrics: timeless(record.metrics) })),
    evals: run.evals.map((record) => ({ ...record, metrics: timeless(record.metrics) })),
    rollouts: run.rollouts.map((step) =>
      step.map((rollout) => {
        const { verification } = rollout;
        const detail = { ...(verification.detail as Verdict), timeMs: 0, memoryMb: null };
        return { ...rollout, verification: { ...verification, detail } };
      }),
    ),
  }));
}

describe('a run that is interrupted', () => {
  let test: TestPage;
  beforeAll(async () => {
    test = await openTestPage();
  });
  afterAll(() => test?.close());

  it(
    'goes on by itself on return, with the numbers of one that was not',
    { timeout: 6 * MINUTES },
    async () => {
      let page = await openLab(test, SETTINGS);
      await page.click('[data-command=runPause]');
      await stepReaches(page, 3);
      await page.close();
      expect((await recorded(test)).map(({ status }) => status)).toEqual(['running']);

      page = await openLab(test, '');
      await statusBecomes(page, 'Training', MINUTES);
      expect((await messages(page)).join()).toMatch(/interrupted at step 3 of 4.*Kept:.*checkpoint/);
      await statusBecomes(page, 'Done');
      await page.close();

      page = await openLab(test, SETTINGS);
      expect(await statusOf(page)).not.toBe('Training');
      await page.click('[data-command=runPause]');
      await statusBecomes(page, 'Done');
      await page.close();

      const [whole, resumed] = await recorded(test);
      expect(resumed?.steps).toHaveLength(4);
      expect(resumed).toEqual(whole);
    },
  );

  it(
    'is only offered where the address asks for another, or it was stopped on purpose',
    { timeout: 4 * MINUTES },
    async () => {
      let page = await openLab(test, SETTINGS.replace('seed=5', 'seed=6'));
      await page.click('[data-command=runPause]');
      await stepReaches(page, 1);
      await page.close();

      page = await openLab(test, SETTINGS.replace('seed=5', 'seed=7'));
      await page.waitForSelector('.offer');
      expect(await statusOf(page)).toBe('Ready');
      await page.close();

      page = await openLab(test, '');
      await statusBecomes(page, 'Training', MINUTES);
      await page.click('[data-command=cancel]');
      await statusBecomes(page, 'Paused', MINUTES);
      await page.close();

      page = await openLab(test, '');
      await page.waitForSelector('.offer');
      expect(await statusOf(page)).toBe('Ready');
      await page.close();
    },
  );
});

describe('several runs', () => {
  let test: TestPage;
  beforeAll(async () => {
    test = await openTestPage();
  });
  afterAll(() => test?.close());

  const look = async (page: Page, seed: number): Promise<void> => {
    const button = await page.waitForSelector(
      `::-p-xpath(//li[contains(., 'seed ${seed},')]//button[.='Look at it'])`,
    );
    await button?.evaluate((element) => (element as HTMLButtonElement).click());
  };

  /** Sets one of all settings, which then stands in the link, and what has no effect says so; then takes it back. */
  async function setAndUnset(page: Page): Promise<void> {
    await page.click('.options summary');
    await typeInto(page, '#option-dualClip', '1.1');
    await page.waitForSelector("::-p-xpath(//p[@role='alert'][contains(., 'dualClip must be above')])");
    await typeInto(page, '#option-dualClip', '3');
    await page.waitForFunction(() => decodeURIComponent(location.hash).includes('"dualClip":3'));
    const about = await page.$eval('#option-dualClip-about', (hint) => hint.textContent);
    expect(about).toContain('No effect: with one update a step');
    expect(await axeViolations(page, '.settings')).toEqual([]);
    await typeInto(page, '#option-dualClip', '0');
    await page.waitForFunction(() => !location.hash.includes('dualClip'));
  }

  it('can be looked at while one trains, and wait for their turn', { timeout: 6 * MINUTES }, async () => {
    const page = await openLab(test, address('seed=5&steps=3'));
    await setAndUnset(page);
    await page.click('[data-command=step]');
    await statusBecomes(page, 'Paused');
    await page.click('.live summary');
    await typeInto(page, '#live-learningRate', '1e-3');
    await page.waitForSelector("::-p-xpath(//p[contains(., 'Before the next step: learning rate 1e-3.')])");
    await page.click('[data-command=reset]');
    await page.waitForSelector('[data-runs=unfinished]');
    await page.evaluate((hash) => (location.hash = hash), address('seed=6&steps=40'));
    await page.waitForFunction(() => (document.querySelector('#seed') as HTMLInputElement).value === '6');
    await page.click('[data-command=runPause]');
    await stepReaches(page, 1);

    await look(page, 5);
    await statusBecomes(page, 'Paused');
    await stepReaches(page, 1);
    expect(await page.$eval('.progress-block', (block) => block.textContent)).toContain('of 3');
    await page.waitForSelector('.completion');
    await page.waitForSelector('[data-runs=training]');
    await page.click('[data-command=runPause]');
    await statusBecomes(page, 'Waiting for another run');

    await look(page, 6);
    await statusBecomes(page, 'Training');
    await page.click('[data-command=cancel]');
    await statusBecomes(page, 'Paused', MINUTES);
    await look(page, 5);
    await statusBecomes(page, 'Done');
    const changed = await page.$$eval('.chart .mark', (marks) => marks.map((mark) => mark.textContent));
    expect(changed.join()).toContain('from step 2: learning rate 1e-3');
    await page.close();

    const runs = await recorded(test);
    expect(runs.map(({ status }) => status)).toEqual(['paused', 'finished']);
    expect(runs[1]?.steps.map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(runs[1]?.steps.map(({ metrics }) => metrics['learning_rate'])).toEqual([1e-4, 1e-3, 1e-3]);
  });
});

describe('a device that is lost', () => {
  let test: TestPage;
  beforeAll(async () => {
    test = await openTestPage({ webgpu: true });
  });
  afterAll(() => test?.close());

  it(
    'takes the run back to its last checkpoint, and the second time to WASM',
    { timeout: 8 * MINUTES },
    async () => {
      const page = await openLab(test, address('seed=5&steps=1&device=webgpu'));
      const browser = await test.browser.target().createCDPSession();
      await page.click('[data-command=runPause]');
      for (const loss of [1, 2]) {
        await page.waitForSelector('.phase-bar .active', { timeout: 2 * MINUTES });
        await browser.send('Browser.crashGpuProcess').catch(() => {});
        await page.waitForFunction(
          (n) =>
            document.querySelectorAll('.message').length === n &&
            !document.querySelector('.phase-bar .active'),
          { timeout: MINUTES },
          loss,
        );
      }
      const said = await messages(page);
      expect(said[0]).toMatch(/lost.*Kept:.*last checkpoint.*same device/);
      expect(said[1]).toMatch(/lost.*Kept:.*last checkpoint.*WASM/);
      await statusBecomes(page, 'Done', 3 * MINUTES);
      expect((await recorded(test))[0]?.steps).toHaveLength(1);
      await page.close();
    },
  );
});

describe('a page that lacks what it needs', () => {
  let test: TestPage;
  let fault: Intercept = () => false;
  beforeAll(async () => {
    test = await openTestPage({ intercept: (request, response) => fault(request, response) });
  });
  afterAll(() => test?.close());

  const WEIGHTS = new URL('../../public/starter/policy/model.safetensors', import.meta.url);
  const asHtml: Intercept = (_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>Start page</title>');
    return true;
  };
  const missing: Intercept = (_, response) => {
    response.statusCode = 404;
    response.end();
    return true;
  };
  const body =
    (bytes: Uint8Array | string): Intercept =>
    (_, response) => {
      response.setHeader('Content-Type', 'application/octet-stream');
      response.end(bytes);
      return true;
    };

  const CHECKPOINT = /policy\/model\.safetensors/;
  const ENGINE = /ort-wasm[^?]*\.wasm$/;
  const SANDBOX = /sandbox\/pyodide\.asm\.wasm/;
  const complaint = async (page: Page): Promise<string> => {
    await page.click('[data-command=runPause]');
    const said = await messageAppears(page);
    expect(said).toMatch(/Kept:.*To do:/);
    return said;
  };

  it('says so when a part of the page itself is missing', async () => {
    fault = (request, response) =>
      /assets\/start-[^/]*\.js/.test(request.url ?? '') && missing(request, response);
    const page = await test.browser.newPage();
    await page.setCacheEnabled(false);
    await page.goto(test.url);
    const alert = await page.waitForSelector('[role=alert]');
    expect(await alert?.evaluate((element) => element.textContent)).toMatch(
      /could not be started.*untouched/,
    );
    await page.close();
  });

  it('says so when not even its first script is there', async () => {
    fault = (request, response) =>
      /assets\/index-[^/]*\.js/.test(request.url ?? '') && missing(request, response);
    const page = await test.browser.newPage();
    await page.setCacheEnabled(false);
    await page.goto(test.url);
    await page.waitForSelector('.starting', { visible: true });
    await page.close();
  });

  it('opens where the browser names a language that is none', async () => {
    fault = () => false;
    const page = await test.browser.newPage();
    await page.evaluateOnNewDocument(() => {
      Object.defineProperty(Navigator.prototype, 'language', { get: () => 'C', configurable: true });
    });
    await page.goto(`${test.url}#v=1`);
    await page.waitForSelector('.run-panel');
    await page.close();
  });

  const DAMAGED: readonly (readonly [string, RegExp, Intercept, RegExp])[] = [
    [
      'a checkpoint that is not served',
      CHECKPOINT,
      missing,
      /model\.safetensors is missing \(404\).*posterior -- starter/,
    ],
    [
      'a host that answers with its start page',
      CHECKPOINT,
      asHtml,
      /model\.safetensors is missing.*copied whole/,
    ],
    [
      'a checkpoint cut short',
      CHECKPOINT,
      body(readFileSync(WEIGHTS).subarray(0, 50_000)),
      /damaged: .*truncated/,
    ],
    [
      'a checkpoint of noise',
      /reward\/model\.safetensors/,
      body('no checkpoint'),
      /damaged: .*reward\/model/,
    ],
    [
      'a configuration that is no JSON',
      /policy\/config\.json/,
      body('{"a'),
      /damaged: .*policy\/config\.json/,
    ],
    ['a configuration of another model', /policy\/config\.json/, body('{"model_type":"gpt2"}'), /"gpt2"/],
    ['a vocabulary that is no JSON', /starter\/tokenizer\.json/, body('<'), /damaged: .*tokenizer\.json/],
    [
      'a vocabulary without merges',
      /starter\/tokenizer\.json/,
      body('{"model":{}}'),
      /damaged: .*tokenizer\.json/,
    ],
  ];

  // What failed is asked for again at the next try, so that one page sees them all.
  it('says so of every file of the models that is missing or damaged', { timeout: 6 * MINUTES }, async () => {
    fault = () => false;
    const page = await openLab(test, SETTINGS, false);
    for (const [what, path, answer, sentence] of DAMAGED) {
      fault = (request, response) => path.test(request.url ?? '') && answer(request, response);
      expect(await complaint(page), what).toMatch(sentence);
      expect(await statusOf(page)).toBe('Ready');
      await page.click('.message.error button');
      await page.waitForSelector('.message.error', { hidden: true });
    }
    await page.close();
  });

  it.each<[string, RegExp, Intercept, RegExp]>([
    ['an engine', ENGINE, asHtml, /engine did not start: .*ort-wasm.*Serve the site whole/],
    ['a sandbox', SANDBOX, missing, /pyodide\.asm\.wasm is missing \(status 404\)/],
  ])('says so of %s that is not served, and trains once it is', async (_, path, answer, sentence) => {
    fault = (request, response) => path.test(request.url ?? '') && answer(request, response);
    const page = await openLab(test, address('seed=5&steps=1'), false);
    expect(await complaint(page)).toMatch(sentence);
    fault = () => false;
    await page.click('[data-command=runPause]');
    await statusBecomes(page, 'Done');
    await page.close();
  });
});

describe('a browser without WebAssembly', () => {
  it('is told what to do', async () => {
    const test = await openTestPage({ flags: ['--js-flags=--jitless'] });
    const page = await openLab(test, '');
    expect(await messageAppears(page)).toMatch(/runs no WebAssembly.*Nothing was changed.*current Chrome/);
    await test.close();
  });
});

describe('a browser whose storage is full', () => {
  it('keeps the run, says so, and goes on once there is room', async () => {
    const test = await openTestPage();
    const page = await openLab(test, address('seed=5&steps=2'));
    const devtools = await page.createCDPSession();
    const { origin } = new URL(test.url);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000 });
    await page.click('[data-command=runPause]');
    expect(await messageAppears(page)).toMatch(/storage.*Kept:.*To do:/i);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin });
    await page.click('[data-command=runPause]');
    await statusBecomes(page, 'Done');
    expect((await recorded(test)).map(({ status, steps }) => [status, steps.length])).toEqual([
      ['finished', 2],
    ]);
    await test.close();
  });
});
