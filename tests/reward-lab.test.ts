import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElementHandle, Page, Viewport } from 'puppeteer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, DESKTOP, PHONE, visit } from './support/lab-page.ts';
import { openTestPage, type TestPage } from './support/page.ts';

/** The Reward lab in a real browser with the real reward model, also where the Lab's run is a demonstration. */

const MINUTE = 60_000;

let server: TestPage;
let page: Page;
let complaints: readonly string[] = [];
/** Path that is answered as missing. */
let missing: string | null = null;

beforeAll(async () => {
  server = await openTestPage({
    intercept: ({ url }, response) => {
      if (missing === null || !url?.includes(missing)) return false;
      response.statusCode = 404;
      response.end();
      return true;
    },
  });
});
afterAll(() => server?.close());
afterEach(async () => {
  await page.close();
  missing = null;
  expect(complaints).toEqual([]);
});

async function open(
  address: string,
  viewport: Viewport = DESKTOP,
  scheme: 'light' | 'dark' = 'light',
): Promise<void> {
  const expected = (text: string): boolean => text.includes('404');
  ({ page, complaints } = await visit(server, address, { viewport, scheme, expected }));
}

/** Opens a tab and waits until the model is on the desk. */
async function openTab(tab: string, viewport = DESKTOP, scheme: 'light' | 'dark' = 'light'): Promise<void> {
  await open(`?demo#v=1&screen=reward&tab=${tab}`, viewport, scheme);
  await page.waitForSelector('#reward-choice:not(:disabled)', { timeout: MINUTE });
}

const appears = (selector: string, timeout = MINUTE): Promise<ElementHandle | null> =>
  page.waitForSelector(selector, { timeout });
const textOf = (selector: string): Promise<string> =>
  page.$eval(selector, (element) => (element.textContent ?? '').trim());
const textsOf = (selector: string): Promise<string[]> =>
  page.$$eval(selector, (elements) => elements.map((element) => (element.textContent ?? '').trim()));
const countOf = async (selector: string): Promise<number> => (await page.$$(selector)).length;
const numberIn = (text: string): number => Number(text.replace('−', '-').replace('+', ''));
const press = async (label: string, within = 'body'): Promise<void> => {
  const button = await page.waitForSelector(`${within} ::-p-xpath(.//button[normalize-space(.)='${label}'])`);
  await button!.click();
};

async function upload(selector: string, path: string): Promise<void> {
  const input = (await appears(selector)) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(path);
}

/** The raw score on view, once what is in the fields was scored. */
async function rawScore(): Promise<number> {
  await page.waitForFunction(() => document.querySelector('.score-result:not(.stale) [data-raw]') !== null, {
    timeout: MINUTE,
  });
  return page.$eval('[data-raw]', (element) => Number(element.getAttribute('data-raw')));
}

/** Types another reasoning and waits for its score. */
async function scoreOf(reasoning: string): Promise<number> {
  const before = await rawScore();
  await page.$eval(
    '#score-reasoning',
    (field, value) => {
      (field as HTMLTextAreaElement).value = value;
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    },
    reasoning,
  );
  await page.waitForFunction(
    (old) =>
      Number(document.querySelector('.score-result:not(.stale) [data-raw]')?.getAttribute('data-raw')) !==
      old,
    { timeout: MINUTE },
    before,
  );
  return rawScore();
}

const reasoning = (): Promise<string> =>
  page.$eval('#score-reasoning', (field) => (field as HTMLTextAreaElement).value);

