import type { Verdict } from '../../../sandbox/types.ts';
import type { Solution } from '../../domain.ts';
import { probesOf } from './agreement.ts';
import { familyNamed } from './families/index.ts';
import { writeProgram } from './program.ts';
import { isEdge, type Plan, sameBehaviour } from './plan.ts';
import { readReasoning } from './reasoning.ts';
import type { StarterTask } from './task.ts';

/** What a task's own plan, read from its reference reasoning, says of others' work. */

const plans = new WeakMap<StarterTask, Plan | null>();

function readReference({ family: name, reference }: StarterTask): Plan | null {
  const family = familyNamed(name);
  return family === undefined || reference === undefined ? null : readReasoning(family, reference);
}

/** The plan behind a task; null where it has no reference that can be read. */
export function planOfReference(task: StarterTask): Plan | null {
  const known = plans.get(task);
  if (known !== undefined) return known;
  const plan = readReference(task);
  plans.set(task, plan);
  return plan;
}

/** The reference reasoning and the program of its plan; null where it cannot be read. */
export function referenceOf(task: StarterTask): Solution | null {
  const plan = planOfReference(task);
  return plan === null ? null : { reasoning: task.reference!, answer: writeProgram(plan) };
}

/**
 * Whether a reasoning states a plan that does what the task's does on its tests and on fresh inputs, edge cases included.
 * False where it cannot be read; null where the task's own plan cannot.
 */
export function soundness(task: StarterTask, reasoning: string): boolean | null {
  const plan = planOfReference(task);
  if (plan === null) return null;
  const stated = readReasoning(plan.family, reasoning);
  return stated !== null && sameBehaviour(stated, plan, probesOf(task, plan.family));
}

/**
 * Whether a program passes all tests of a strict suite that call for the edge case, and all others. A test that did not
 * run is not passed. Empty where the task's plan is not known.
 */
export function partsOfSuite(task: StarterTask, verdict: Verdict): Readonly<Record<string, boolean>> {
  const plan = planOfReference(task);
  if (plan === null) return {};
  const passed = [...task.visibleTests, ...task.heldOutTests].map(({ args }, i) => ({
    edge: isEdge(plan, args),
    passes: verdict.tests[i]?.status === 'pass',
  }));
  const all = (edge: boolean): boolean => passed.every((test) => test.edge !== edge || test.passes);
  return { edge: all(true), ordinary: all(false) };
}
