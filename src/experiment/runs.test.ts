import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import type { FullConfig } from '../rl/types.ts';
import { analyse } from './analysis.ts';
import { csvOf, metricRows } from './export.ts';
import { readResultRows } from './read-results.ts';
import { type ChosenRun, compareRuns } from './runs.ts';

const runOf = (
  id: string,
  config: Partial<FullConfig>,
  end: number | null = 0.5,
  known: Partial<ChosenRun> = {},
): ChosenRun => ({
  id,
  name: null,
  config: { ...DEFAULT_CONFIG, ...config },
  start: null,
  steps: [1, 2].map((step) => ({ step, metrics: { kl: step / 10, 'rewards/thinking/mean': 0.5 } })),
  evals: end === null ? [] : [0, 2].map((step) => ({ step, metrics: { 'eval/pass@1': step === 0 ? 0.2 : end, 'eval/visible_pass@1': 0.9 } })), // prettier-ignore
  ...known,
});

const RUNS = [
  runOf('a', { gate: 'posterior', seed: 1 }, 0.7),
  runOf('b', { gate: 'posterior', seed: 2 }, 0.6),
  runOf('c', { gate: 'outcome', seed: 1 }, 0.5),
  runOf('d', { gate: 'outcome', seed: 2 }, 0.5),
];

describe('runs that were chosen', () => {
  it('are arms by what they differ in beside the seed, with paired differences', () => {
    const { design, cells, title, cautions } = compareRuns(RUNS);
    expect(title).toBe('Posterior against Outcome only');
    expect(design.arms.map(({ label }) => label)).toEqual(['Posterior', 'Outcome only']);
    expect([design.seeds, cautions]).toEqual([[1, 2], []]);
    const [preset] = analyse(design, cells).presets;
    expect(preset!.arms[0]!.measures.strict).toMatchObject({ bySeed: [0.7, 0.6], bootstrap: null });
    const [contrast] = preset!.contrasts;
    expect(contrast!.label).toBe('Outcome only against Posterior');
    contrast!.bySeed.forEach((value, i) => expect(value).toBeCloseTo([-0.2, -0.1][i]!, 12));
    // Student’s t with one degree of freedom is Cauchy’s distribution: −.15/(.0707/√2) = −3.
    expect(contrast!.p).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(3), 10);
    expect(preset!.curves.map(({ metric }) => metric)).toContain('kl');
  });

  it('are called by what differs, by their name, or by a number', () => {
    const labels = (runs: readonly ChosenRun[]) => compareRuns(runs).design.arms.map(({ label }) => label);
    expect(labels([runOf('a', { beta: 0 }), runOf('b', { beta: 0.1 })])).toEqual([
      'Posterior, beta 0',
      'Posterior, beta 0.1',
    ]);
    expect(labels([runOf('a', {}, 0.5, { name: 'Mine' }), runOf('b', { gate: 'soft' })])).toEqual(['Mine', 'Soft']); // prettier-ignore
    // The same again: a seed stands in an arm once.
    expect(labels([runOf('a', {}), runOf('b', {}), runOf('c', { seed: 5 })])).toEqual(['Posterior', 'Posterior (2)']); // prettier-ignore
    expect(labels([runOf('a', {}), runOf('b', {}, 0.5, { start: '“Mine”, step 3' })])).toHaveLength(2);
  });

  it('may be longer or shorter, and say where each ended', () => {
    const short = runOf('b', { steps: 5, seed: 2 }, 0.5, { evals: [{ step: 1, metrics: { 'eval/pass@1': 0.5 } }] }); // prettier-ignore
    const { design, cautions } = compareRuns([runOf('a', { seed: 1 }), short]);
    expect(design.arms).toHaveLength(1);
    expect(cautions.join()).toMatch(/after 1, 2 steps/);
    const scheduled = { lrSchedulerType: 'linear' } as const;
    expect(compareRuns([runOf('a', { ...scheduled, steps: 5 }), runOf('b', { ...scheduled, steps: 9 })]).design.arms).toHaveLength(2); // prettier-ignore
  });

  it('say what makes them less comparable than they look', () => {
    const { cautions } = compareRuns([
      runOf('a', { evalTasks: 10 }),
      runOf('b', { evalTasks: 20, taskSettings: { families: ['lists'] } }, null),
      runOf('c', { seed: 3 }, 0.5, { steps: [2, 3, 6].map((step) => ({ step, metrics: {} })) }),
      runOf('d', { seed: 4 }, 0.5, { steps: [] }),
    ]);
    const said = cautions.join('\n');
    expect(said).toMatch(/different tasks/);
    expect(said).toMatch(/pass@1 is of 10, 20, \d+ tasks/);
    expect(said).toMatch(/seed \d+ has no held-out evaluation/);
    expect(said).toMatch(/seed 3, steps are missing: 1, 4 to 5\./);
    expect(said).toMatch(/seed 4 has no finished step/);
  });
});

describe('results.jsonl', () => {
  const text = metricRows(compareRuns(RUNS).cells)
    .map((row) => JSON.stringify(row))
    .join('\n');
  const faults = (content: string): string => {
    try {
      readResultRows('results.jsonl', content);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };

  it('is read back with the numbers that were written', () => {
    const { design, cells, title } = readResultRows('results.jsonl', text);
    expect([title, design.arms.length, design.seeds]).toEqual(['results', 2, [1, 2]]);
    const before = compareRuns(RUNS);
    expect(analyse(design, cells).presets[0]!.contrasts[0]!.bySeed).toEqual(
      analyse(before.design, before.cells).presets[0]!.contrasts[0]!.bySeed,
    );
    expect(csvOf(metricRows(cells))).toBe(csvOf(metricRows(before.cells)));
  });

  it('that is damaged is refused, with the line', () => {
    expect(faults(text.slice(0, -5))).toMatch(/Line \d+ of results\.jsonl is no JSON.*cut off/);
    expect(faults(`${text}\n{"arm":"a"}`)).toMatch(/is no row of results\.jsonl: \w+ is undefined/);
    expect(faults('{"arm":"a","preset":"x","seed":1,"kind":"step","step":1,"kl":"much"}')).toMatch(/kl is "much"/); // prettier-ignore
    expect(faults(`${text}\n${text}`)).toMatch(/2 times/);
    expect(faults('')).toMatch(/is empty/);
    expect(faults('{"arm":"a","preset":"x","seed":1,"task":"t"}')).toMatch(/tasks\.jsonl/);
    expect(faults('x\n'.repeat(20)).match(/Line/g)).toHaveLength(5);
  });
});