describe('going there and back', () => {
  it('by link, by key and by the browser, with the address in step', async () => {
    await open('?demo=3');
    await appears('.run-panel');
    await page.click('.screen-nav a:nth-child(2)');
    await appears('.model-card');
    expect(await page.evaluate(() => location.hash)).toContain('screen=reward');
    expect(await page.title()).toBe('Reward lab – Posterior');
    await page.keyboard.press('1');
    await appears('.run-panel');
    expect(await page.evaluate(() => location.hash)).not.toContain('screen');
    await page.keyboard.press('2');
    await appears('.model-card');
    await page.goBack();
    await appears('.run-panel');
  });

  it('leaves the run going, and shows so', async () => {
    await open('?demo');
    await appears('.run-panel');
    await page.keyboard.press('Space');
    await page.keyboard.press('2');
    const mark = await appears('.screen-nav small');
    const first = await mark!.evaluate((element) => element.textContent);
    await page.waitForFunction(
      (was) => document.querySelector('.screen-nav small')?.textContent !== was,
      { timeout: MINUTE },
      first,
    );
    // Space belongs to the Lab: here it must not stop a run that is out of sight.
    await page.keyboard.press('Space');
    await page.keyboard.press('1');
    await appears('.run-panel');
    expect(await textOf('.run-status strong')).toBe('Training');
  });

  it('moves between tabs with the arrow keys, and a link opens the tab', async () => {
    await openTab('fool');
    expect(await textOf('[role=tab][aria-selected=true]')).toBe('Fool it');
    await page.focus('[role=tab][aria-selected=true]');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.activeElement?.textContent === 'Score');
    expect(await page.evaluate(() => location.hash)).not.toContain('tab=');
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => location.hash.includes('tab=fool'));
  });
});

describe('scoring', () => {
  it('shows the score, its mapping and what each sentence is worth', async () => {
    await openTab('score');
    const raw = await rawScore();
    const shown = numberIn(await textOf('.score-numbers .reward dd.number'));
    expect(shown).toBeCloseTo(1 / (1 + Math.exp(-raw)), 2);
    expect(await textOf('.score-numbers .reward')).toContain('by sigmoid');
    expect(await textOf('.plan-right')).toContain('right');

    const whole = await reasoning();
    const sentences = whole.startsWith('- ') ? whole.split('\n') : whole.replace(/\.$/, '').split('; ');
    expect(await textsOf('.attribution th[scope=row]')).toEqual(sentences);
    const worth = (await textsOf('.attribution .worth b')).map(numberIn);
    const without = (await textsOf('.attribution td.hint')).map(numberIn);
    worth.forEach((value, i) => expect(value).toBeCloseTo(raw - without[i]!, 1));

    // The worth of a sentence is what is lost when it is left out by hand.
    const left = sentences.slice(1);
    const shorter = whole.startsWith('- ') ? left.join('\n') : `${left.join('; ')}.`;
    expect(await scoreOf(shorter)).toBeCloseTo(without[0]!, 1);
    expect(await textOf('.plan-wrong')).toContain('wrong');
    // Same text, same score, from the cache or not.
    expect(await scoreOf(whole)).toBe(raw);
  });

  it('likes a degraded reasoning less, over several tasks', async () => {
    await openTab('score');
    let better = 0;
    for (let i = 0; i < 6; i++) {
      const right = await rawScore();
      const before = await reasoning();
      await press('A degraded one');
      await page.waitForFunction(
        (was) => (document.querySelector('#score-reasoning') as HTMLTextAreaElement).value !== was,
        {},
        before,
      );
      await page.waitForFunction(
        (old) =>
          Number(document.querySelector('.score-result:not(.stale) [data-raw]')?.getAttribute('data-raw')) !==
          old,
        { timeout: MINUTE },
        right,
      );
      if ((await rawScore()) < right) better++;
      const prompt = await page.$eval('#score-prompt', (field) => (field as HTMLTextAreaElement).value);
      await press('Another task');
      await page.waitForFunction(
        (was) => (document.querySelector('#score-prompt') as HTMLTextAreaElement).value !== was,
        {},
        prompt,
      );
      await page.waitForFunction(() => document.querySelector('.plan-right') !== null, { timeout: MINUTE });
    }
    expect(better).toBeGreaterThanOrEqual(4);
  });

  it('maps the score in another way when asked to', async () => {
    await openTab('score');
    await rawScore();
    await page.select('#reward-scaling', 'reference');
    await page.waitForFunction(() =>
      document.querySelector('.score-numbers .reward')?.textContent?.includes('right reasoning'),
    );
    await page.select('#reward-scaling', 'rank');
    await page.waitForFunction(
      () => document.querySelector('.score-numbers .reward dd.number')?.textContent === '0.50',
    );
  });

  it('says why a text cannot be scored', async () => {
    await openTab('score');
    await rawScore();
    await page.click('#score-reasoning', { count: 3 });
    await page.$eval('#score-reasoning', (field) => {
      (field as HTMLTextAreaElement).value = 'keep even numbers; '.repeat(80);
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    });
    await appears('.score-output .field-error');
    expect(await textOf('.score-output .field-error')).toMatch(/\d+ tokens; the model reads at most 256/);
    await page.$eval('#score-prompt', (field) => {
      (field as HTMLTextAreaElement).value = '';
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    });
    await page.waitForFunction(() =>
      document.querySelector('.score-output .field-error')?.textContent?.includes('task is empty'),
    );
  });
});

