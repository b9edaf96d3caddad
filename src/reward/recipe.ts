/** Named ways to train the starter's reward model: which pairs, and with what settings. */
import type { Task } from '../domains/domain.ts';
import { FLAWS, type FlawedPairs } from './flaws.ts';
import { splitPairs } from './pairs/build.ts';
import { DEFAULT_MIX, type ExactMix } from './pairs/exact.ts';
import { type PairMaker, pairsBy } from './pairs/tries.ts';
import { type Dimension, DIMENSIONS, type ImportedPair } from './pairs/types.ts';
import { fixedPairs, freshPairs, type PairSource, type RewardSettings } from './train.ts';

/** `perTask` pairs of each task, written once. */
export interface FixedPairs {
  readonly kind: 'fixed';
  readonly perTask: number;
  readonly mix: ExactMix;
  /** Keeps only pairs whose better text is the longer one. */
  readonly longerWins?: boolean;
  /** The one family of tasks that pairs are written for. */
  readonly family?: string;
}

/** New pairs at every step; those of the opening first, if there is one. */
export interface FreshPairs {
  readonly kind: 'fresh';
  readonly mix: ExactMix;
  readonly opening?: Opening;
}

export type RecipePairs = FixedPairs | FreshPairs;

/** What the first `share` of the steps is trained on. */
export interface Opening {
  readonly share: number;
  readonly mix: ExactMix;
}

/** The mix of pairs of each of `steps` steps, counted from 0. */
export const mixOver =
  ({ mix, opening }: FreshPairs, steps: number) =>
  (step: number): ExactMix =>
    opening !== undefined && step < opening.share * steps ? opening.mix : mix;

export interface RewardRecipe<Pairs extends RecipePairs = RecipePairs> {
  readonly pairs: Pairs;
  readonly settings: Omit<RewardSettings, 'seed'>;
}

/** Pairs written once and compared at their ends: the paper's way, and what the other recipe is measured against. */
export const PLAIN_RECIPE: RewardRecipe<FixedPairs> = {
  pairs: { kind: 'fixed', perTask: 6, mix: DEFAULT_MIX },
  settings: {
    objective: { kind: 'pairs', margin: 0, centering: 0.01, dense: 0 },
    steps: 500,
    batch: 32,
    microBatch: 16,
    learningRate: 1e-3,
    evaluateEvery: 0,
    patience: 0,
  },
};

/** Pairs that differ in one step or value of the plan alone: to tell them apart, the prompt must be read. */
const COMPARISONS: ExactMix = {
  dimensions: { 'factual accuracy': 1, 'logical rigor': 0, 'logical coherence': 0 },
  operations: { 'wrong-operation': 4, 'wrong-constant': 2, 'wrong-fact': 0, 'invented-edge-case': 0 },
  sameWording: 1,
  sameLayout: true,
};

/**
 * The recipe of the shipped checkpoint. Comparing the reasoning with the prompt is learned first and nearly alone: among
 * flaws that show without the prompt it is not learned at all in as many steps.
 */
export const STRONG_RECIPE: RewardRecipe<FreshPairs> = {
  pairs: {
    kind: 'fresh',
    opening: { share: 0.4, mix: COMPARISONS },
    mix: {
      dimensions: { 'factual accuracy': 2, 'logical rigor': 1, 'logical coherence': 1 },
      operations: {
        'wrong-operation': 4,
        'wrong-constant': 3,
        'missing-edge-case': 3,
        'missing-step': 3,
        'shuffled-steps': 2,
        contradiction: 2,
      },
      sameWording: 0.8,
      sameLayout: true,
    },
  },
  settings: {
    ...PLAIN_RECIPE.settings,
    objective: { kind: 'pairs', margin: 0, centering: 0.01, dense: 1 },
    steps: 480,
    learningRate: 2e-3,
  },
};

/** The strong recipe without the token-wise comparison: texts are compared at their ends alone. */
export const ENDS_RECIPE: RewardRecipe<FreshPairs> = {
  ...STRONG_RECIPE,
  settings: {
    ...STRONG_RECIPE.settings,
    objective: { kind: 'pairs', margin: 0, centering: 0.01, dense: 0 },
  },
};

/**
 * The strong recipe's pairs without their comparison: each text alone, towards the quality that its side of the pair stands
 * for. The “+Score” baseline of arXiv 2508.05170.
 */
export const SCORES_RECIPE: RewardRecipe<FreshPairs> = {
  ...STRONG_RECIPE,
  settings: { ...STRONG_RECIPE.settings, objective: { kind: 'scores', loss: 'mse' } },
};

/** The mix with some dimensions alone. */
export const onlyDimensions = (mix: ExactMix, wanted: readonly Dimension[]): ExactMix => ({
  ...mix,
  dimensions: Object.fromEntries(
    DIMENSIONS.map((dimension) => [dimension, wanted.includes(dimension) ? mix.dimensions[dimension] : 0]),
  ) as ExactMix['dimensions'],
});

/** The plain recipe with one fault in its pairs. */
function flawed({
  perTask = 6,
  steps,
  length,
  dimensions = DIMENSIONS,
  family,
}: FlawedPairs): RewardRecipe<FixedPairs> {
  const { settings } = PLAIN_RECIPE;
  return {
    pairs: {
      kind: 'fixed',
      perTask,
      mix: onlyDimensions(DEFAULT_MIX, dimensions),
      ...(length === 'longer-wins' ? { longerWins: true } : {}),
      ...(family === undefined ? {} : { family }),
    },
    settings: { ...settings, steps: steps ?? settings.steps },
  };
}

export const RECIPES = {
  plain: PLAIN_RECIPE,
  strong: STRONG_RECIPE,
  ends: ENDS_RECIPE,
  scores: SCORES_RECIPE,
  few: flawed(FLAWS.few),
  long: flawed(FLAWS.long),
  blind: flawed(FLAWS.blind),
  family: flawed(FLAWS.family),
} as const;

export type RecipeName = keyof typeof RECIPES;

/** Share of the compositions set aside to choose weights by, where a recipe evaluates. */
const VALIDATION_SHARE = 0.1;
const VALIDATION_PER_TASK = 3;

/** Where the pairs of a recipe come from, for tasks with plans, and those that choose its weights. */
export function recipePairs<T extends Task & { readonly composition: string }>(
  maker: PairMaker<T>,
  { pairs, settings }: RewardRecipe,
  tasks: readonly T[],
  seed: number,
): { readonly source: PairSource; readonly validation: readonly ImportedPair[] } {
  const share = settings.evaluateEvery > 0 ? VALIDATION_SHARE : 0;
  const { train, heldOut } = splitPairs(tasks, (task) => task.composition, share, seed);
  const validation = pairsBy(maker, heldOut, { seed, perTask: VALIDATION_PER_TASK, round: 1 });
  switch (pairs.kind) {
    case 'fixed': {
      const { perTask, mix, longerWins = false, family } = pairs;
      const own = train.filter((task) => family === undefined || task.family === family);
      const written = pairsBy(maker, own, { seed, perTask, mix });
      const kept = longerWins
        ? written.filter(({ chosen, rejected }) => chosen.length > rejected.length)
        : written;
      return { source: fixedPairs(kept, seed), validation };
    }
    case 'fresh':
      return { source: freshPairs(maker, train, seed, mixOver(pairs, settings.steps)), validation };
  }
}
