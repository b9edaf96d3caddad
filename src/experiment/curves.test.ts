import { describe, expect, it } from 'vitest';
import { cellOf } from '../../tests/support/experiment.ts';
import { curvesOf, dataUseOf, jawsOver } from './curves.ts';

const withKl = (seed: number, values: readonly (number | undefined)[]) =>
  cellOf({
    arm: 'a',
    seed,
    steps: values.map((kl, i) => ({ step: i + 1, metrics: kl === undefined ? {} : { kl } })),
  });
const klOf = (...cells: ReturnType<typeof withKl>[]) => curvesOf([{ arm: 'a', cells }])[0]!;

describe('curves over seeds', () => {
  it('have a t-interval from three seeds on, and the smallest and largest below', () => {
    const { metric, window, arms } = klOf(withKl(1, [1, 2, 5]), withKl(2, [2, 4]), withKl(3, [3]));
    expect([metric, window]).toEqual(['kl', 1]);
    const half = 4.302652729911275 / Math.sqrt(3);
    expect(arms[0]!.points).toEqual([
      { step: 1, n: 3, mean: 2, low: expect.closeTo(2 - half, 9), high: expect.closeTo(2 + half, 9) },
      { step: 2, n: 2, mean: 3, low: 2, high: 4 },
      { step: 3, n: 1, mean: 5, low: 5, high: 5 },
    ]);
  });

  it('leave out what was not measured, and arms and metrics without a value', () => {
    const curves = curvesOf([
      { arm: 'a', cells: [withKl(1, [1, undefined, 3])] },
      { arm: 'b', cells: [cellOf({ arm: 'b', seed: 1 })] },
    ]);
    expect(curves.map(({ metric }) => metric)).toEqual(['kl']);
    expect(curves[0]!.arms.map(({ arm }) => arm)).toEqual(['a']);
    expect(curves[0]!.arms[0]!.points.map(({ step }) => step)).toEqual([1, 3]);
    expect(curvesOf([])).toEqual([]);
  });

  it('average long runs over windows, seed by seed', () => {
    const rising = (seed: number) =>
      withKl(
        seed,
        Array.from({ length: 100 }, (_, i) => i + 1 + seed),
      );
    const { window, arms } = klOf(rising(0), rising(2));
    expect(window).toBe(3);
    // Steps 1 to 3: 2 for one seed and 4 for the other.
    expect(arms[0]!.points[0]).toEqual({ step: 3, n: 2, mean: 3, low: 2, high: 4 });
    expect(arms[0]!.points.length).toBe(34);
    // The last window has one step, and no point stands behind the end of the run.
    expect(arms[0]!.points.at(-1)).toEqual({ step: 100, n: 2, mean: 101, low: 100, high: 102 });
  });

  it('average many evaluations, too, but for the one before the first step', () => {
    const evals = Array.from({ length: 81 }, (_, i) => ({ step: 5 * i, metrics: { 'eval/pass@1': i } }));
    const [curve] = curvesOf([{ arm: 'a', cells: [cellOf({ arm: 'a', seed: 1, evals })] }]);
    const points = curve!.arms[0]!.points.map(({ step, mean }) => [step, mean]);
    expect(curve!.window).toBe(3);
    expect(points.slice(0, 3)).toEqual([[0, 0], [15, 2], [30, 5]]); // prettier-ignore
    expect(points.at(-1)).toEqual([400, 79.5]);
    expect(points.length).toBe(28);
  });

  it('take evaluations from the start on', () => {
    const evals = [0, 10].map((step) => ({ step, metrics: { 'eval/pass@1': step / 20 } }));
    const [curve] = curvesOf([{ arm: 'a', cells: [cellOf({ arm: 'a', seed: 1, evals })] }]);
    expect(curve!.arms[0]!.points.map(({ step, mean }) => [step, mean])).toEqual([[0, 0], [10, 0.5]]); // prettier-ignore
  });
});

describe('data use', () => {
  const run = (shares: readonly number[]) =>
    cellOf({
      arm: 'a',
      seed: 1,
      steps: shares.map((share, i) => ({ step: i + 1, metrics: { 'by_group/frac_all_good': share } })),
    });

  it('is the mean of each third, over seeds', () => {
    const use = dataUseOf([run([0, 0.2, 0.4, 0.6, 0.8, 1]), run([0.2, 0.4, 0.4, 0.6, 1, 1])])!;
    const [allPass, mixed] = use;
    expect(allPass!.metric).toBe('by_group/frac_all_good');
    [0.2, 0.5, 0.95].forEach((value, i) => expect(allPass!.thirds[i]).toBeCloseTo(value, 12));
    expect(mixed!.thirds).toEqual([null, null, null]);
  });

  it('is nothing where nothing was trained, and says so of thirds without a step', () => {
    expect(dataUseOf([cellOf({ arm: 'a', seed: 1 })])).toBeNull();
    expect(dataUseOf([run([0.5])])![0]!.thirds).toEqual([0.5, null, null]);
  });
});

describe('the jaws of an arm', () => {
  const cell = (seed: number, thinking: number, end: number) =>
    cellOf({
      arm: 'a',
      seed,
      steps: [1, 2].map((step) => ({ step, metrics: { 'rewards/thinking/mean': thinking * step } })),
      evals: [0, 2].map((step) => ({ step, metrics: { 'eval/pass@1': step === 0 ? 0 : end } })),
    });

  it('are means over its seeds', () => {
    expect(jawsOver([cell(1, 0.1, 0.4), cell(2, 0.3, 0.8)])).toMatchObject({
      x: [1, 2],
      thinking: [0.2, 0.4],
      heldOut: [expect.closeTo(0.3, 12), expect.closeTo(0.6, 12)],
      pass: [null, null],
    });
    expect(jawsOver([]).x).toEqual([]);
  });
});
