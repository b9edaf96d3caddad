/**
 * Rewritings that make the reasoning of a mathematics task worse along the three dimensions of arXiv 2508.05170. A wrong
 * step is followed up: the steps after it go on from its result, as a person's would.
 */
import { ArithmeticError } from '../../domains/maths/rational.ts';
import { follow, givenOf, otherResults, work } from '../../domains/maths/starter/plan.ts';
import type { PlanStep } from '../../domains/maths/task.ts';
import type { Random } from '../../random.ts';
import type { Dimension } from './types.ts';

/** A sentence that says a step, or words that state none. */
export type Said =
  { readonly step: PlanStep; readonly wording: number } | { readonly step: null; readonly text: string };

export interface MathsDegradation {
  readonly name: string;
  readonly dimension: Dimension;
  /** The worse reasoning; null where the rewriting does not apply. */
  readonly apply: (said: readonly Said[], random: Random) => Said[] | null;
}

const LEAPS = ['the rest is clear', 'this is easy to see', 'the next one is plain'] as const;
const WORDINGS_DRAWN = 4;
/** Results that do not give a wrong step away by their looks: whole, or fractions where the right one is. */
const PLAUSIBLE = { whole: /^-?\d{1,3}$/, fraction: /^-?\d{1,2}(\/\d{1,2})?$/ };
const TRIES = 6;

const plausible = (result: string, like: string): boolean =>
  (like.includes('/') ? PLAUSIBLE.fraction : PLAUSIBLE.whole).test(result);

const stepsIn = (said: readonly Said[]): PlanStep[] =>
  said.flatMap(({ step }) => (step === null ? [] : [step]));

/** Places of the sentences that say a step. */
const placesIn = (said: readonly Said[]): number[] =>
  said.flatMap(({ step }, at) => (step === null ? [] : [at]));

/** The same sentences about other steps. */
function retell(said: readonly Said[], steps: readonly PlanStep[]): Said[] {
  let next = 0;
  return said.map((sentence) => (sentence.step === null ? sentence : { ...sentence, step: steps[next++]! }));
}

const without = (said: readonly Said[], at: number): Said[] => said.filter((_, i) => i !== at);
const withAt = (said: readonly Said[], at: number, ...more: readonly Said[]): Said[] => [
  ...said.slice(0, at),
  ...more,
  ...said.slice(at),
];

/** One step changed in a way that is found in a few tries, and what follows from it. */
function changed(
  said: readonly Said[],
  random: Random,
  change: (step: PlanStep) => PlanStep | null,
): Said[] | null {
  const steps = stepsIn(said);
  for (let i = 0; i < TRIES && steps.length > 0; i++) {
    const at = random.int(steps.length);
    const other = change(steps[at]!);
    if (other === null || other.result === steps[at]!.result) continue;
    try {
      const after = follow(steps, at, other);
      if (after.every(({ result }, j) => plausible(result, steps[j]!.result))) return retell(said, after);
    } catch (error) {
      // What follows may divide by 0.
      if (!(error instanceof ArithmeticError)) throw error;
    }
  }
  return null;
}

const plain = ({ through: _, ...step }: PlanStep): PlanStep => step;

const wrongOperation: MathsDegradation = {
  name: 'wrong-operation',
  dimension: 'factual accuracy',
  apply: (said, random) =>
    changed(said, random, (step) => {
      const others = [...otherResults(step)].filter(([, result]) => plausible(result, step.result));
      if (others.length === 0) return null;
      const [operation, result] = random.pick(others);
      return { ...plain(step), operation, result };
    }),
};

const wrongNumber: MathsDegradation = {
  name: 'wrong-number',
  dimension: 'factual accuracy',
  apply: (said, random) => {
    const given = givenOf({ steps: stepsIn(said) });
    return changed(said, random, (step) => {
      const places = step.operands.flatMap((operand, i) =>
        given.has(operand) && /^\d+$/.test(operand) ? [i] : [],
      );
      if (places.length === 0) return null;
      const place = random.pick(places);
      const by = random.pick([-2, -1, 1, 2]);
      const other = `${Number(step.operands[place]) + by}`;
      const operands = step.operands.map((operand, i) => (i === place ? other : operand));
      if (Number(other) < 1) return null;
      return { ...plain(step), operands, result: work(step.operation, operands) };
    });
  },
};

