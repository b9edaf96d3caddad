import { describe, expect, it } from 'vitest';
import { appears, countOf, page, textOf } from '../support/app-page.ts';
import { axeViolations, smallSteps } from '../support/lab-page.ts';
import {
  MINUTE,
  openScreen,
  openTab,
  press,
  rawScore,
  rawScoreOtherThan,
  reasoning,
  useRewardLab,
} from '../support/reward-lab-page.ts';

/** Reward models trained in the Reward lab, and one of them taking over in a run. All of it is real. */

useRewardLab();

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
      expect(await rawScoreOtherThan(shipped)).toBe(raw);
      await press('Back to the shipped model');
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
    // The model that was trained and kept above.
    await openScreen(`#v=1&preset=quick&seed=5&steps=1000&screen=reward&${smallSteps()}`);
    await appears('#reward-choice:not(:disabled)');
    await page.select('#reward-choice', 'model:reward-own-recipe-seed-1');
    await page.waitForFunction(
      () => document.querySelector('.model-facts')?.textContent?.includes('from the policy') === true,
    );
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
        /“Own recipe, seed 1” scores the reasoning/.test(
          document.querySelector('.messages')?.textContent ?? '',
        ),
      { timeout: MINUTE },
    );
    expect(await textOf('.in-lab p')).toBe('The Lab scores with “Own recipe, seed 1”.');
    await page.keyboard.press('1');
    await appears('.charts .mark');
    expect(await textOf('.charts .mark')).toMatch(/from step \d+: scored by “Own recipe, seed 1”/);
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
        id: expect.stringMatching(/^model:reward-own-recipe-seed-1/),
        name: expect.stringMatching(/^Own recipe, seed 1/),
      },
    ]);

    // The run's completions under both models; afterwards the desk has the one that it had.
    await page.keyboard.press('2');
    await page.click('#reward-tab-own');
    await appears('#own-run option');
    await page.select('#own-other', 'shipped');
    await press('Compare', '.own-panel');
    await appears('.own-result > .wide-table tbody tr', MINUTE);
    const [own = '', shipped = ''] = await page.$$eval(
      '.own-result > .wide-table tbody tr:first-child td',
      (cells) => cells.map((cell) => cell.textContent ?? ''),
    );
    expect(own).not.toBe(shipped);
    expect(await axeViolations(page)).toEqual([]);
    await page.waitForFunction(
      () => document.querySelector<HTMLSelectElement>('#reward-choice')?.disabled === false,
    );
    expect(
      await page.$eval('#reward-choice', (choice) => (choice as HTMLSelectElement).selectedOptions[0]?.text),
    ).toMatch(/^Own recipe, seed 1/);
  });
});
