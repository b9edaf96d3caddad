import { Random } from '../../../random.ts';
import { ENTRY, writeProgram } from './program.ts';
import { buildWorld } from './world.ts';
import type { Plan } from './plan.ts';
import { writeReasoning } from './reasoning.ts';
import type { Demonstration, StarterTask } from './task.ts';

export { agreement } from './agreement.ts';
export { ENTRY };

/** Share of demonstrations that name, and handle, the edge case of a task that has one. */
export const EDGE_NAMED = 0.4;

/** A task that was not made by this world, so that no plan is known for it. */
export class UnknownTask extends Error {
  override readonly name = 'UnknownTask';
  constructor(id: string) {
    super(`The task “${id}” is not part of the starter world, so it has no plan to write from.`);
  }
}

let world: ReturnType<typeof buildWorld> | undefined;

/** The starter world, built on first use (under two seconds) and the same every time. */
export function starterTasks(): readonly StarterTask[] {
  world ??= buildWorld();
  return world.tasks;
}

/** The plan behind a starter task. Throws {@link UnknownTask} for any other. */
export function planOf(task: Pick<StarterTask, 'id'>): Plan {
  starterTasks();
  const plan = world?.plans.get(task.id);
  if (plan === undefined) throw new UnknownTask(task.id);
  return plan;
}

/**
 * A worked solution as supervised fine-tuning sees it: the right steps in varied words, but only
 * {@link EDGE_NAMED} of those that need it name the edge case, and the program always follows the plan.
 */
export function demonstrate(task: StarterTask, random: Random): Demonstration {
  const plan = planOf(task);
  const followed = random.uniform() < EDGE_NAMED ? plan : { ...plan, edge: null };
  return {
    taskId: task.id,
    reasoning: writeReasoning(followed, random),
    program: writeProgram(followed),
  };
}

/** The complete plan and its program: right on both suites. */
export function referenceSolution(task: StarterTask): Demonstration {
  const plan = planOf(task);
  return {
    taskId: task.id,
    reasoning: writeReasoning(plan, new Random(0, 0, task.id)),
    program: writeProgram(plan),
  };
}