const wrongResult: MathsDegradation = {
  name: 'wrong-result',
  dimension: 'factual accuracy',
  apply: (said, random) =>
    changed(said, random, (step) => {
      const [top = '', bottom] = step.result.split('/');
      const other = Number(top) + random.pick([-10, -2, -1, 1, 2, 10]);
      if (other < 0 !== top.startsWith('-') || other === 0) return null;
      return { ...plain(step), result: bottom === undefined ? `${other}` : `${other}/${bottom}` };
    }),
};

const missingStep: MathsDegradation = {
  name: 'missing-step',
  dimension: 'logical rigor',
  apply: (said, random) => {
    const places = placesIn(said).slice(0, -1);
    return places.length === 0 ? null : without(said, random.pick(places));
  },
};

const missingLastStep: MathsDegradation = {
  name: 'missing-last-step',
  dimension: 'logical rigor',
  apply: (said) => {
    const places = placesIn(said);
    return places.length < 2 ? null : without(said, places.at(-1)!);
  },
};

const unsupportedLeap: MathsDegradation = {
  name: 'unsupported-leap',
  dimension: 'logical rigor',
  apply: (said, random) => {
    const places = placesIn(said);
    if (places.length < 2) return null;
    const at = random.pick(places);
    return withAt(without(said, at), at, { step: null, text: random.pick(LEAPS) });
  },
};

const shuffledSteps: MathsDegradation = {
  name: 'shuffled-steps',
  dimension: 'logical coherence',
  apply: (said, random) => (said.length < 2 ? null : random.shuffle(said)),
};

const contradiction: MathsDegradation = {
  name: 'contradiction',
  dimension: 'logical coherence',
  apply: (said, random) => {
    const at = random.pick(placesIn(said));
    const step = said[at]?.step;
    if (!step) return null;
    const other = wrongResult.apply([{ step, wording: random.int(WORDINGS_DRAWN) }], random);
    return other && withAt(said, at + random.int(2), ...other);
  },
};

const repeatedStep: MathsDegradation = {
  name: 'repeated-step',
  dimension: 'logical coherence',
  apply: (said, random) => {
    const at = random.pick(placesIn(said));
    const { step } = said[at]!;
    if (step === null) return null;
    // Right after itself, or once more further on.
    const place = at + 1 + random.int(said.length - at);
    return withAt(said, place, { step, wording: random.int(WORDINGS_DRAWN) });
  },
};

const unrelatedStep: MathsDegradation = {
  name: 'unrelated-step',
  dimension: 'logical coherence',
  apply: (said, random) => {
    const given = [...givenOf({ steps: stepsIn(said) })].filter((number) => /^\d+$/.test(number));
    const operands = [`${2 + random.int(8)}`, given.length > 0 ? random.pick(given) : `${2 + random.int(8)}`];
    const step: PlanStep = { operation: 'add', operands, result: work('add', operands) };
    const sentence = { step, wording: random.int(WORDINGS_DRAWN) };
    const places = placesIn(said);
    // In place of a step, or beside the steps, but not at the end, where it would be the result.
    return random.uniform() < 0.3 && places.length > 1
      ? withAt(without(said, places[0]!), places[0]!, sentence)
      : withAt(said, random.int(places.length), sentence);
  },
};

export const MATHS_DEGRADATIONS: readonly MathsDegradation[] = [
  wrongOperation,
  wrongNumber,
  wrongResult,
  missingStep,
  missingLastStep,
  unsupportedLeap,
  shuffledSteps,
  contradiction,
  repeatedStep,
  unrelatedStep,
];
