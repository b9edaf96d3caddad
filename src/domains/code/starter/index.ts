import { Random } from '../../../random.ts';
import type { Test } from '../../../sandbox/types.ts';
import { ENTRY, writeProgram } from './program.ts';
import { buildWorld } from './world.ts';
import { evaluate, isEdge, type Plan, sameOutcome } from './plan.ts';
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

/**
 * The task with one edge-case test moved from the held-out into the visible suite, where it is among so large a share of
 * the tasks, else as it is; the tasks of a smaller share are among those of a larger one. The test tells the plan from the
 * same plan without its edge rule, where it has one.
 *
 * @param share in [0, 1]
 * @throws UnknownTask
 */
export function withVisibleEdge(task: StarterTask, share: number): StarterTask {
  if (new Random(0, 0, `visible edge ${task.id}`).uniform() >= share) return task;
  const plan = planOf(task);
  const edges = task.heldOutTests.filter(({ args }) => isEdge(plan, args));
  const careless = { ...plan, edge: null };
  const tells = ({ args }: Test): boolean => !sameOutcome(evaluate(plan, args), evaluate(careless, args));
  const moved = edges.find(tells) ?? edges[0];
  if (moved === undefined) return task;
  return {
    ...task,
    visibleTests: [...task.visibleTests, moved],
    heldOutTests: task.heldOutTests.filter((test) => test !== moved),
  };
}