describe('judging pairs', () => {
  it('hides the answer until it is given, then keeps count', async () => {
    await openTab('pairs');
    await appears('.pair-card');
    expect(await countOf('.pair-known')).toBe(0);
    expect(await countOf('.pair-side mark')).toBeGreaterThan(0);
    await press('A is better');
    await appears('.pair-known');
    const agreed = (await textOf('.pair-side:first-child .pair-known')).includes('by the label');
    expect((await textsOf('.tally dd'))[0]).toBe(agreed ? '1 of 1' : '0 of 1');
    expect((await textsOf('.tally dd'))[2]).toMatch(/^[01] of 1$/);
    await press('Next');
    await page.waitForFunction(() =>
      document.querySelector('.pair-move span')?.textContent?.startsWith('Pair 2 '),
    );
    expect(await countOf('.pair-known')).toBe(0);
    await press('Just show me');
    await appears('.pair-known');
    expect((await textsOf('.tally dd'))[0]).toMatch(/ of 1$/);
    await press('Previous');
    await appears('.pair-known');
  });

  it('shows only what passes the filters', async () => {
    await openTab('pairs');
    await appears('.pair-card');
    const all = Number(/of (\d+)/.exec(await textOf('.pair-move span'))?.[1]);
    expect(all).toBeGreaterThan(100);
    await page.select('#pairs-dimension', 'logical coherence');
    await page.waitForFunction(
      (n) => Number(/of (\d+)/.exec(document.querySelector('.pair-move span')?.textContent ?? '')?.[1]) < n,
      {},
      all,
    );
    await press('Just show me');
    expect(await textOf('.pair-answer')).toContain('Logical coherence');
    await page.select('#pairs-verdict', 'wrong');
    await page.waitForFunction(() => !document.querySelector('.pair-answer'));
  });

  it('reads a file, and names the lines that it cannot use', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'posterior-pairs-'));
    const path = join(folder, 'own.jsonl');
    const good = { prompt: 'def solve(xs):\n', chosen: 'add them.', rejected: 'add them; it is right.' };
    await writeFile(path, `${JSON.stringify(good)}\nnot json\n{"prompt":"p","chosen":"a"}\n`);
    await openTab('pairs');
    await appears('.pair-card');
    await upload('.pairs-panel input[type=file]', path);
    await page.waitForFunction(
      () => document.querySelector('.pair-move span')?.textContent === 'Pair 1 of 1',
    );
    await page.click('.skipped summary');
    expect(await textsOf('.skipped li')).toEqual([
      expect.stringMatching(/^Line 2: .*not JSON/),
      expect.stringMatching(/^Line 3: rejected is missing/),
    ]);
    await writeFile(path, 'nothing\n');
    await upload('.pairs-panel input[type=file]', path);
    await appears('.message.error');
    expect(await textOf('.message.error')).toMatch(/None of the 1 lines is a pair.*Kept:.*To do:/);
    expect(await textOf('.pair-move span')).toBe('Pair 1 of 1');
    await rm(folder, { recursive: true });
  });
});

describe('the benchmark', () => {
  it('measures the model on held-out pairs: accuracy, slices, calibration, length', async () => {
    await openTab('bench');
    await page.select('#bench-source', 'held-out');
    await press('Run', '.bench-panel');
    await appears('.bench-report', 2 * MINUTE);
    const accuracy = Number.parseInt(await textOf('.bench-report .score-tile b'), 10);
    expect(accuracy).toBeGreaterThanOrEqual(80);
    expect(await textOf('.bench-report .score-tile')).toMatch(/95 % \d+ % – \d+ %, \d+ pairs/);
    const groups = await textsOf('.slices .group th');
    expect(groups).toEqual(['Dimension', 'Length difference', 'Task family', 'Operation']);
    expect(await countOf('.scatter circle')).toBe(800);
    expect(await countOf('.calibration circle')).toBeGreaterThan(2);
  });

  it('says what to do when the shipped pairs are missing', async () => {
    missing = 'benchmark.jsonl';
    await openTab('bench');
    await press('Run', '.bench-panel');
    await appears('.message.error');
    expect(await textOf('.message.error')).toMatch(/benchmark\.jsonl.*Kept:.*To do:/);
  });
});

