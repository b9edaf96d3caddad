import { describe, expect, it } from 'vitest';
import { code } from '../../domains/code/index.ts';
import { planOf, starterTasks } from '../../domains/code/starter/index.ts';
import { sameBehaviour } from '../../domains/code/starter/plan.ts';
import { readReasoning, sentencesOf } from '../../domains/code/starter/reasoning.ts';
import type { StarterTask } from '../../domains/code/starter/task.ts';
import { sourceOf } from '../../domains/index.ts';
import { DEGRADATIONS } from './operations.ts';
import { DEFAULT_MIX, exactPairs } from './exact.ts';
import type { PreferencePair } from './types.ts';

const tasks = starterTasks().filter((task) => task.split === 'train');
const NOTHING = { 'factual accuracy': 0, 'logical rigor': 0, 'logical coherence': 0 };
const byId = new Map(tasks.map((task) => [task.id, task]));
const pairs = exactPairs(tasks, { seed: 3, perTask: 4 });

function share(wanted: (pair: PreferencePair) => boolean): number {
  return pairs.filter(wanted).length / pairs.length;
}

/** The plan that a text states, and whether it does the same as the task's. */
function read(pair: PreferencePair, text: string) {
  const task = byId.get(pair.taskId)!;
  const plan = planOf(task);
  const stated = readReasoning(plan.family, text);
  const probes = [...task.visibleTests, ...task.heldOutTests].map((test) => test.args);
  return { plan, stated, right: stated !== null && sameBehaviour(stated, plan, probes) };
}

describe('exactPairs', () => {
  it('gives most of the pairs asked for, the same each time, task by task', () => {
    expect(pairs.length).toBeGreaterThan(0.6 * 4 * tasks.length);
    const few = tasks.slice(40, 60);
    const wanted = new Set(few.map((task) => task.id));
    expect(exactPairs(few, { seed: 3, perTask: 4 })).toEqual(pairs.filter((pair) => wanted.has(pair.taskId)));
    expect(exactPairs(few, { seed: 4, perTask: 4 })).not.toEqual(
      pairs.filter((pair) => wanted.has(pair.taskId)),
    );
  });

  it('has all three kinds, all three dimensions and every operation', () => {
    for (const kind of ['optimized>degraded', 'optimized>original', 'original>degraded'] as const) {
      expect(share((pair) => pair.kind === kind)).toBeGreaterThan(0.1);
    }
    for (const dimension of ['factual accuracy', 'logical rigor', 'logical coherence'] as const) {
      expect(share((pair) => pair.dimension === dimension)).toBeGreaterThan(0.2);
    }
    // Few tasks have no edge case, so few pairs can invent one.
    for (const { name } of DEGRADATIONS) {
      const least = name === 'invented-edge-case' ? 0.003 : 0.02;
      expect(share((pair) => pair.operation === name)).toBeGreaterThan(least);
    }
  });

  it('lets at least a quarter of the pairs turn on the edge case', () => {
    expect(share((pair) => pair.operation === 'missing-edge-case')).toBeGreaterThan(0.25);
  });

  it('never pairs a text with itself', () => {
    expect(pairs.filter((pair) => pair.chosen === pair.rejected)).toEqual([]);
  });

  it('chooses an optimized reasoning that states the whole plan', () => {
    const optimized = pairs.filter((pair) => pair.kind !== 'original>degraded');
    for (const pair of optimized) {
      const { plan, stated } = read(pair, pair.chosen);
      expect(stated).toEqual(plan);
    }
  });

  it('rejects a reasoning that states another plan, or that cannot be read as one', () => {
    for (const pair of pairs) {
      const { right } = read(pair, pair.rejected);
      expect(right && pair.operation !== 'repeated-step').toBe(false);
    }
  });

  it('rejects for a missing edge case only texts that do not name it', () => {
    for (const pair of pairs.filter((p) => p.operation === 'missing-edge-case')) {
      expect(pair.chosen).toMatch(/if .*, return/);
      expect(pair.rejected).not.toMatch(/if .*, return/);
    }
  });

  it('is balanced in length: nearly equal means, and neither side usually longer', () => {
    const differences = pairs.map((pair) => pair.chosen.length - pair.rejected.length);
    const mean = differences.reduce((a, b) => a + b, 0) / differences.length;
    const longer = share((pair) => pair.chosen.length > pair.rejected.length);
    const length = pairs.reduce((total, pair) => total + pair.chosen.length, 0) / pairs.length;
    console.log(
      `${pairs.length} pairs; chosen − rejected: mean ${mean.toFixed(1)} of ${length.toFixed(0)} characters; ` +
        `chosen is longer in ${(100 * longer).toFixed(0)} %`,
    );
    expect(Math.abs(mean)).toBeLessThan(0.05 * length);
    expect(longer).toBeGreaterThan(0.4);
    expect(longer).toBeLessThan(0.6);
  });
});

describe('a mix of harder pairs', () => {
  const mix = {
    ...DEFAULT_MIX,
    sameWording: 1,
    sameLayout: true,
    dimensions: { ...NOTHING, 'factual accuracy': 1 },
  };
  const hard = exactPairs(tasks.slice(0, 300), { seed: 3, perTask: 4, mix });

  it('takes the dimensions that it is given weights for', () => {
    const degraded = hard.filter((pair) => pair.kind !== 'optimized>original');
    expect(degraded.length).toBeGreaterThan(300);
    expect(new Set(degraded.map((pair) => pair.dimension))).toEqual(new Set(['factual accuracy']));
  });

  it('lets optimized and degraded differ in one sentence alone', () => {
    const pairs = hard.filter(
      (pair) => pair.kind === 'optimized>degraded' && pair.operation === 'wrong-operation',
    );
    expect(pairs.length).toBeGreaterThan(30);
    for (const pair of pairs) {
      const [chosen, rejected] = [sentencesOf(pair.chosen), sentencesOf(pair.rejected)];
      expect(chosen.length).toBe(rejected.length);
      expect(chosen.filter((sentence, i) => sentence !== rejected[i])).toHaveLength(1);
    }
  });

  it('is told from the task’s plan by the domain’s exact check, operation by operation', async () => {
    const { train } = await sourceOf({}).load();
    const referenced = new Map(train.map((task) => [task.id, task as StarterTask]));
    const sound = ({ taskId }: PreferencePair, text: string) =>
      code.soundness!(referenced.get(taskId)!, text);
    for (const pair of pairs) {
      if (pair.kind !== 'original>degraded') expect(sound(pair, pair.chosen), pair.chosen).toBe(true);
      // A step said twice is no other plan.
      if (pair.operation !== 'repeated-step') expect(sound(pair, pair.rejected), pair.rejected).toBe(false);
    }
  });
});
