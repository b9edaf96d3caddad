import { describe, expect, it } from 'vitest';
import { Random } from '../../../random.ts';
import { agreement, demonstrate, planOf, referenceSolution, starterTasks } from './index.ts';
import { writeProgram } from './program.ts';
import { mutants } from './suites.ts';

const tasks = starterTasks();

describe('agreement', () => {
  it('holds for every demonstration, whether or not it is right', () => {
    const random = new Random(11, 0, 'agreement');
    for (const task of tasks) {
      const { reasoning, program } = demonstrate(task, random);
      expect(agreement(task, reasoning, program)).toBe(true);
    }
  });

  it('fails when the program leaves out the edge rule that its plan names', () => {
    for (const task of tasks.filter((t) => planOf(t).edge !== null)) {
      const { reasoning } = referenceSolution(task);
      expect(agreement(task, reasoning, writeProgram({ ...planOf(task), edge: null }))).toBe(false);
    }
  });

  it('fails when the program leaves out or swaps a step, in nearly all cases', () => {
    const verdicts = tasks.flatMap((task) => {
      const { dropped, swapped } = mutants(planOf(task));
      const { reasoning } = referenceSolution(task);
      return [...dropped, ...swapped.slice(0, 4)]
        .filter((mutant) => mutant.steps.length > 0)
        .map((mutant) => agreement(task, reasoning, writeProgram(mutant)));
    });
    expect(verdicts.filter((verdict) => verdict === null)).toEqual([]);
    // What remains does the same on every probe, such as "positive" and "above 0" on digits.
    expect(verdicts.filter(Boolean).length / verdicts.length).toBeLessThan(0.02);
  });

  it('judges agreement, not correctness', () => {
    const task = tasks.find((t) => t.composition === 'lists: even sum') ?? tasks[0]!;
    const plan = planOf(task);
    const other = mutants(plan).swapped[0]!;
    const wrong = referenceSolution(task);
    expect(agreement(task, wrong.reasoning, writeProgram(other))).toBe(false);
    expect(agreement(task, wrong.reasoning, wrong.program)).toBe(true);
  });

  it('is unknown when either text or the family cannot be read', () => {
    const task = tasks[0]!;
    const { reasoning, program } = referenceSolution(task);
    expect(agreement(task, 'just do it', program)).toBeNull();
    expect(agreement(task, reasoning, 'def solve(xs):\n    return 1')).toBeNull();
    expect(agreement({ ...task, family: 'imported' }, reasoning, program)).toBeNull();
  });
});
