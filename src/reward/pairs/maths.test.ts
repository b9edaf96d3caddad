import { describe, expect, it } from 'vitest';
import { maths } from '../../domains/maths/index.ts';
import { readAnswer } from '../../domains/maths/answer.ts';
import { starterTasks } from '../../domains/maths/starter/index.ts';
import { isSound, sentencesOf, stepsOf } from '../../domains/maths/steps.ts';
import { MATHS_MIX, MATHS_PAIRS } from './maths.ts';
import { MATHS_DEGRADATIONS } from './maths-operations.ts';
import { pairsBy, writerBy } from './tries.ts';
import { DIMENSIONS, type PreferencePair } from './types.ts';

const tasks = starterTasks().filter(
  (task) => task.split === 'train' && Number(task.id.split('/').at(-1)) <= 6,
);
const byId = new Map(tasks.map((task) => [task.id, task]));
const pairs = pairsBy(MATHS_PAIRS, tasks, { seed: 3, perTask: 4 });

const share = (wanted: (pair: PreferencePair) => boolean): number =>
  pairs.filter(wanted).length / pairs.length;
const read = (pair: PreferencePair, text: string) => {
  const task = byId.get(pair.taskId)!;
  const steps = stepsOf(text, task);
  return { task, steps, sound: isSound(steps, readAnswer(task.answer)) };
};

describe('pairs of mathematics', () => {
  it('are most of those asked for, the same each time, task by task', async () => {
    expect(pairs.length).toBeGreaterThan(0.6 * 4 * tasks.length);
    const few = tasks.slice(40, 60);
    const wanted = new Set(few.map(({ id }) => id));
    const own = pairs.filter(({ taskId }) => wanted.has(taskId));
    expect(pairsBy(MATHS_PAIRS, few, { seed: 3, perTask: 4 })).toEqual(own);
    expect(pairsBy(MATHS_PAIRS, few, { seed: 4, perTask: 4 })).not.toEqual(own);
    const written = await writerBy(MATHS_PAIRS).write({ tasks: few, perTask: 4, seed: 3, round: 0 });
    expect(written.pairs).toEqual(own);
    expect(written.dropped['no-rewriting'] + written.dropped['no-change']).toBe(80 - own.length);
  });

  it('have all three kinds, all three dimensions and every operation', () => {
    for (const kind of ['optimized>degraded', 'optimized>original', 'original>degraded'] as const)
      expect(share((pair) => pair.kind === kind)).toBeGreaterThan(0.1);
    for (const dimension of DIMENSIONS)
      expect(share((pair) => pair.dimension === dimension)).toBeGreaterThan(0.2);
    for (const { name } of MATHS_DEGRADATIONS)
      expect(
        share((pair) => pair.operation === name),
        name,
      ).toBeGreaterThan(0.02);
  });

  it('choose an optimized reasoning that is sound, and an original that is true', () => {
    for (const pair of pairs) {
      const { sound, steps } = read(pair, pair.chosen);
      if (pair.kind === 'original>degraded')
        expect(steps.every(({ status }) => status === 'valid')).toBe(true);
      else expect(sound, pair.chosen).toBe(true);
    }
  });

  it('reject a reasoning that is not sound, or that repeats itself', () => {
    for (const pair of pairs) {
      const { sound } = read(pair, pair.rejected);
      expect(sound && pair.operation !== 'repeated-step', pair.rejected).toBe(false);
      expect(pair.chosen).not.toBe(pair.rejected);
    }
  });

  it('are told apart by the domain’s exact check', () => {
    const soundness = (pair: PreferencePair, text: string) => maths.soundness!(byId.get(pair.taskId)!, text);
    for (const pair of pairs) {
      if (pair.kind !== 'original>degraded') expect(soundness(pair, pair.chosen), pair.chosen).toBe(true);
      // A step said twice is still right.
      if (pair.operation !== 'repeated-step')
        expect(soundness(pair, pair.rejected), pair.rejected).toBe(false);
    }
  });

  it('break what their operation says', () => {
    const faults = (operation: string) =>
      pairs
        .filter((pair) => pair.operation === operation)
        .map((pair) => read(pair, pair.rejected).steps.map(({ fault, status }) => fault ?? status));
    const each = (operation: string, fault: string) =>
      faults(operation).every((found) => found.some((one) => one === fault));
    expect(each('wrong-result', 'false')).toBe(true);
    expect(each('unsupported-leap', 'unreadable')).toBe(true);
    expect(each('missing-step', 'unsupported')).toBe(true);
    expect(each('shuffled-steps', 'unsupported')).toBe(true);
    expect(each('contradiction', 'false')).toBe(true);
    const astray = faults('wrong-operation').filter((found) =>
      found.some((one) => one === 'astray' || one === 'false'),
    );
    expect(astray.length).toBe(faults('wrong-operation').length);
    // What is left out shows in nothing that is said.
    expect(
      faults('missing-last-step')
        .flat()
        .every((one) => one === 'valid'),
    ).toBe(true);
  });

  it('are balanced in length: nearly equal means, and neither side usually longer', () => {
    const differences = pairs.map(({ chosen, rejected }) => chosen.length - rejected.length);
    const mean = differences.reduce((a, b) => a + b, 0) / differences.length;
    const length = pairs.reduce((total, { chosen }) => total + chosen.length, 0) / pairs.length;
    const longer = share(({ chosen, rejected }) => chosen.length > rejected.length);
    console.log(
      `${pairs.length} pairs; chosen − rejected: mean ${mean.toFixed(1)} of ${length.toFixed(0)} characters; ` +
        `chosen is longer in ${(100 * longer).toFixed(0)} %`,
    );
    expect(Math.abs(mean)).toBeLessThan(0.05 * length);
    expect(longer).toBeGreaterThan(0.4);
    expect(longer).toBeLessThan(0.6);
  });

  it('differ in the rewriting alone where the mix says so', () => {
    const mix = {
      ...MATHS_MIX,
      sameWording: 1,
      sameLayout: true,
      dimensions: { 'factual accuracy': 1, 'logical rigor': 0, 'logical coherence': 0 },
    };
    const hard = pairsBy(MATHS_PAIRS, tasks.slice(0, 300), { seed: 3, perTask: 4, mix }).filter(
      ({ kind, operation }) => kind === 'optimized>degraded' && operation === 'wrong-operation',
    );
    expect(hard.length).toBeGreaterThan(30);
    for (const { chosen, rejected } of hard) {
      const [better, worse] = [sentencesOf(chosen), sentencesOf(rejected)];
      expect(worse.length).toBe(better.length);
      const first = better.findIndex((sentence, i) => sentence !== worse[i]);
      // From the first difference on, only what follows from it differs.
      expect(better.slice(0, first)).toEqual(worse.slice(0, first));
    }
  });
});
