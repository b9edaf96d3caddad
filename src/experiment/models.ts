/** Models that belong to a replicate, made from its seed. */
import type { RecipeName } from '../reward/recipe.ts';
import type { Cell } from './plan.ts';

/** A policy that was fine-tuned for so many steps on the policy’s half of a world’s train tasks. */
export interface OwnPolicy {
  readonly kind: 'policy';
  /** Domain whose starter world it is. */
  readonly world: string;
  readonly seed: number;
  readonly steps: number;
}

/** A reward model trained by a recipe on the other half, from the body of a policy. */
export interface OwnReward {
  readonly kind: 'reward';
  readonly world: string;
  readonly seed: number;
  readonly recipe: RecipeName;
  readonly from: OwnPolicy;
}

export type OwnModel = OwnPolicy | OwnReward;

/** Where a model is kept, below the folder of all: the same model, the same folder. */
export function folderOf(model: OwnModel): string {
  const { world, seed } = model;
  const name =
    model.kind === 'policy' ? `policy-${model.steps}` : `reward-${model.recipe}-from-${model.from.steps}`;
  return `${world}/seed-${seed}/${name}`;
}

/** The policy of a cell, where it is the replicate’s own. */
export function ownPolicy({ policy, config, seed }: Cell): OwnPolicy | null {
  if (typeof policy !== 'object' || !('steps' in policy)) return null;
  return { kind: 'policy', world: config.domain, seed, steps: policy.steps };
}

/** The reward model of a cell, where it is the replicate’s own. */
export function ownReward({ reward, config, seed }: Cell): OwnReward | null {
  if (typeof reward !== 'object' || !('recipe' in reward)) return null;
  const world = config.domain;
  const from: OwnPolicy = { kind: 'policy', world, seed, steps: reward.body };
  return { kind: 'reward', world, seed, recipe: reward.recipe, from };
}
