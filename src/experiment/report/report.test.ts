import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, it } from 'vitest';
import { cellOf, experimentOf, madeUp, taskOf } from '../../../tests/support/experiment.ts';
import { PALETTE } from '../../report/palette.ts';
import { REPORT_STYLE } from '../../report/style.ts';
import { analyse } from '../analysis.ts';
import type { Experiment } from '../file.ts';
import { cellsOf } from '../plan.ts';
import type { CellResult } from '../results.ts';
import { html } from './html.ts';
import { COLORS, lookOf } from './looks.ts';
import { duration, listed, probability } from './numbers.ts';
import { renderExperiment } from './report.ts';
import { ticksOf } from './ticks.ts';
import { EXPERIMENT_STYLE } from './style.ts';

const { document } = parseHTML('<!doctype html><html></html>');

const COMPLETIONS = [
  {
    preset: 'starter',
    arm: 'arm-0',
    completions: 1234,
    reasoning: [80.4, null, 91.2],
    sound: {
      table: [
        [3, 1],
        [1, 3],
      ],
      chiSquare: 2,
      p: 0.16,
      oddsRatio: 5.44,
      interval: { low: 1.2, high: 9.9 },
    },
    rated: null,
  },
] as const;

async function render(experiment: Experiment, results: readonly CellResult[], commands = ['posterior experiment e.json']) {
  const analysis = analyse(experiment, results);
  const said = { completions: COMPLETIONS, versions: { Chromium: '156.0' } };
  return renderExperiment({ experiment, cells: await cellsOf(experiment), results, analysis, commands, ...said }, document);
} // prettier-ignore

const pageOf = (text: string) => parseHTML(text).document;
const readFrom = (page: Document): string =>
  (page.querySelector('main')!.textContent ?? '').replace(/\s+/g, ' ');
const words = (text: string): string => readFrom(pageOf(text));

