import type { Random } from '../../random.ts';
import type { Value } from '../../sandbox/types.ts';
import type { Filter, Finish, Map, Plan, Step } from '../../domains/code/starter/plan.ts';
import type { Part } from '../../domains/code/starter/reasoning.ts';
import { sayPart } from '../../domains/code/starter/reasoning.ts';
import type { Dimension } from './types.ts';

/**
 * Rewritings that make a reasoning worse along the three dimensions of arXiv 2508.05170. Each takes the
 * sentences of a reasoning, with the part of the plan each of them states, and returns the worse ones, or `null`
 * where it does not apply. Some shorten, some lengthen and some keep the length, so that length alone tells
 * nothing.
 */

/** A sentence and what it states; `null` for words that state nothing of the plan. */
export interface Sentence {
  readonly text: string;
  readonly part: Part | null;
}

export interface Degradation {
  readonly name: string;
  readonly dimension: Dimension;
  readonly apply: (sentences: readonly Sentence[], plan: Plan, random: Random) => Sentence[] | null;
}

const FALSE_FACTS = [
  '0 is odd',
  '1 is even',
  '3 is below 2',
  'the first is the largest',
  'the last is the smallest',
] as const;
const OFF_TOPIC = [
  'the name is short',
  'the code is in order',
  'letters are words',
  'each list is a list',
] as const;
const LEAPS = ['the rest is clear', 'the code is clear', 'it is right'] as const;
/** Openings that are neither right nor wrong; plain reasoning has them too. */
export const PADDING = [
  'look at the numbers first',
  'look at the list first',
  'take it in order',
  'first look at each',
] as const;
const WRONG_VALUES: readonly Value[] = [0, 1, -1, 2, null];

const bare = (text: string): Sentence => ({ text, part: null });

function indices(sentences: readonly Sentence[], wanted: (part: Part) => boolean): number[] {
  return sentences.flatMap(({ part }, i) => (part !== null && wanted(part) ? [i] : []));
}

/** Half of the time makes up for a lost sentence with words that say nothing, so that length does not tell. */
function filledUp(sentences: readonly Sentence[], random: Random): Sentence[] {
  const opened = sentences.some(({ text }) => PADDING.some((padding) => padding === text));
  return opened || random.uniform() < 0.5 ? [...sentences] : [bare(random.pick(PADDING)), ...sentences];
}

const isStep = (part: Part): boolean => part.kind === 'step';
const isEdge = (part: Part): boolean => part.kind === 'edge';

function pickIndex(candidates: readonly number[], random: Random): number | null {
  return candidates.length === 0 ? null : random.pick(candidates);
}

function replace(sentences: readonly Sentence[], at: number, by: readonly Sentence[]): Sentence[] {
  return [...sentences.slice(0, at), ...by, ...sentences.slice(at + 1)];
}

function insert(sentences: readonly Sentence[], text: string, random: Random): Sentence[] {
  const at = random.int(sentences.length + 1);
  return [...sentences.slice(0, at), bare(text), ...sentences.slice(at)];
}

/** Other steps that fit in the same slot. */
function rivals(plan: Plan, step: Step): readonly Step[] {
  const all: Readonly<Record<Step['slot'], readonly (Filter | Map | Finish)[]>> = {
    filter: plan.family.filters,
    map: plan.family.maps,
    finish: plan.family.finishes,
  };
  return all[step.slot].filter((other) => other !== step && other.takes === step.takes);
}

function say(plan: Plan, part: Part, random: Random): Sentence {
  return { text: sayPart(plan.family, part, random), part };
}

function swapStep(
  sentences: readonly Sentence[],
  plan: Plan,
  random: Random,
  fits: (other: Step, step: Step) => boolean,
): Sentence[] | null {
  const options = indices(sentences, isStep).flatMap((at) => {
    const part = sentences[at]?.part;
    if (part?.kind !== 'step') return [];
    return rivals(plan, part.step)
      .filter((other) => fits(other, part.step))
      .map((step) => ({ at, step }));
  });
  if (options.length === 0) return null;
  const { at, step } = random.pick(options);
  return replace(sentences, at, [say(plan, { kind: 'step', step }, random)]);
}

const wrongOperation: Degradation = {
  name: 'wrong-operation',
  dimension: 'factual accuracy',
  apply: (sentences, plan, random) =>
    swapStep(sentences, plan, random, (other, step) => other.op !== step.op),
};

