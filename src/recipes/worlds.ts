/** Worlds that starter models are trained on: tasks with worked answers, and pairs of reasonings about them. */
import type { Task } from '../domains/domain.ts';
import * as code from '../domains/code/starter/index.ts';
import type { StarterTask as CodeTask } from '../domains/code/starter/task.ts';
import * as maths from '../domains/maths/starter/index.ts';
import type { Random } from '../random.ts';
import { MATHS_RECIPE } from '../reward/maths-recipe.ts';
import { EXACT } from '../reward/pairs/exact.ts';
import { MATHS_PAIRS } from '../reward/pairs/maths.ts';
import type { PairMaker } from '../reward/pairs/tries.ts';
import { type RewardRecipe, STRONG_RECIPE } from '../reward/recipe.ts';

export interface WorldTask extends Task {
  /** What the task puts together: tasks of one composition stay on one side of a split. */
  readonly composition: string;
}

export interface Worked {
  readonly reasoning: string;
  readonly answer: string;
}

export interface World<T extends WorldTask = WorldTask> {
  /** Name of its domain. */
  readonly name: string;
  tasks(): readonly T[];
  /** As supervised fine-tuning sees it, with what training is to mend. */
  demonstrate(task: T, random: Random): Worked;
  /** Right in every respect. */
  solve(task: T): Worked;
  readonly pairs: PairMaker<T>;
  readonly policy: PolicyTraining;
  readonly reward: RewardRecipe;
}

/** Supervised fine-tuning from fresh weights. */
export interface PolicyTraining {
  readonly policySteps: number;
  readonly policyBatch: number;
  readonly policyRate: number;
  readonly microBatch: number;
}

const POLICY: PolicyTraining = { policySteps: 700, policyBatch: 32, policyRate: 3e-3, microBatch: 16 };

const workedProgram = ({ reasoning, program }: { reasoning: string; program: string }): Worked => ({
  reasoning,
  answer: program,
});

export const CODE_WORLD: World<CodeTask> = {
  name: 'code',
  tasks: code.starterTasks,
  demonstrate: (task, random) => workedProgram(code.demonstrate(task, random)),
  solve: (task) => workedProgram(code.referenceSolution(task)),
  pairs: EXACT,
  policy: POLICY,
  reward: STRONG_RECIPE,
};

export const MATHS_WORLD: World<maths.StarterTask> = {
  name: 'maths',
  tasks: maths.starterTasks,
  demonstrate: maths.demonstrate,
  solve: maths.referenceSolution,
  pairs: MATHS_PAIRS,
  // Sums are learned by heart, which takes longer than a plan's words.
  policy: { ...POLICY, policySteps: 3000 },
  reward: MATHS_RECIPE,
};

export const WORLDS: readonly World[] = [CODE_WORLD, MATHS_WORLD];

/** The world of a domain. @throws RangeError for a domain that has none */
export function worldOf(domain: string): World {
  const world = WORLDS.find(({ name }) => name === domain);
  if (!world) throw new RangeError(`There is no starter world for the domain “${domain}”.`);
  return world;
}