describe('the report of an experiment', () => {
  const { experiment, results } = madeUp({ arms: 5, seeds: 3, steps: 12, tasks: 20 });
  let text = '';
  let page: Document;
  beforeAll(async () => {
    text = await render(experiment, results);
    page = pageOf(text);
  });

  it('runs its own script alone, asks nothing of the network, and leads nowhere but to itself', () => {
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).not.toMatch(/<link|<img|<iframe|\bsrc=|@import|url\(|\son\w+=/i);
    expect(text).not.toMatch(/https?:(?!\/\/www\.w3\.org\/2000\/svg)/);
    expect(text.match(/<script>/g)).toHaveLength(1);
    expect(text).toContain(`content="default-src 'none'; style-src`);
    for (const [, to] of text.matchAll(/href="([^"]*)"/g)) expect(to).toMatch(/^#/);
  });

  it('says what the completions say, and what it ran on', () => {
    const read = readFrom(page);
    expect(read).toMatch(/1,234 ?80 · – · 91 ?5\.44 \(1\.20 to 9\.90\) ?–/);
    expect(read).toContain('with Chromium 156.0');
  });

  it('gives question, expectation and answer first', () => {
    const headings = [...page.querySelectorAll('h1, h2')].map(({ textContent }) => textContent);
    expect(headings.slice(0, 2)).toEqual(['When does the gate matter?', 'Answer']);
    const read = readFrom(page);
    expect(read.indexOf(experiment.question)).toBeLessThan(read.indexOf(experiment.expectation));
    expect(read.indexOf(experiment.expectation)).toBeLessThan(read.indexOf('Primary contrast'));
    expect(read).not.toContain('Not finished');
  });

  it('has the numbers of the analysis', () => {
    const { arms, contrasts } = analyse(experiment, results).presets[0]!;
    const read = readFrom(page);
    const sign = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
    for (const { mean, measure } of contrasts) if (measure !== 'tokens') expect(read).toContain(sign(mean!));
    for (const { measures } of arms) expect(read).toContain(measures.strict!.mean.toFixed(3));
    expect(read).toContain(`${sign(contrasts[0]!.bootstrap!.low)} to ${sign(contrasts[0]!.bootstrap!.high)}`);
    expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it('shows every seed of every arm', () => {
    const rows = [...page.querySelectorAll('figure.full')].find((figure) =>
      figure.querySelector('h3')!.textContent!.includes('every seed'),
    )!;
    expect(rows.querySelectorAll('circle')).toHaveLength(5 * 3);
    expect(rows.querySelectorAll('.reference').length).toBeGreaterThan(0);
  });

  it('draws a curve and a band for each trained arm', () => {
    const chart = page.querySelectorAll('.charts')[1]!.querySelector('figure')!;
    expect(chart.querySelectorAll('.legend li')).toHaveLength(4);
    expect(JSON.parse(chart.getAttribute('data-points')!)).toHaveLength(4);
    expect(chart.getAttribute('data-scale')!.split(' ').map(Number).every(Number.isFinite)).toBe(true);
    expect(chart.querySelectorAll('path[fill^="var(--s"], g[fill^="var(--s"] path')).toHaveLength(4);
    expect(chart.querySelector('svg[role=img]')!.getAttribute('aria-label')).toContain('held-out pass@1: Posterior'); // prettier-ignore
  });

  it('names the settings that differ, and folds those that do not', () => {
    const [differing] = [...page.querySelectorAll('[aria-label="Settings that differ"] thead')];
    expect([...differing!.querySelectorAll('th')].map(({ textContent }) => textContent)).toEqual([
      'arm',
      'trained',
      'gate',
    ]);
    expect(readFrom(page)).toContain('promptsPerStep');
  });

  it('tells models, device, version, times, commands and completions', () => {
    const read = readFrom(page);
    for (const { models } of results) expect(text).toContain(models.policy.hash);
    for (const part of ['wasm (no GPU): 15 cells', 'Version 0.1.0', 'posterior experiment e.json', 'largest even digit'])
      expect(read).toContain(part);
    expect(page.querySelectorAll('article')).toHaveLength(4 * 3);
  }); // prettier-ignore

  it('says what is missing, at the top and by name', async () => {
    const part = results.filter(({ arm, seed }) => arm !== 'arm-2' || seed === 1);
    const unfinished = await render(experiment, part);
    expect(words(unfinished)).toContain('Not finished. 2 cells of 15 are missing');
    expect(pageOf(unfinished).querySelector('#missing ~ ul')!.textContent).toContain(
      'Ungated, weight 1 of R_t: seeds 2 and 3',
    );
    const contrast = [...pageOf(unfinished).querySelectorAll('[aria-label=Contrasts] tbody tr')][1]!;
    expect(contrast.textContent).toContain('1 of 3');
    expect(words(unfinished)).not.toMatch(/NaN|undefined/);
  });

  it('is a page before anything is finished, and of arms that nothing compares', async () => {
    const nothing = words(await render(experiment, [], []));
    expect(nothing).toContain('Nothing is finished yet');
    expect(nothing).not.toMatch(/NaN|undefined|Commands/);
    const alone = await render(experimentOf({ seeds: [1] }), [cellOf({ arm: 'a', seed: 1, tasks: [taskOf('t', 8, 4)] })]); // prettier-ignore
    expect(words(alone)).not.toContain('Answer');
    expect(words(alone)).toContain('0.500');
    expect(alone).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('has the jaws of each arm, and groups of one seed side by side to step through', async () => {
    expect(page.querySelectorAll('.charts')[0]!.querySelectorAll('figure')).toHaveLength(4);
    expect(page.querySelector('.groups')).toBeNull();
    const completion = { text: 'a < b </script>', passes: true, outcome: 'passes', rewards: { thinking: 0.5 }, reward: 1, advantage: -1 }; // prettier-ignore
    const groups = [1, 12].map((step) => ({ step, task: 't', prompt: 'p', completions: [completion] }));
    const kept = results.map((cell) => (cell.frozen || cell.seed === 1 ? cell : { ...cell, groups }));
    const shown = pageOf(await render(experiment, kept)).querySelector('.groups')!;
    expect(shown.textContent).toContain('Seed 2');
    const data = JSON.parse(shown.querySelector('script')!.textContent!) as { label: string; groups: unknown[] }[]; // prettier-ignore
    expect(data.map(({ label, groups: own }) => [label, own.length])).toEqual(
      experiment.arms.slice(1).map(({ label }) => [label, 2]),
    );
    expect(data[0]!.groups[0]).toMatchObject({
      step: 1,
      completions: [{ text: 'a < b </script>', facts: 'R_t 0.5 · reward 1 · advantage -1' }],
    });
  });

  it('escapes whatever others wrote', async () => {
    const hostile = `</title></style><script>alert(1)</script><img src=x onerror="alert('2')">&amp;`;
    const arms = [{ name: 'a', label: hostile }, { name: 'b' }];
    const contrasts = [{ name: 'c', label: hostile, plus: ['a'], minus: ['b'] }];
    const evil = experimentOf({ title: hostile, question: hostile, expectation: hostile, arms, contrasts });
    const example = { step: 1, task: hostile, prompt: hostile, text: hostile, passes: true, outcome: hostile, rewards: { [hostile]: 1 }, reward: 1, advantage: 0 }; // prettier-ignore
    const cells = ['a', 'b'].flatMap((arm) =>
      [1, 2, 3].map((seed) =>
        cellOf({
          arm,
          seed,
          tasks: [taskOf(hostile, 8, seed), taskOf('t', 8, 4)],
          steps: [{ step: 1, metrics: { kl: seed } }],
          examples: [example],
          groups: [{ ...example, completions: [example] }],
          models: { policy: { name: hostile, hash: hostile }, reward: { name: hostile, hash: hostile } },
          device: { kind: hostile, reason: hostile },
          version: hostile,
        }),
      ),
    );
    const page = await render(evil, cells, [hostile]);
    expect(pageOf(page).querySelectorAll('script:not([type]), img, [onerror]')).toHaveLength(1);
    const named = page.replace(/aria-label="[^"]*"/g, '');
    expect(named.match(/<script/g)).toHaveLength(2);
    expect(named).not.toMatch(/<img/i);
    const { length } = page.match(/&lt;script&gt;/g)!;
    expect(length).toBeGreaterThan(15);
    expect(pageOf(page).querySelector('h1')!.textContent).toBe(hostile);
  });

  it('cuts texts that are long', async () => {
    const long = results.map((cell) => ({ ...cell, examples: cell.examples.map((each) => ({ ...each, text: 'x'.repeat(1e6) })) })); // prettier-ignore
    const page = await render(experiment, long);
    expect(page.length).toBeLessThan(1e6);
    expect(page).toContain('… 997000 more characters');
  });

  it('stays below 2 MB for 20 arms and 8 seeds', async () => {
    const large = madeUp({ arms: 20, seeds: 8, steps: 100, tasks: 20 });
    const completion = { ...large.results[1]!.examples[0]!, text: 'x'.repeat(1000) };
    const groups = Array.from({ length: 24 }, (_, i) => ({ ...completion, step: i + 1, completions: Array(8).fill(completion) })); // prettier-ignore
    const page = await render(large.experiment, large.results.map((cell) => ({ ...cell, groups }))); // prettier-ignore
    expect(new TextEncoder().encode(page).length).toBeLessThan(2e6);
    expect(page).toContain('held-out pass@1, 4 of 4');
  });
});

describe('its style', () => {
  it('has every colour that it names', () => {
    for (const [, name] of (REPORT_STYLE + EXPERIMENT_STYLE).matchAll(/var\(--([\w-]+)\)/g))
      expect(PALETTE).toHaveProperty(name!);
  });

  it('tells 32 arms apart, and neighbours by colour and by dashes', () => {
    const looks = Array.from({ length: 32 }, (_, i) => lookOf(i));
    expect(new Set(looks.map(({ color, dash }) => color + dash)).size).toBe(32);
    for (const [i, { color, dash }] of looks.slice(1).entries()) {
      expect(color).not.toBe(looks[i]!.color);
      if ((i + 1) % COLORS !== 0) expect(dash).not.toBe(looks[i]!.dash);
    }
  });
});

describe('its parts', () => {
  it('escape values and join lists', () => {
    expect(html`<b title="${'"<'}">${['a&', html`<i>${1}</i>`, null]}</b>`.text).toBe(
      '<b title="&quot;&lt;">a&amp;<i>1</i></b>',
    );
  });

  it.each([
    [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-0.013, 0.021, [-0.01, 0, 0.01, 0.02]],
    [47, 61.5, [50, 55, 60]],
  ])('have round ticks from %d to %d', (low, high, ticks) => {
    expect(ticksOf(low, high)).toEqual(ticks);
  });

  it('write numbers for reading', () => {
    expect([probability(null), probability(0.0004), probability(0.0456)]).toEqual(['–', '< 0.001', '0.046']);
    expect([3.21, 45, 600, 7260].map(duration)).toEqual(['3.2 s', '45 s', '10 min', '2 h 1 min']);
    expect([listed([]), listed([1]), listed([1, 2, 3])]).toEqual(['', '1', '1, 2 and 3']);
  });
});
