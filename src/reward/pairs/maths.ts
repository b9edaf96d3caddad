/**
 * Optimized–Degraded pairs (arXiv 2508.05170) for the mathematics starter world, by exact rewriting: the *optimized*
 * reasoning takes every step, the *original* is what a demonstration would say, which mostly forgets what the question
 * asks for last, and the *degraded* one is either of them after a rewriting. What is degraded is checked to be unsound.
 */
import { stepsOf } from '../../domains/maths/steps.ts';
import { careless, type StarterTask, TWIST_MINDED } from '../../domains/maths/starter/index.ts';
import {
  CONCLUDED,
  type Layout,
  layOut,
  LAYOUTS,
  sayConclusion,
  sayStep,
  WORDINGS,
} from '../../domains/maths/starter/reasoning.ts';
import type { PlanStep } from '../../domains/maths/task.ts';
import type { Random } from '../../random.ts';
import { MATHS_DEGRADATIONS, type MathsDegradation, type Said } from './maths-operations.ts';
import { ballot, type ExactMix, type PairMaker } from './tries.ts';
import { type Dimension, DIMENSIONS, type DropReason, type PairKind, type PreferencePair } from './types.ts';

export const MATHS_MIX: ExactMix = {
  dimensions: { 'factual accuracy': 1, 'logical rigor': 1, 'logical coherence': 1 },
  operations: { 'missing-last-step': 3, 'unrelated-step': 2, contradiction: 2 },
  sameWording: 0.5,
  sameLayout: false,
};

const KINDS: readonly PairKind[] = [
  'optimized>degraded',
  'optimized>degraded',
  'optimized>original',
  'original>degraded',
];

/** Share of reasonings that lack a step which end in a conclusion: more than of others, which evens out the lengths. */
const CONCLUDED_WITHOUT = 0.75;

/** A reasoning before it is laid out; `conclusion` is the wording of its last sentence, if it has one. */
interface Draft {
  readonly said: readonly Said[];
  readonly conclusion: number | null;
}

function draft(steps: readonly PlanStep[], random: Random, concluded = CONCLUDED): Draft {
  const said = steps.map((step): Said => ({ step, wording: random.int(WORDINGS) }));
  return { said, conclusion: random.uniform() < concluded ? random.int(2) : null };
}

function textOf({ said, conclusion }: Draft, layout: Layout): string {
  const last = said.findLast(({ step }) => step !== null)?.step;
  const sentences = said.map((each) => (each.step === null ? each.text : sayStep(each.step, each.wording)));
  if (conclusion !== null && last) sentences.push(sayConclusion(last.result, conclusion));
  return layOut(sentences, layout);
}

interface Worse extends Draft {
  readonly operation: string;
  readonly dimension: Dimension;
}

/** The dimension first, so that each gets its share; then an operation within it. */
function choose(mix: ExactMix, random: Random): MathsDegradation {
  const dimension = random.pick(ballot(DIMENSIONS, (option) => mix.dimensions[option]));
  const options = MATHS_DEGRADATIONS.filter((operation) => operation.dimension === dimension);
  return random.pick(ballot(options, ({ name }) => mix.operations[name] ?? 1));
}

/** Rewritings after which every step that is left is right. */
const ALL_RIGHT = ['missing-last-step', 'repeated-step'];

/** A reasoning whose steps are still all right is no degradation, unless it lacks the last one or says one twice. */
function degrade(task: StarterTask, from: Draft, mix: ExactMix, random: Random): Worse | null {
  const { name, dimension, apply } = choose(mix, random);
  const said = apply(from.said, random);
  if (said === null || said.length === 0) return null;
  const shorter = said.length < from.said.length;
  const conclusion =
    from.conclusion ?? (shorter && random.uniform() < CONCLUDED_WITHOUT ? random.int(2) : null);
  const worse = { said, conclusion };
  const right = stepsOf(textOf(worse, 'bullets'), task).every(({ status }) => status === 'valid');
  return right && !ALL_RIGHT.includes(name) ? null : { ...worse, operation: name, dimension };
}

function tryPair(task: StarterTask, random: Random, mix: ExactMix): PreferencePair | DropReason {
  const kind = random.pick(KINDS);
  const minded = !task.twisted || random.uniform() < TWIST_MINDED;
  const { steps } = task.plan;
  const optimized = draft(steps, random);
  const original = minded ? draft(steps, random) : draft(careless(task), random, CONCLUDED_WITHOUT);

  const pair = (chosen: Draft, rejected: Draft, dimension: Dimension, operation: string) => {
    const layout = random.pick(LAYOUTS);
    const other = random.pick(LAYOUTS);
    const texts = {
      chosen: textOf(chosen, layout),
      rejected: textOf(rejected, mix.sameLayout ? layout : other),
    };
    if (texts.chosen === texts.rejected) return 'no-change';
    const labels = { taskId: task.id, family: task.family, dimension, kind, operation, writer: MATHS_WRITER };
    return { prompt: task.prompt, ...texts, ...labels };
  };

  if (kind === 'optimized>original')
    return minded ? 'no-rewriting' : pair(optimized, original, 'logical rigor', 'missing-last-step');
  const better = kind === 'original>degraded' ? original : optimized;
  const worse = degrade(task, better, mix, random);
  if (worse === null) return 'no-rewriting';
  const chosen =
    kind === 'original>degraded' || random.uniform() < mix.sameWording ? better : draft(steps, random);
  return pair(chosen, worse, worse.dimension, worse.operation);
}

export const MATHS_WRITER = 'exact-maths';

/** Pairs for tasks of the mathematics starter world. */
export const MATHS_PAIRS: PairMaker<StarterTask> = { name: MATHS_WRITER, mix: MATHS_MIX, tryPair };
