import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appears, countOf, page, textOf, textsOf } from '../support/app-page.ts';
import { axeViolations } from '../support/lab-page.ts';
import {
  MINUTE,
  openTab,
  press,
  rawScore,
  rawScoreOtherThan,
  reasoning,
  upload,
  useRewardLab,
  withhold,
} from '../support/reward-lab-page.ts';

/** What the Reward lab does with a model: scoring, judging pairs, the benchmark, fooling it. The model is the real one. */

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
  return rawScoreOtherThan(before);
}

/** The first two figures of the benchmark, in percent: on factual pairs and on all. */
const accuracies = async (): Promise<number[]> =>
  (await textsOf('.bench-report .score-tile b')).slice(0, 2).map((text) => Number.parseInt(text, 10));

const numberIn = (text: string): number => Number(text.replace('−', '-').replace('+', ''));

useRewardLab({ keepsPage: true });

/** A tab as the test before left it, or anew. */
async function keepTab(tab: string): Promise<void> {
  const isOpen =
    page?.isClosed() === false && (await page.$(`#reward-tab-${tab}[aria-selected=true]`)) !== null;
  if (!isOpen) await openTab(tab);
}

describe('scoring', () => {
  it('shows the score, its mapping and what each sentence is worth', async () => {
    await openTab('score');
    const raw = await rawScore();
    const shown = numberIn(await textOf('.score-numbers .reward dd.number'));
    expect(shown).toBeCloseTo(1 / (1 + Math.exp(-raw)), 2);
    expect(await textOf('.score-numbers .reward')).toContain('by sigmoid');
    expect(await textOf('.plan-right')).toContain('correct');

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
    await keepTab('score');
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
    await keepTab('score');
    await rawScore();
    await page.select('#reward-scaling', 'reference');
    await page.waitForFunction(() =>
      document.querySelector('.score-numbers .reward')?.textContent?.includes('reference reasoning'),
    );
    await page.select('#reward-scaling', 'rank');
    await page.waitForFunction(
      () => document.querySelector('.score-numbers .reward dd.number')?.textContent === '0.50',
    );
  });

  it('says why a text cannot be scored', async () => {
    await keepTab('score');
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
    await press('Show the answer');
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
    await press('Show the answer');
    expect(await textOf('.pair-answer')).toContain('Logical coherence');
    await page.select('#pairs-verdict', 'wrong');
    await page.waitForFunction(() => !document.querySelector('.pair-answer'));
  });

  it('lets a policy write them, counts what was dropped, and hands them to the training', async () => {
    await openTab('pairs');
    await appears('.pair-card');
    await page.click('.writing-card summary');
    await page.click('#writing-tasks', { count: 3 });
    await page.keyboard.type('6');
    await page.keyboard.press('Tab');
    await press('Write', '.writing-card');
    await appears('.writing-result', MINUTE);
    // Three texts and three pairs of each task: what is not there was dropped, for a reason that is given.
    const said = await textOf('.writing-result p');
    const [, pairs, dropped = 'Nothing'] = /^(\d+) pairs for 6 tasks.*?\. (?:Dropped: (.*?)\.|Nothing)/.exec(
      said,
    )!;
    const counts = [...dropped.matchAll(/ (\d+)/g)].map(([, n]) => Number(n));
    expect(Number(pairs) + counts.reduce((a, b) => a + b, 0)).toBe(18);
    await page.waitForFunction(
      (n) => document.querySelector('.pair-move span')?.textContent === `Pair 1 of ${n}`,
      { timeout: MINUTE },
      pairs!,
    );
    expect(await textOf('#pairs-split option:checked')).toMatch(/^Written by /);
    expect(await axeViolations(page, '.pairs-panel')).toEqual([]);
    await press('Train on them');
    await appears('.train-panel');
    expect(await page.$eval('input[value=given]', (input) => (input as HTMLInputElement).checked)).toBe(true);
    expect(await textOf('.train-settings')).toContain(`${pairs} pairs (`);
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
  it('measures the model on held-out pairs: accuracy, controls, slices, calibration, length', async () => {
    await openTab('bench');
    await page.select('#bench-source', 'held-out');
    await press('Run', '.bench-panel');
    await appears('.bench-report', 2 * MINUTE);
    const [factual, all] = await accuracies();
    expect(factual).toBeGreaterThanOrEqual(80);
    expect(all).toBeGreaterThanOrEqual(80);
    expect(await textOf('.bench-report .score-tile')).toMatch(
      /^Factual pairs.*95 % \d+ % – \d+ %, \d+ pairs$/,
    );
    // The controls stand beside it, with what each says, and are far below on factual pairs.
    const [model, rule, wrong] = await textsOf('.controls-table tbody tr');
    expect(rule).toMatch(/^Without the task.*never reads the task.*95 %/);
    expect(wrong).toMatch(/^Under a wrong task.*another task of the same family.*95 %/);
    const factualOf = (row: string | undefined): number => Number(/(\d+) %95 %/.exec(row ?? '')?.[1]);
    expect(factualOf(model)).toBe(factual);
    expect(factualOf(rule)).toBeLessThan(factual! - 10);
    expect(factualOf(wrong)).toBeLessThan(factual! - 10);
    const groups = await textsOf('.slices .group th');
    expect(groups).toEqual(['Dimension', 'Length difference', 'Task family', 'Operation']);
    await appears('.scatter circle');
    expect(await countOf('.scatter circle')).toBe(800);
    await appears('.calibration circle');
    expect(await countOf('.calibration circle')).toBeGreaterThan(2);

    // Then on the shipped pairs, as it says on the page; the first result stays to compare with.
    const pairs = (await readFile(new URL('../../public/starter/benchmark.jsonl', import.meta.url), 'utf8'))
      .trim()
      .split('\n').length;
    await page.select('#bench-source', 'shipped');
    await press('Run', '.bench-panel');
    await appears('.earlier li', 2 * MINUTE);
    expect((await textsOf('.bench-report .score-tile'))[1]).toContain(`, ${pairs} pairs`);
    const [shippedFactual, shippedAll] = await accuracies();
    expect(shippedFactual).toBeGreaterThanOrEqual(70);
    expect(shippedAll).toBeGreaterThanOrEqual(80);
    expect(await textOf('.earlier li')).toContain(`Factual pairs ${factual} %`);
  });

  it('says what to do when the shipped pairs are missing', async () => {
    withhold('benchmark.jsonl');
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
