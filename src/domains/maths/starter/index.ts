import type { Random } from '../../../random.ts';
import { Random as Stream } from '../../../random.ts';
import type { PlanStep } from '../task.ts';
import { writeReasoning } from './reasoning.ts';
import { buildWorld, type StarterTask } from './world.ts';

export { type StarterTask } from './world.ts';

/** Share of demonstrations that mind the twist of a task that has one. */
export const TWIST_MINDED = 0.4;
/** Share of demonstrations that leave a step before the last one out, and still come to the right answer. */
export const LEAPING = 0.1;

/** A worked answer to a task. */
export interface Demonstration {
  readonly taskId: string;
  readonly reasoning: string;
  readonly answer: string;
}

let tasks: readonly StarterTask[] | undefined;

/** The mathematics starter world, built on first use and the same every time. */
export const starterTasks = (): readonly StarterTask[] => (tasks ??= buildWorld());

const demonstration = (task: StarterTask, steps: readonly PlanStep[], random: Random): Demonstration => ({
  taskId: task.id,
  reasoning: writeReasoning(steps, random),
  answer: steps.at(-1)!.result,
});

/** The steps without the twist. */
export const careless = ({ plan, twisted }: StarterTask): readonly PlanStep[] =>
  twisted && plan.steps.length > 1 ? plan.steps.slice(0, -1) : plan.steps;

/**
 * A worked answer as supervised fine-tuning sees it: right steps in varied words, but only {@link TWIST_MINDED} of those
 * that need it take the last step, which the question asks for; the answer always follows the steps. Some leap over a
 * step, so that a right answer can rest on unsound steps.
 */
export function demonstrate(task: StarterTask, random: Random): Demonstration {
  const steps = random.uniform() < TWIST_MINDED ? task.plan.steps : careless(task);
  const leaps = random.uniform() < LEAPING && steps.length > 1;
  const without = leaps ? random.int(steps.length - 1) : -1;
  return demonstration(
    task,
    steps.filter((_, i) => i !== without),
    random,
  );
}

/** Every step, and the right answer. */
export const referenceSolution = (task: StarterTask): Demonstration =>
  demonstration(task, task.plan.steps, new Stream(0, 0, task.id));
