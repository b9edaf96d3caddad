import { describe, expect, it } from 'vitest';
import { Random } from '../../../random.ts';
import { lists } from './families/lists.ts';
import { planOf, starterTasks } from './index.ts';
import type { Plan } from './plan.ts';
import { evaluate, sameOutcome } from './plan.ts';
import { chooseSuites, mutants } from './suites.ts';
import type { StarterTask } from './task.ts';

function passesVisible(task: StarterTask, plan: Plan): boolean {
  return task.visibleTests.every((test) =>
    sameOutcome(evaluate(plan, test.args), { kind: 'value', value: test.expected }),
  );
}

describe('visible tests', () => {
  const all = starterTasks().map((task) => ({ task, ...mutants(planOf(task)) }));

  it('catch every program that leaves out a step', () => {
    const missed = all.flatMap(({ task, dropped }) =>
      dropped.filter((mutant) => passesVisible(task, mutant)),
    );
    expect(all.flatMap(({ dropped }) => dropped).length).toBeGreaterThan(2000);
    expect(missed).toEqual([]);
  });

  it('catch nearly every program that puts another step in its place', () => {
    const swapped = all.flatMap(({ task, swapped }) => swapped.map((mutant) => passesVisible(task, mutant)));
    const missed = swapped.filter(Boolean).length / swapped.length;
    console.log(`swapped steps that visible tests miss: ${(100 * missed).toFixed(2)} % of ${swapped.length}`);
    expect(missed).toBeLessThan(0.02);
  });
});

const step = (op: string) =>
  [...lists.filters, ...lists.maps, ...lists.finishes].find((candidate) => candidate.op === op)!;

const choose = (ops: readonly string[], edge: Plan['edge']) =>
  chooseSuites({ family: lists, steps: ops.map(step), edge }, new Random(1, 0, 'suites'));

describe('chooseSuites', () => {
  it('refuses a plan with a step that changes nothing', () => {
    expect(choose(['even', 'square', 'count'], { value: null })).toBeNull();
    expect(choose(['even', 'square', 'sum'], { value: null })).not.toBeNull();
  });

  it('refuses an edge rule that says what would happen anyway', () => {
    expect(choose(['even', 'sum'], { value: 0 })).toBeNull();
    expect(choose(['even', 'max'], { value: 0 })).not.toBeNull();
  });
});