describe('fooling it', () => {
  it('raises the score without a better plan, and shows every edit', async () => {
    await openTab('fool');
    await press('Search');
    await page.waitForFunction(
      () =>
        document.querySelector('.fool-panel')?.getAttribute('aria-busy') === 'false' &&
        document.querySelector('.fool-path'),
      { timeout: 2 * MINUTE },
    );
    const scores = (await textsOf('.fool-score b')).map(numberIn);
    expect(scores.length).toBeGreaterThan(1);
    expect(scores.at(-1)!).toBeGreaterThan(scores[0]!);
    const plans = await textsOf('.fool-score > span:last-child');
    expect(plans.every((plan) => plan.includes('wrong'))).toBe(true);
    expect(await countOf('.fool-path mark')).toBeGreaterThan(0);
    const best = scores.at(-1)!;
    await press('Score it sentence by sentence');
    await appears('.score-panel');
    await page.waitForFunction(
      (score) => {
        const raw = document.querySelector('.score-result:not(.stale) [data-raw]')?.getAttribute('data-raw');
        return Math.abs(Number(raw) - score) < 0.006;
      },
      { timeout: MINUTE },
      best,
    );
  });

  it('can be stopped, and keeps what it found', async () => {
    await openTab('fool');
    await page.$eval('#fool-rounds', (field) => {
      (field as HTMLInputElement).value = '64';
      field.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await press('Search');
    await appears('.fool-path');
    await press('Stop');
    await page.waitForFunction(
      () => document.querySelector('.fool-panel')?.getAttribute('aria-busy') === 'false',
    );
    expect(await countOf('.fool-path li')).toBeGreaterThan(0);
  });
});

describe('training', () => {
  it(
    'shows its curves, puts the model on the desk, and keeps it over a reload',
    { timeout: 5 * MINUTE },
    async () => {
      await openTab('train');
      await page.select('#train-preset', 'few');
      for (const [field, value] of [['#train-steps', '12']] as const) {
        await page.click(field, { count: 3 });
        await page.keyboard.type(value);
        await page.keyboard.press('Tab');
      }
      await press('Train', '.train-panel');
      await appears('.train-result', 3 * MINUTE);
      expect(await textOf('.train-result')).toMatch(/“Own recipe, seed 1” is trained.*95 %/);
      expect(await countOf('.train-panel .chart tr')).toBeGreaterThan(12);
      await page.waitForFunction(
        () =>
          document.querySelector<HTMLSelectElement>('#reward-choice')?.value ===
          'model:reward-own-recipe-seed-1',
      );
      expect(await textOf('.model-facts')).toContain('pairs, from the policy');
      await press('Keep it');
      await appears('.message.notice');
      await page.click('#reward-tab-score');
      const raw = await rawScore();
      const whole = await reasoning();
      await page.close();

      await openTab('score');
      const shipped = await rawScore();
      expect(await reasoning()).toBe(whole);
      expect(shipped).not.toBe(raw);
      await page.select('#reward-choice', 'model:reward-own-recipe-seed-1');
      await page.waitForFunction(
        (was) =>
          Number(document.querySelector('.score-result:not(.stale) [data-raw]')?.getAttribute('data-raw')) !==
          was,
        { timeout: MINUTE },
        shipped,
      );
      expect(await rawScore()).toBe(raw);
      await press('Back to the shipped one');
      await page.waitForFunction(
        (was) =>
          Number(document.querySelector('.score-result:not(.stale) [data-raw]')?.getAttribute('data-raw')) ===
          was,
        { timeout: MINUTE },
        shipped,
      );
    },
  );

  it('can be stopped, and leaves the model in use as it was', async () => {
    await openTab('train');
    await press('Train', '.train-panel');
    await press('Stop');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.train-run button')].some((b) => b.textContent === 'Train'),
    );
    expect(await page.$eval('#reward-choice', (s) => (s as HTMLSelectElement).value)).toBe('shipped');
    expect(await countOf('.message.error')).toBe(0);
  });
});

describe('in the Lab’s run', () => {
  it('another model takes over between two steps, and the run says so', { timeout: 5 * MINUTE }, async () => {
    await open('#v=1&preset=quick&seed=5&steps=40&screen=reward&tab=train');
    await appears('#reward-choice:not(:disabled)');
    await page.select('#train-preset', 'few');
    await page.click('#train-steps', { count: 3 });
    await page.keyboard.type('10');
    await page.click('#train-seed', { count: 3 });
    await page.keyboard.type('2');
    await page.keyboard.press('Tab');
    await press('Train', '.train-panel');
    await appears('.train-result', 3 * MINUTE);
    expect(await textOf('.in-lab p')).toBe('The Lab scores with “Shipped”.');

    await page.keyboard.press('1');
    await appears('[data-command=runPause]:not(:disabled)');
    await page.click('[data-command=runPause]');
    await page.waitForFunction(
      () => /Step [1-9]\d* of/.test(document.querySelector('.progress-block')?.textContent ?? ''),
      { timeout: 2 * MINUTE },
    );
    await page.keyboard.press('2');
    await press('Score the Lab’s run with it');
    await page.waitForFunction(
      () =>
        /“Own recipe, seed 2” scores the reasoning/.test(
          document.querySelector('.messages')?.textContent ?? '',
        ),
      { timeout: MINUTE },
    );
    expect(await textOf('.in-lab p')).toBe('The Lab scores with “Own recipe, seed 2”.');
    await page.keyboard.press('1');
    await appears('.charts .mark');
    expect(await textOf('.charts .mark')).toMatch(/from step \d+: scored by “Own recipe, seed 2”/);
    await page.click('[data-command=cancel]');
    await page.waitForFunction(() => document.querySelector('.run-status strong')?.textContent === 'Paused', {
      timeout: MINUTE,
    });
    const turns = await page.evaluate(`(async () => {
        const { openStore } = await import('/src/store/index.ts');
        const store = await openStore('posterior');
        const [run] = await store.listRuns();
        const { meta } = await store.loadCheckpoint(run.id);
        store.close();
        return meta.turns;
      })()`);
    expect(turns).toEqual([
      {
        step: expect.any(Number),
        id: expect.stringMatching(/^model:reward-own-recipe-seed-2/),
        name: expect.stringMatching(/^Own recipe, seed 2/),
      },
    ]);
  });
});

describe('the screen', () => {
  it('says what is wrong when the model is missing, and opens it when it is there again', async () => {
    missing = 'reward/model.safetensors';
    await open('?demo#v=1&screen=reward');
    await appears('.message.error');
    expect(await textOf('.message.error')).toMatch(/model\.safetensors is missing.*Kept:.*To do:/);
    missing = null;
    await press('Try again');
    await appears('#reward-choice:not(:disabled)');
  });

  it(
    'has no accessibility violations and fits, on every tab, in either theme, at any width',
    { timeout: 6 * MINUTE },
    async () => {
      // Each width and each theme once: colours do not depend on the width.
      for (const [viewport, scheme] of [
        [DESKTOP, 'light'],
        [PHONE, 'dark'],
      ] as const) {
        await openTab('score', viewport, scheme);
        await rawScore();
        const check = async (what: string): Promise<void> => {
          expect(await axeViolations(page), `${what} ${viewport.width} ${scheme}`).toEqual([]);
          const [content, width] = await page.evaluate(() => [
            document.documentElement.scrollWidth,
            innerWidth,
          ]);
          expect(content, `${what} ${viewport.width}`).toBeLessThanOrEqual(width!);
        };
        await check('score');
        await page.click('#reward-tab-pairs');
        await appears('.pair-card');
        await press('Just show me');
        await check('pairs');
        await page.click('#reward-tab-train');
        await check('train');
        await page.click('#reward-tab-bench');
        await page.select('#bench-source', 'held-out');
        await press('Run', '.bench-panel');
        await appears('.bench-report', 2 * MINUTE);
        await check('bench');
        await page.click('#reward-tab-fool');
        await press('Search');
        await appears('.fool-path');
        await page.waitForFunction(
          () => document.querySelector('.fool-panel')?.getAttribute('aria-busy') === 'false',
          { timeout: 2 * MINUTE },
        );
        await check('fool');
        await page.close();
      }
      await openTab('score');
    },
  );
});
