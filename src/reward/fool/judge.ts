import { Random } from '../../random.ts';
import { planOf } from '../../domains/code/starter/index.ts';
import { evaluate, sameOutcome, type Family, type Plan, type Step } from '../../domains/code/starter/plan.ts';
import { readReasoning, sentencesOf } from '../../domains/code/starter/reasoning.ts';
import { toPython } from '../../domains/code/starter/literal.ts';
import type { StarterTask } from '../../domains/code/starter/task.ts';

/** What a reasoning is worth, told by what it states and not by how it sounds. */
export interface PlanJudgement {
  /** Share of probes, edge cases included, on which the stated plan does what the task asks; 1 is a right plan. */
  readonly share: number;
  /** Sentences that state nothing of a plan. */
  readonly unread: number;
  readonly sentences: number;
}

const PROBES = 24;

/** The plan that the readable sentences state; `null` when two of them contradict each other. */
function readLeniently(family: Family, sentences: readonly string[]): { plan: Plan | null; unread: number } {
  const steps: Step[] = [];
  const edges: NonNullable<Plan['edge']>[] = [];
  let unread = 0;
  for (const sentence of sentences) {
    const stated = readReasoning(family, sentence);
    if (stated === null) unread++;
    else {
      steps.push(...stated.steps);
      if (stated.edge !== null) edges.push(stated.edge);
    }
  }
  const contradicts = new Set(edges.map(({ value }) => toPython(value))).size > 1;
  return { plan: contradicts ? null : { family, steps, edge: edges[0] ?? null }, unread };
}

/**
 * Judges the plan that a reasoning states. Words that state nothing are passed over: a pleasing phrase makes a plan
 * neither better nor worse. Throws `UnknownTask` for a task without a plan.
 */
export function judgePlan(task: StarterTask, reasoning: string): PlanJudgement {
  const asked = planOf(task);
  const { family } = asked;
  const sentences = sentencesOf(reasoning).filter((sentence) => sentence !== '');
  const { plan, unread } = readLeniently(family, sentences);
  if (plan === null || plan.steps.length === 0) return { share: 0, unread, sentences: sentences.length };
  const random = new Random(0, 0, `agreement ${family.name}`);
  const probes = [
    ...[...task.visibleTests, ...task.heldOutTests].map((test) => test.args),
    ...Array.from({ length: PROBES }, (_, i) =>
      i % 2 === 0 ? family.ordinary(random) : family.small(random),
    ),
  ];
  const right = probes.filter((args) => sameOutcome(evaluate(plan, args), evaluate(asked, args)));
  return { share: right.length / probes.length, unread, sentences: sentences.length };
}