const wrongConstant: Degradation = {
  name: 'wrong-constant',
  dimension: 'factual accuracy',
  apply: (sentences, plan, random) => {
    const at = pickIndex(indices(sentences, isEdge), random);
    const swapped = swapStep(sentences, plan, random, (other, step) => other.op === step.op);
    if (at === null || (swapped !== null && random.uniform() < 0.5)) return swapped;
    const part = sentences[at]?.part;
    if (part?.kind !== 'edge') return null;
    const value = random.pick(WRONG_VALUES.filter((v) => v !== part.edge.value));
    return replace(sentences, at, [say(plan, { kind: 'edge', edge: { value } }, random)]);
  },
};

const wrongFact: Degradation = {
  name: 'wrong-fact',
  dimension: 'factual accuracy',
  apply: (sentences, _plan, random) => insert(sentences, random.pick(FALSE_FACTS), random),
};

const inventedEdgeCase: Degradation = {
  name: 'invented-edge-case',
  dimension: 'factual accuracy',
  apply: (sentences, plan, random) => {
    if (plan.edge !== null) return null;
    const edge: Part = { kind: 'edge', edge: { value: random.pick([1, -1, null]) } };
    const at = plan.family.edge.where === 'before' ? 0 : sentences.length - 1;
    return [...sentences.slice(0, at), say(plan, edge, random), ...sentences.slice(at)];
  },
};

const missingStep: Degradation = {
  name: 'missing-step',
  dimension: 'logical rigor',
  apply: (sentences, _plan, random) => {
    const at = pickIndex(indices(sentences, isStep), random);
    return at === null || sentences.length < 2 ? null : filledUp(replace(sentences, at, []), random);
  },
};

const missingEdgeCase: Degradation = {
  name: 'missing-edge-case',
  dimension: 'logical rigor',
  apply: (sentences, _plan, random) => {
    const at = pickIndex(indices(sentences, isEdge), random);
    if (at === null) return null;
    return filledUp(replace(sentences, at, []), random);
  },
};

const assumedEdgeCase: Degradation = {
  name: 'assumed-away-edge-case',
  dimension: 'logical rigor',
  apply: (sentences, plan, random) => {
    const at = pickIndex(indices(sentences, isEdge), random);
    if (at === null) return null;
    const denial = plan.family.edge.where === 'before' ? 'k is not 0' : 'there are not none';
    return replace(sentences, at, [bare(denial)]);
  },
};

const unsupportedLeap: Degradation = {
  name: 'unsupported-leap',
  dimension: 'logical rigor',
  apply: (sentences, _plan, random) => {
    const at = pickIndex(indices(sentences, isStep), random);
    return at === null ? null : replace(sentences, at, [bare(random.pick(LEAPS))]);
  },
};

const shuffledSteps: Degradation = {
  name: 'shuffled-steps',
  dimension: 'logical coherence',
  apply: (sentences, _plan, random) => (sentences.length < 2 ? null : random.shuffle(sentences)),
};

const contradiction: Degradation = {
  name: 'contradiction',
  dimension: 'logical coherence',
  apply: (sentences, plan, random) => {
    const at = pickIndex(indices(sentences, isStep), random);
    const part = at === null ? null : sentences[at]?.part;
    if (at === null || part?.kind !== 'step') return null;
    const others = rivals(plan, part.step);
    if (others.length === 0) return null;
    const step = random.pick(others);
    return replace(sentences, at, [sentences[at]!, say(plan, { kind: 'step', step }, random)]);
  },
};

const repeatedStep: Degradation = {
  name: 'repeated-step',
  dimension: 'logical coherence',
  apply: (sentences, _plan, random) => {
    const at = random.int(sentences.length);
    const again = sentences[at]!;
    const next = sentences[at + 1];
    // Said twice more, or once in place of the sentence that should follow.
    return next !== undefined && random.uniform() < 0.6
      ? replace(sentences, at + 1, [again])
      : replace(sentences, at, [again, again, again].slice(random.int(2)));
  },
};

const offTopic: Degradation = {
  name: 'off-topic',
  dimension: 'logical coherence',
  apply: (sentences, _plan, random) => {
    const at = pickIndex(indices(sentences, isStep), random);
    const text = random.pick(OFF_TOPIC);
    // In place of a step, or beside the steps.
    return at !== null && random.uniform() < 0.5
      ? replace(sentences, at, [bare(text)])
      : insert(sentences, text, random);
  },
};

export const DEGRADATIONS: readonly Degradation[] = [
  wrongOperation,
  wrongConstant,
  wrongFact,
  inventedEdgeCase,
  missingStep,
  missingEdgeCase,
  assumedEdgeCase,
  unsupportedLeap,
  shuffledSteps,
  contradiction,
  repeatedStep,
  offTopic,
];
