import { Random } from '../../random.ts';
import { planOf } from '../../domains/code/starter/index.ts';
import type { Plan } from '../../domains/code/starter/plan.ts';
import { sameBehaviour } from '../../domains/code/starter/plan.ts';
import { layOut, LAYOUTS, partsOf, readReasoning, sayPart } from '../../domains/code/starter/reasoning.ts';
import type { StarterTask } from '../../domains/code/starter/task.ts';
import type { Degradation, Sentence } from './operations.ts';
import { DEGRADATIONS, PADDING } from './operations.ts';
import { ballot, type ExactMix, type PairMaker, type PairOptions, pairsBy, writerBy } from './tries.ts';
import {
  type Dimension,
  DIMENSIONS,
  type DropReason,
  type PairKind,
  type PairWriter,
  type PreferencePair,
} from './types.ts';

export { type ExactMix, type PairOptions } from './tries.ts';

/**
 * Optimized–Degraded preference pairs (arXiv 2508.05170) by exact rewriting. The paper's strong model is replaced by
 * the task's plan: the *optimized* reasoning states every step and the edge case, the *original* is what a
 * demonstration would say, which mostly forgets the edge case, and the *degraded* one is either of them after a
 * rewriting.
 */

export const DEFAULT_MIX: ExactMix = {
  dimensions: { 'factual accuracy': 1, 'logical rigor': 1, 'logical coherence': 1 },
  operations: { 'missing-edge-case': 3 },
  sameWording: 0.5,
  sameLayout: false,
};

/** Share of originals that name the edge case: as in the demonstrations. */
const EDGE_NAMED = 0.4;
/** Share of originals without the edge case that open with padding, which evens out the lengths. */
const PADDED = 0.6;

const KINDS: readonly PairKind[] = [
  'optimized>degraded',
  'optimized>degraded',
  'optimized>original',
  'original>degraded',
];

export const EXACT_WRITER = 'exact';

function sentencesFor(plan: Plan, random: Random): Sentence[] {
  return partsOf(plan).map((part) => ({ text: sayPart(plan.family, part, random), part }));
}

/** The dimension first, so that each gets its share; then an operation within it. */
function chooseDegradation(mix: ExactMix, random: Random): Degradation {
  const dimension = random.pick(ballot(DIMENSIONS, (option) => mix.dimensions[option]));
  const options = DEGRADATIONS.filter((operation) => operation.dimension === dimension);
  return random.pick(ballot(options, ({ name }) => mix.operations[name] ?? 1));
}

interface Worse {
  readonly sentences: readonly Sentence[];
  readonly operation: string;
  readonly dimension: Dimension;
}

/**
 * Applies a random operation. A result that still states what it started from, or by chance what the task
 * asks for, is no degradation; a repeated step is one whatever it states.
 */
function degrade(
  task: StarterTask,
  from: Plan,
  sentences: readonly Sentence[],
  mix: ExactMix,
  random: Random,
): Worse | null {
  const plan = planOf(task);
  const operation = chooseDegradation(mix, random);
  const worse = operation.apply(sentences, plan, random);
  if (worse === null || worse.length === 0) return null;
  const text = layOut(
    worse.map((sentence) => sentence.text),
    'prose',
  );
  const stated = readReasoning(plan.family, text);
  const probes = [...task.visibleTests, ...task.heldOutTests].map((test) => test.args);
  const same = stated !== null && [from, plan].some((reference) => sameBehaviour(stated, reference, probes));
  if (same && operation.name !== 'repeated-step') return null;
  return { sentences: worse, operation: operation.name, dimension: operation.dimension };
}

/** One try at a pair of a task, or why it came to nothing. Throws `UnknownTask` for a task without a plan. */
export function tryPair(
  task: StarterTask,
  random: Random,
  mix: ExactMix = DEFAULT_MIX,
): PreferencePair | DropReason {
  const kind = random.pick(KINDS);
  const plan = planOf(task);
  const named = plan.edge === null || random.uniform() < EDGE_NAMED;
  const originalPlan: Plan = named ? plan : { ...plan, edge: null };
  const padding: Sentence = { text: random.pick(PADDING), part: null };
  const original = [
    ...(!named && random.uniform() < PADDED ? [padding] : []),
    ...sentencesFor(originalPlan, random),
  ];
  const optimized = sentencesFor(plan, random);

  const pair = (
    chosen: readonly Sentence[],
    rejected: readonly Sentence[],
    dimension: Dimension,
    operation: string,
  ): PreferencePair | DropReason => {
    const layout = random.pick(LAYOUTS);
    const other = random.pick(LAYOUTS);
    const text = (sentences: readonly Sentence[], as: typeof layout) =>
      layOut(
        sentences.map((sentence) => sentence.text),
        as,
      );
    const texts = { chosen: text(chosen, layout), rejected: text(rejected, mix.sameLayout ? layout : other) };
    if (texts.chosen === texts.rejected) return 'no-change';
    const labels = { taskId: task.id, family: task.family, dimension, kind, operation, writer: EXACT_WRITER };
    return { prompt: task.prompt, ...texts, ...labels };
  };

  switch (kind) {
    case 'optimized>original':
      return named ? 'no-rewriting' : pair(optimized, original, 'logical rigor', 'missing-edge-case');
    case 'original>degraded': {
      const worse = degrade(task, originalPlan, original, mix, random);
      return worse === null
        ? 'no-rewriting'
        : pair(original, worse.sentences, worse.dimension, worse.operation);
    }
    default: {
      const worse = degrade(task, plan, optimized, mix, random);
      const chosen = random.uniform() < mix.sameWording ? optimized : sentencesFor(plan, random);
      if (worse === null) return 'no-rewriting';
      return pair(chosen, worse.sentences, worse.dimension, worse.operation);
    }
  }
}

/** The starter world's tasks, by their plans. `tryPair` throws `UnknownTask` for others. */
export const EXACT: PairMaker<StarterTask> = { name: EXACT_WRITER, mix: DEFAULT_MIX, tryPair };

/** Preference pairs for the given starter tasks, in their order. Throws `UnknownTask` for tasks without a plan. */
export const exactPairs = (tasks: readonly StarterTask[], options: PairOptions): PreferencePair[] =>
  pairsBy(EXACT, tasks, options);

/** Writes pairs for tasks of the starter world; throws `UnknownTask` for others. */
export const exactWriter = (mix: ExactMix = DEFAULT_MIX): PairWriter => writerBy(EXACT, mix);
