import { describe, expect, it } from 'vitest';
import { Random } from '../../../random.ts';
import { demonstrate, EDGE_NAMED, planOf, referenceSolution, starterTasks, UnknownTask } from './index.ts';
import { sameBehaviour } from './plan.ts';
import { readProgram, writeProgram } from './program.ts';
import { readReasoning } from './reasoning.ts';

const tasks = starterTasks();

describe('demonstrate', () => {
  const random = new Random(7, 0, 'demonstrations');
  const shown = tasks.map((task) => {
    const plan = planOf(task);
    const demonstration = demonstrate(task, random);
    return { task, plan, demonstration, stated: readReasoning(plan.family, demonstration.reasoning) };
  });

  it('names the edge case in about 40 % of the plans that need it, and never elsewhere', () => {
    const needing = shown.filter(({ plan }) => plan.edge !== null);
    const share = needing.filter(({ stated }) => stated?.edge).length / needing.length;
    expect(Math.abs(share - EDGE_NAMED)).toBeLessThan(0.04);
    expect(shown.filter(({ plan, stated }) => plan.edge === null && stated?.edge)).toEqual([]);
  });

  it('is right in everything but the edge case, and its program follows its plan', () => {
    for (const { task, plan, demonstration, stated } of shown) {
      expect(stated?.steps).toEqual(plan.steps);
      const probes = task.visibleTests.map((test) => test.args);
      expect(sameBehaviour(stated!, plan, probes)).toBe(true);
      expect(demonstration.program).toBe(writeProgram(stated!));
    }
  });

  it('varies its words with the random stream and repeats with the seed', () => {
    const task = tasks[0]!;
    const draw = (seed: number) => {
      const stream = new Random(seed, 0, 'words');
      return Array.from({ length: 20 }, () => demonstrate(task, stream).reasoning);
    };
    expect(draw(1)).toEqual(draw(1));
    expect(new Set(draw(1)).size).toBeGreaterThan(5);
  });

  it('refuses a task that it did not make', () => {
    expect(() => demonstrate({ ...tasks[0]!, id: 'imported/1' }, random)).toThrow(UnknownTask);
  });
});

describe('referenceSolution', () => {
  it('names every step and the edge rule, which takes two lines of the program', () => {
    for (const task of tasks) {
      const plan = planOf(task);
      const { reasoning, program } = referenceSolution(task);
      const stated = readReasoning(plan.family, reasoning);
      expect(stated).toEqual(plan);
      expect(readProgram(plan.family, program)).toEqual(plan);
      const lines = program.split('\n').length;
      expect(lines).toBeLessThanOrEqual(8);
      const lazy = writeProgram({ ...plan, edge: null }).split('\n').length;
      expect(lines - lazy).toBe(plan.edge === null ? 0 : 2);
    }
  });
});
