import { Random } from '../random.ts';
import { planOf } from '../tasks/index.ts';
import type { Plan } from '../tasks/plan.ts';
import { sameBehaviour } from '../tasks/plan.ts';
import { layOut, LAYOUTS, partsOf, readReasoning, sayPart } from '../tasks/reasoning.ts';
import type { Dimension, PairKind, PreferencePair, Task } from '../tasks/types.ts';
import type { Degradation, Sentence } from './degrade.ts';
import { DEGRADATIONS, PADDING } from './degrade.ts';

/**
 * Optimized–Degraded preference pairs (arXiv 2508.05170). The paper's strong model is replaced by the task's
 * plan: the *optimized* reasoning states every step and the edge case, the *original* is what a demonstration
 * would say, which mostly forgets the edge case, and the *degraded* one is either of them after a rewriting.
 */

export interface PairOptions {
  readonly seed: number;
  /** Pairs tried per task; a few come to nothing and are dropped. */
  readonly perTask: number;
}

/** Share of originals that name the edge case: as in the demonstrations. */
const EDGE_NAMED = 0.4;
/** Share of originals without the edge case that open with padding, which evens out the lengths. */
const PADDED = 0.6;
/** Weight of a degradation that removes the edge case against 1 for any other. */
const EDGE_WEIGHT = 3;

const KINDS: readonly PairKind[] = [
  'optimized>degraded',
  'optimized>degraded',
  'optimized>original',
  'original>degraded',
];

function sentencesFor(plan: Plan, random: Random): Sentence[] {
  return partsOf(plan).map((part) => ({ text: sayPart(plan.family, part, random), part }));
}

function write(sentences: readonly Sentence[], random: Random): string {
  return layOut(
    sentences.map((sentence) => sentence.text),
    random.pick(LAYOUTS),
  );
}

interface Worse {
  readonly sentences: readonly Sentence[];
  readonly operation: string;
  readonly dimension: Dimension;
}

/** The dimension first, so that each gets its share; then an operation within it. */
function chooseDegradation(random: Random): Degradation {
  const dimensions: readonly Dimension[] = ['factual accuracy', 'logical rigor', 'logical coherence'];
  const dimension = random.pick(dimensions);
  const options = DEGRADATIONS.filter((operation) => operation.dimension === dimension);
  const weighted = options.flatMap((operation) =>
    Array.from({ length: operation.name === 'missing-edge-case' ? EDGE_WEIGHT : 1 }, () => operation),
  );
  return random.pick(weighted);
}

/**
 * Applies a random operation. A result that still states what it started from, or by chance what the task
 * asks for, is no degradation; a repeated step is one whatever it states.
 */
function degrade(task: Task, from: Plan, sentences: readonly Sentence[], random: Random): Worse | null {
  const plan = planOf(task);
  const operation = chooseDegradation(random);
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

function makePair(task: Task, kind: PairKind, random: Random): PreferencePair | null {
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
  ): PreferencePair | null => {
    const texts = { chosen: write(chosen, random), rejected: write(rejected, random) };
    if (texts.chosen === texts.rejected) return null;
    return { prompt: task.prompt, ...texts, taskId: task.id, dimension, kind, operation };
  };

  switch (kind) {
    case 'optimized>original':
      return named ? null : pair(optimized, original, 'logical rigor', 'missing-edge-case');
    case 'optimized>degraded': {
      const worse = degrade(task, plan, optimized, random);
      // Half of the pairs are reworded, so that a pair is not only told apart by its one changed sentence.
      const chosen = random.uniform() < 0.5 ? optimized : sentencesFor(plan, random);
      return worse === null ? null : pair(chosen, worse.sentences, worse.dimension, worse.operation);
    }
    case 'original>degraded': {
      const worse = degrade(task, originalPlan, original, random);
      return worse === null ? null : pair(original, worse.sentences, worse.dimension, worse.operation);
    }
  }
}

/**
 * Preference pairs for the given starter tasks, in their order. Each task draws from its own stream, so its pairs
 * do not depend on which other tasks are asked for. Throws `UnknownTask` for tasks without a plan.
 */
export function buildPairs(tasks: readonly Task[], options: PairOptions): PreferencePair[] {
  const out: PreferencePair[] = [];
  for (const task of tasks) {
    const random = new Random(options.seed, 0, `pairs ${task.id}`);
    for (let i = 0; i < options.perTask; i++) {
      const pair = makePair(task, random.pick(KINDS), random);
      if (pair !== null) out.push(pair);
    }
  }
  return out;
}
