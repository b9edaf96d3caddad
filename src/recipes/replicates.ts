/**
 * The models of a replicate: a policy and a reward model of its own, from its seed. Policies are fine-tuned on one half of
 * a world's train tasks and reward models on the other, so that a reward model never saw the tasks it is used on.
 */
import { type Half, halfOf } from '../domains/halves.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import type { PairAccuracy } from '../reward/accuracy.ts';
import { RECIPES, type RecipeName, type RewardRecipe } from '../reward/recipe.ts';
import type { RewardTrainingPort } from '../reward/train.ts';
import type { ScoreCalibration } from '../rl/scaling.ts';
import type { Policy } from '../rl/policy.ts';
import {
  calibrateStarter,
  rewardAccuracy,
  settingsOf,
  type StarterProgress,
  trainStarterPolicy,
  trainStarterReward,
} from './starter.ts';
import { CODE_WORLD, type World, worldOf } from './worlds.ts';

/** The world has no recipe of that name. */
export class RecipeError extends Error {
  override readonly name = 'RecipeError';
}

/** A world with the train tasks of one half. */
export const halved = (world: World, half: Half): World => ({
  ...world,
  tasks: () => world.tasks().filter((task) => task.split !== 'train' || halfOf(task.composition) === half),
});

/** `strong` is each world's own way; flaws are known of programs alone. @throws RecipeError */
export function recipeOf(world: World, name: RecipeName): RewardRecipe {
  if (world === CODE_WORLD) return RECIPES[name];
  if (name === 'strong') return world.reward;
  throw new RecipeError(
    `The recipe “${name}” writes pairs about programs; for ${world.name} there is “strong” alone.`,
  );
}

type Report = (progress: StarterProgress) => void;

/** Fine-tunes a policy; its weights are then in the port. @returns the last loss per token */
export const trainOwnPolicy = (
  policy: Pick<Policy, 'load' | 'supervise'>,
  tokenizer: Tokenizer,
  { world: name, seed, steps }: { readonly world: string; readonly seed: number; readonly steps: number },
  report: Report,
): Promise<number> => {
  const world = worldOf(name);
  return trainStarterPolicy(
    policy,
    tokenizer,
    { ...settingsOf(world, seed), policySteps: steps },
    report,
    halved(world, 'policy'),
  );
};

export interface TrainedOwnReward {
  readonly weights: Float32Array;
  readonly calibration: ScoreCalibration;
  /** On pairs of the held-out compositions. */
  readonly accuracy: PairAccuracy;
}

/** @throws RecipeError */
export async function trainOwnReward(
  port: RewardTrainingPort,
  tokenizer: Tokenizer,
  policyWeights: Float32Array,
  {
    world: name,
    seed,
    recipe,
  }: { readonly world: string; readonly seed: number; readonly recipe: RecipeName },
  report: Report,
): Promise<TrainedOwnReward> {
  const world = halved(worldOf(name), 'reward');
  const chosen = recipeOf(worldOf(name), recipe);
  const { weights } = await trainStarterReward(port, tokenizer, policyWeights, chosen, seed, report, world);
  const accuracy = await rewardAccuracy(port.scoreTokens, tokenizer, seed + 1, undefined, world);
  const calibration = await calibrateStarter(port.scoreTokens, tokenizer, seed + 2, world);
  return { weights, calibration, accuracy };
}
