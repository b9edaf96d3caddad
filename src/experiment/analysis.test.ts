import { describe, expect, it } from 'vitest';
import { clusterBootstrap } from '../statistics/bootstrap.ts';
import { cellOf, experimentOf, taskOf } from '../../tests/support/experiment.ts';
import { analyse, inPlaces, mainMeasure, secondsOf } from './analysis.ts';
import type { CellResult } from './results.ts';

const ARMS = [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }];
/** Two tasks of ten samples each. */
const cell = (arm: string, seed: number, first: number, second = first, known: Partial<CellResult> = {}) =>
  cellOf({ arm, seed, tasks: [taskOf('one', 10, first), taskOf('two', 10, second)], ...known });

describe('the analysis of an experiment', () => {
  const experiment = experimentOf({
    arms: ARMS,
    contrasts: [{ name: 'difference', plus: ['a'], minus: ['b'], primary: true }],
  });
  const results = [
    ...[8, 6, 7].map((passed, i) => cell('a', i + 1, passed, passed - 2)),
    ...[5, 5, 3].map((passed, i) => cell('b', i + 1, passed)),
  ];

  it('takes differences seed by seed, worked by hand', () => {
    const [contrast] = analyse(experiment, results).presets[0]!.contrasts;
    // a: .7, .5, .6; b: .5, .5, .3; so .2, 0, .3 with mean 1/6 and s = .15275.
    [0.2, 0, 0.3].forEach((value, i) => expect(contrast!.bySeed[i]).toBeCloseTo(value, 12));
    expect(contrast).toMatchObject({ n: 3, of: 3, degreesOfFreedom: 2, primary: true, adjusted: null });
    // scipy 1.17.1: stats.ttest_rel([.7, .5, .6], [.5, .5, .3]) and its confidence_interval(0.95).
    expect(contrast!.mean).toBeCloseTo(1 / 6, 12);
    expect(contrast!.t).toBeCloseTo(1.8898223650461363, 10);
    expect(contrast!.p).toBeCloseTo(0.19935923097456432, 10);
    expect(contrast!.interval!.low).toBeCloseTo(-0.21279163669300924, 10);
    expect(contrast!.interval!.high).toBeCloseTo(0.5461249700263425, 10);
  });

  it('gives each arm its values, their mean and their intervals', () => {
    const [a, , c] = analyse(experiment, results).presets[0]!.arms;
    const { strict, tokens, edge } = a!.measures;
    expect(strict!.bySeed.map((value) => Number(value!.toFixed(9)))).toEqual([0.7, 0.5, 0.6]);
    expect(strict).toMatchObject({ n: 3, mean: expect.closeTo(0.6, 12) });
    // .6 ± 4.30265 · .1/√3
    expect(strict!.interval!.high).toBeCloseTo(0.6 + (4.30265 * 0.1) / Math.sqrt(3), 5);
    // Seeds vary from .5 to .7, and tasks by .1 about that.
    expect(strict!.bootstrap!.low).toBeGreaterThanOrEqual(0.4);
    expect(strict!.bootstrap!.high).toBeLessThanOrEqual(0.8);
    expect(tokens).toMatchObject({ mean: 50, interval: { low: 50, high: 50 }, bootstrap: { low: 50, high: 50 } });
    expect(edge).toBeUndefined();
    expect(c).toMatchObject({ cells: 0, measures: {}, dataUse: null });
  }); // prettier-ignore

  it('counts only the seeds that have all arms of a contrast, and says how many', () => {
    const part = results.filter(({ arm, seed }) => arm !== 'b' || seed !== 2);
    const { contrasts, arms } = analyse(experiment, part).presets[0]!;
    expect(contrasts[0]).toMatchObject({ n: 2, of: 3, mean: expect.closeTo(0.25, 12) });
    expect(contrasts[0]!.bySeed[1]).toBeNull();
    expect(arms[0]!.measures.strict!.n).toBe(3);
    expect(arms[1]!.measures.strict!.bySeed[1]).toBeNull();
  });

  it('gives one seed a difference and no interval, and none nothing', () => {
    const one = analyse(experiment, [results[0]!, results[3]!]).presets[0]!;
    expect(one.contrasts[0]).toMatchObject({ n: 1, mean: expect.closeTo(0.2, 12), p: null, interval: null, bootstrap: null }); // prettier-ignore
    expect(one.arms[0]!.measures.strict).toMatchObject({ n: 1, interval: null, bootstrap: null });
    const none = analyse(experiment, []);
    expect(none.presets[0]!.contrasts[0]).toMatchObject({ n: 0, mean: null, p: null });
    expect(none.missing).toHaveLength(12);
  });

  it('names the cells that are missing, and leaves out those that it does not know', () => {
    const { cells, missing } = analyse(experiment, [...results, cell('other', 1, 3), cell('a', 9, 3)]);
    expect(cells).toBe(12);
    expect(missing).toHaveLength(6);
    expect(missing[0]).toEqual({ arm: 'c', preset: 'starter', seed: 1 });
  });

  it('subtracts one difference from another in an interaction', () => {
    const interaction = experimentOf({
      arms: ARMS,
      contrasts: [{ name: 'i', plus: ['a', 'd'], minus: ['b', 'c'] }],
    });
    const all = [1, 2, 3].flatMap((seed) => [cell('a', seed, 9), cell('b', seed, 5 + (seed % 2)), cell('c', seed, 4), cell('d', seed, 3)]); // prettier-ignore
    const [contrast] = analyse(interaction, all).presets[0]!.contrasts;
    // (.9 + .3) − (.6 + .4), and with .5 for the second seed.
    [0.2, 0.3, 0.2].forEach((value, i) => expect(contrast!.bySeed[i]).toBeCloseTo(value, 12));
    expect(contrast!.bootstrap!.low).toBeCloseTo(0.2, 12);
    expect(contrast!.bootstrap!.high).toBeCloseTo(0.3, 12);
  });

  it('is 0 between equal arms, whatever seeds and tasks do', () => {
    const twins = results.flatMap((each) => (each.arm === 'a' ? [each, { ...each, arm: 'b' }] : []));
    expect(analyse(experiment, twins).presets[0]!.contrasts[0]).toMatchObject({
      mean: 0,
      p: 1,
      interval: { low: 0, high: 0 },
      bootstrap: { low: 0, high: 0 },
    });
  });

  it('adjusts the p of the contrasts that are not primary, over all presets', () => {
    const several = experimentOf({
      arms: ARMS,
      presets: ['starter', 'quick'],
      contrasts: [
        { name: 'p', plus: ['a'], minus: ['c'], primary: true },
        { name: 'q', plus: ['a'], minus: ['b'] },
        { name: 'r', plus: ['c'], minus: ['b'] },
      ],
    });
    const varied = [...results, ...[6, 6, 7].map((passed, i) => cell('c', i + 1, passed))];
    const { presets } = analyse(several, [
      ...varied,
      ...varied.map((each) => ({ ...each, preset: 'quick' })),
    ]);
    const [p, q, r] = presets[0]!.contrasts;
    expect(p!.adjusted).toBeNull();
    const [least, most] = [q!, r!].toSorted((a, b) => a.p! - b.p!);
    // The same twice over: the two smallest of four first.
    expect(least!.adjusted).toBeCloseTo(Math.min(1, 4 * least!.p!), 12);
    expect(most!.adjusted).toBeCloseTo(Math.min(1, Math.max(4 * least!.p!, 2 * most!.p!)), 12);
    expect(presets[1]!.contrasts[1]!.adjusted).toBe(q!.adjusted);
    expect(analyse(experiment, results).presets[0]!.contrasts[0]!.adjusted).toBeNull();
  });

  it('does not take one cell under several seeds for a spread of 0', () => {
    const once = [1, 2, 3].map((seed) => cell('a', seed, 9, 3, { key: 'same', frozen: true }));
    const [arm] = analyse(experiment, once).presets[0]!.arms;
    expect(arm).toMatchObject({ same: true, measures: { strict: { interval: null } } });
    const tasks = clusterBootstrap(2, { seed: 1 })([{ total: 0.9, weight: 1 }, { total: 0.3, weight: 1 }])!; // prettier-ignore
    expect(arm!.measures.strict!.bootstrap!.low).toBeCloseTo(tasks.low, 12);
    expect(secondsOf(once)).toEqual({ total: 100, mean: 100 });
  });

  it('puts what was computed once wherever the plan has it', () => {
    const place = (arm: string, seed: number, key: string) => ({ arm, seed, key, preset: 'starter' });
    const plan = [place('a', 1, 'x'), place('b', 1, 'x'), place('b', 2, 'y'), place('a', 2, 'z')];
    const finished = new Map([cell('b', 1, 5, 5, { key: 'x' }), cell('b', 2, 6, 6, { key: 'y' })].map((each) => [each.key, each])); // prettier-ignore
    expect(inPlaces(plan, finished).map(({ arm, seed, key }) => [arm, seed, key])).toEqual([
      ['a', 1, 'x'],
      ['b', 1, 'x'],
      ['b', 2, 'y'],
    ]);
  });

  it('weighs agreement by what can be read', () => {
    const readable = (agreeing: number, comparable: number) => ({ ...taskOf('one', 10, 5), agreeing, comparable }); // prettier-ignore
    const tasks = [readable(4, 4), { ...readable(0, 1), task: 'two' }, { ...readable(0, 0), task: 'three' }];
    const cells = [1, 2, 3].map((seed) => cellOf({ arm: 'a', seed, tasks }));
    expect(analyse(experiment, cells).presets[0]!.arms[0]!.measures.agreement!.mean).toBeCloseTo(0.8, 12);
  });

  it('is about the measure of the primary contrast', () => {
    expect(mainMeasure(experiment)).toBe('strict');
    const contrasts = [{ name: 'x', plus: ['a'], minus: ['b'], measure: 'visible' }];
    expect(mainMeasure(experimentOf({ arms: ARMS, contrasts }))).toBe('visible');
    expect(mainMeasure(experimentOf({ arms: ARMS }))).toBe('strict');
  });
});
