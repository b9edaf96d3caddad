import { agreement } from '../../domains/code/starter/agreement.ts';
import { planOf, UnknownTask } from '../../domains/code/starter/index.ts';
import { toPython } from '../../domains/code/starter/literal.ts';
import { type Plan, sameBehaviour, type Step } from '../../domains/code/starter/plan.ts';
import { readReasoning } from '../../domains/code/starter/reasoning.ts';
import type { StarterTask } from '../../domains/code/starter/task.ts';
import type { Dimension } from '../pairs/types.ts';

/** What is wrong with a stated plan, in the words of the rewritings. */
export interface Flaw {
  readonly dimension: Dimension;
  readonly operation: string;
}

/**
 * What can be said about a sampled reasoning without a model's opinion. `unreadable`: some sentence is none of the
 * world's. `unknown`: the task has no plan to compare with.
 */
export type Judgement =
  | { readonly kind: 'sound' }
  | { readonly kind: 'flawed'; readonly flaw: Flaw }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'unknown' };

export interface JudgedSample {
  readonly task: StarterTask;
  readonly reasoning: string;
  /** Whether the program passed every visible and every held-out test. */
  readonly correct: boolean;
  readonly judgement: Judgement;
  /** Whether the program does what the reasoning says; `null` where it cannot be told. */
  readonly agrees: boolean | null;
}

/** Compares the plan that a reasoning states with the task's: sound when both do the same on all of the task's tests. */
export function judgeReasoning(task: StarterTask, reasoning: string): Judgement {
  const plan = knownPlan(task);
  if (plan === null) return { kind: 'unknown' };
  const stated = readReasoning(plan.family, reasoning);
  if (stated === null) return { kind: 'unreadable' };
  const probes = [...task.visibleTests, ...task.heldOutTests].map((test) => test.args);
  const flaw = flawOf(stated, plan);
  return flaw === null || sameBehaviour(stated, plan, probes) ? { kind: 'sound' } : { kind: 'flawed', flaw };
}

export function judgeSample(
  task: StarterTask,
  reasoning: string,
  program: string,
  correct: boolean,
): JudgedSample {
  return {
    task,
    reasoning,
    correct,
    judgement: judgeReasoning(task, reasoning),
    agrees: agreement(task, reasoning, program),
  };
}

function knownPlan(task: StarterTask): Plan | null {
  try {
    return planOf(task);
  } catch (error) {
    if (error instanceof UnknownTask) return null;
    throw error;
  }
}

const factual = (operation: string): Flaw => ({ dimension: 'factual accuracy', operation });
const rigor = (operation: string): Flaw => ({ dimension: 'logical rigor', operation });
const coherence = (operation: string): Flaw => ({ dimension: 'logical coherence', operation });

/** The first difference of the stated plan from the right one: steps before the edge case; `null` when they are alike. */
export function flawOf(stated: Plan, plan: Plan): Flaw | null {
  return stepFlaw(stated.steps, plan.steps) ?? edgeFlaw(stated, plan);
}

function stepFlaw(stated: readonly Step[], right: readonly Step[]): Flaw | null {
  if (new Set(stated).size < stated.length) return coherence('repeated-step');
  const wrong = stated.filter((step) => !right.includes(step));
  const missing = right.filter((step) => !stated.includes(step));
  if (wrong.length === 0 && missing.length === 0) {
    return stated.every((step, i) => step === right[i]) ? null : coherence('shuffled-steps');
  }
  if (wrong.length === 0) return rigor('missing-step');
  // A wrong step beside the right one of its slot contradicts it; in its place, it is a wrong one.
  if (missing.length === 0) return coherence('contradiction');
  const sameOp = wrong.some((step) => missing.some((other) => other.op === step.op));
  return factual(sameOp ? 'wrong-constant' : 'wrong-operation');
}

function edgeFlaw(stated: Plan, plan: Plan): Flaw | null {
  if (stated.edge === null) return plan.edge === null ? null : rigor('missing-edge-case');
  if (plan.edge === null) return factual('invented-edge-case');
  return toPython(stated.edge.value) === toPython(plan.edge.value) ? null : factual('wrong-constant');
}
