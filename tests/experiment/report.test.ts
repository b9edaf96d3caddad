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

it('the report of an experiment can be read by everybody, on a desk and on a phone', async () => {
  const { experiment, results } = madeUp({ arms: 4, seeds: 3, steps: 4, tasks: 5 });
  const finished = results.slice(0, -2);
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
});
