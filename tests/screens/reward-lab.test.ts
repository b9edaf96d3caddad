import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { appears, page, textOf } from '../support/app-page.ts';
import { axeViolations, DESKTOP, PHONE } from '../support/lab-page.ts';
import {
  MINUTE,
  openScreen,
  openTab,
  press,
  rawScore,
  upload,
  useRewardLab,
  withhold,
} from '../support/reward-lab-page.ts';

/** The Reward lab as a screen: the way there and back, faults, themes and widths; also where the Lab’s run is a demonstration. */

useRewardLab();

const folder = mkdtempSync(join(tmpdir(), 'posterior-reward-lab-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** Enough for a report with every part; all of the benchmark is measured elsewhere. */
const FEW_PAIRS = join(folder, 'pairs.jsonl');
const benchmark = readFileSync('public/starter/benchmark.jsonl', 'utf8').split('\n');
writeFileSync(FEW_PAIRS, benchmark.filter((_, i) => i % 10 === 0).join('\n'));

describe('going there and back', () => {
  it('by link, by key and by the browser, with the address in step', async () => {
    await openScreen('?demo=3');
    await appears('.run-panel');
    await page.click('.screen-nav a[href*="screen=reward"]');
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
    await openScreen('?demo');
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
    await page.waitForFunction(() => !location.hash.includes('tab='));
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => location.hash.includes('tab=fool'));
  });
});

describe('the screen', () => {
  it('says what is wrong when the model is missing, and opens it when it is there again', async () => {
    withhold('reward/model.safetensors');
    await openScreen('?demo#v=1&screen=reward');
    await appears('.message.error');
    expect(await textOf('.message.error')).toMatch(/model\.safetensors is missing.*Kept:.*To do:/);
    withhold(null);
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
        await press('Show the answer');
        await check('pairs');
        await page.click('#reward-tab-train');
        await check('train');
        await page.click('#reward-tab-bench');
        await upload('.bench-panel input[type=file]', FEW_PAIRS);
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
