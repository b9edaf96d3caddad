import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { analyse } from '../../src/experiment/analysis.ts';
import { cellsOf } from '../../src/experiment/plan.ts';
import { renderExperiment } from '../../src/experiment/report/report.ts';
import { madeUp } from '../support/experiment.ts';
import { axeViolations, DESKTOP, PHONE } from '../support/lab-page.ts';
import { openTestPage, type TestPage } from '../support/page.ts';

let server: TestPage;
beforeAll(async () => {
  server = await openTestPage();
});
afterAll(() => server?.close());

/** Those that the documents refer to. */
const COMMITTED = readdirSync('docs/experiments').filter((name) => name.endsWith('.html'));

it.each(COMMITTED)('the report %s can be read by everybody', async (name) => {
  const { page } = server;
  await page.setViewport(PHONE);
  await page.setContent(readFileSync(join('docs/experiments', name), 'utf8'));
  expect(await axeViolations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
});

it('the report of an experiment can be read by everybody, on a desk and on a phone', async () => {
  const { experiment, results } = madeUp({ arms: 4, seeds: 3, steps: 4, tasks: 5 });
  const completion = {
    text: '<b>one</b>',
    passes: true,
    outcome: 'passes',
    rewards: {},
    reward: 1,
    advantage: 1,
  };
  const groups = [1, 3].map((step) => ({
    step,
    task: `task ${step}`,
    prompt: 'p',
    completions: [completion, completion],
  }));
  const finished = results.slice(0, -2).map((cell) => (cell.frozen ? cell : { ...cell, groups }));
  const { document } = parseHTML('<!doctype html><html></html>');
  const html = renderExperiment(
    {
      experiment,
      cells: await cellsOf(experiment),
      results: finished,
      analysis: analyse(experiment, finished),
      completions: [],
      versions: { Chromium: '1.2' },
      commands: ['npm run -s posterior -- experiment e.json --out runs/e'],
    },
    document,
  );
  const { page } = server;
  for (const [viewport, scheme] of [
    [DESKTOP, 'light'],
    [PHONE, 'dark'],
  ] as const) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setViewport(viewport);
    await page.setContent(html);
    await page.$$eval('details', (all) => all.forEach((each) => (each.open = true)));
    expect(await axeViolations(page), `${viewport.width} ${scheme}`).toEqual([]);
    // Only tables scroll sideways, and by themselves.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
  }
  // It plays: cursors, values and completions follow the step, which goes on by itself.
  const shown = () =>
    page.evaluate(() => ({
      at: document.querySelector('.play output')!.textContent,
      kl: document.querySelector('figure[data-points] .legend b')!.textContent,
      group: document.querySelector('.group-view .note')!.textContent,
      cursor: document.querySelector('figure .cursor')!.getAttribute('x1'),
    }));
  await page.focus('.play input');
  await page.keyboard.press('Home');
  const first = await shown();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const later = await shown();
  expect([first.at, first.group]).toEqual(['step 0 of 4', 'Step 1 · task 1']);
  expect([later.at, later.group]).toEqual(['step 3 of 4', 'Step 3 · task 3']);
  expect(later.cursor).not.toBe(first.cursor);
  expect(later.kl).not.toBe(first.kl);
  await page.click('.group-view summary');
  expect(await page.$$eval('.group-view details[open]', (all) => all.length)).toBe(0);
  expect(await page.$('.group-view b')).toBeNull();
  await page.click('.play button');
  await page.waitForFunction(() => document.querySelector('.play output')!.textContent === 'step 4 of 4');
  await page.waitForFunction(() => document.querySelector('.play button')!.textContent === 'Play');
});
