import { Random } from '../../random.ts';
import { groupBy } from '../../statistics/samples.ts';
import { balancePairs } from '../pairs/balance.ts';
import { POLICY_WRITER } from '../pairs/policy.ts';
import type { ImportedPair } from '../pairs/types.ts';
import { type Association, association, type Table } from '../../statistics/association.ts';
import type { Flaw, JudgedSample, Judgement } from './judge.ts';

export interface SelectOptions {
  readonly seed: number;
  /** Pairs of one task at most. */
  readonly perTask: number;
  /** Largest share of one flaw among all pairs: forgetting the edge case is by far the most frequent. */
  readonly maxFlawShare: number;
}

/** Samples and pairs that were left out, by reason. */
export interface FilterCounts {
  readonly samples: number;
  /** Passed although its plan is flawed, or failed although it is sound: the reasoning does not decide. */
  readonly disagreement: number;
  /** Passed by a reasoning that cannot be read, so that nothing confirms it. */
  readonly unreadable: number;
  /** Said before for the same task. */
  readonly repeated: number;
  readonly superior: number;
  readonly inferior: number;
  readonly pairs: number;
  readonly overPerTask: number;
  readonly overFlawShare: number;
  readonly unbalanced: number;
}

export interface Selection {
  readonly pairs: readonly ImportedPair[];
  readonly counts: FilterCounts;
  /**
   * Sound against flawed plan (rows), correct against wrong program (columns), over all samples that can be judged; tasks
   * are resampled with all their samples. `null` where there is none.
   */
  readonly association: Association | null;
}

type Side = 'superior' | 'inferior' | 'disagreement' | 'unreadable';

/**
 * Superior: right on the strict tests by a plan that is right. Inferior: wrong on them by following a plan that is wrong,
 * or after words that state no plan.
 * Where no plan is known, the tests decide alone.
 */
export function sideOf({ correct, judgement, agrees }: JudgedSample): Side {
  switch (judgement.kind) {
    case 'unknown':
      return correct ? 'superior' : 'inferior';
    case 'unreadable':
      // Nothing to confirm a success with; a failure has its reason in the words that say nothing of this world.
      return correct ? 'unreadable' : 'inferior';
    case 'sound':
      return correct && agrees === true ? 'superior' : 'disagreement';
    case 'flawed':
      return !correct && agrees === true ? 'inferior' : 'disagreement';
  }
}

interface Candidate {
  readonly pair: ImportedPair;
  readonly flaw: string;
}

/** Pairs of superior and inferior reasonings for the same task (LCB-RB's manner), balanced in flaws and length. */
export function selectPairs(samples: readonly JudgedSample[], options: SelectOptions): Selection {
  const { seed, perTask, maxFlawShare } = options;
  const random = new Random(seed, 0, 'benchmark pairs');
  const sides: Record<Side, number> = { superior: 0, inferior: 0, disagreement: 0, unreadable: 0 };
  for (const sample of samples) sides[sideOf(sample)]++;
  let repeated = 0;
  let overPerTask = 0;
  const candidates = groupBy(samples, ({ task }) => task.id).flatMap((of) => {
    const unique = [...new Map(of.map((sample) => [sample.reasoning, sample])).values()];
    repeated += of.length - unique.length;
    const superior = unique.filter((sample) => sideOf(sample) === 'superior');
    const inferior = unique.filter((sample) => sideOf(sample) === 'inferior');
    const all = superior.length === 0 ? [] : random.shuffle(inferior).map((bad) => pairWith(bad, superior));
    // Rare flaws first, so that a task's places are not all taken by the frequent one.
    const ordered = spread(all);
    overPerTask += Math.max(0, ordered.length - perTask);
    return ordered.slice(0, perTask);
  });
  const balance = (of: readonly Candidate[]): Candidate[] =>
    balancePairs(
      of.map((candidate) => ({ ...candidate.pair, candidate })),
      { length: (text) => text.length, tolerance: 8, style: false, seed },
    ).map(({ candidate }) => candidate);
  const shuffled = random.shuffle(candidates);
  const capped = capFlaws(shuffled, maxFlawShare, balance);
  const pairs = balance(capped).map(({ pair }) => pair);
  return {
    pairs: pairs.sort((a, b) => (a.taskId! < b.taskId! ? -1 : 1)),
    counts: {
      samples: samples.length,
      ...sides,
      repeated,
      overPerTask,
      overFlawShare: candidates.length - capped.length,
      unbalanced: capped.length - pairs.length,
      pairs: pairs.length,
    },
    association: associationOf(samples, seed),
  };
}

function associationOf(samples: readonly JudgedSample[], seed: number): Association | null {
  const known = samples.filter(({ judgement }) => judgement.kind === 'sound' || judgement.kind === 'flawed');
  return known.length === 0
    ? null
    : association(groupBy(known, ({ task }) => task.id).map(tableOf), { seed });
}

/** Of the samples whose plan is known to be sound or flawed. */
function tableOf(samples: readonly JudgedSample[]): Table {
  const cell = (kind: Judgement['kind'], right: boolean): number =>
    samples.filter(({ judgement, correct }) => judgement.kind === kind && correct === right).length;
  return [
    [cell('sound', true), cell('sound', false)],
    [cell('flawed', true), cell('flawed', false)],
  ];
}

/**
 * With the shortest superior reasoning: a forgotten step or edge case makes the inferior one short, and other flaws can
 * only make up for that where their superior reasoning is the shorter one.
 */
function pairWith(inferior: JudgedSample, superior: readonly JudgedSample[]): Candidate {
  const best = superior.reduce((a, b) => (b.reasoning.length < a.reasoning.length ? b : a));
  const { task, judgement } = inferior;
  const flaw = flawIn(judgement);
  return {
    flaw: flaw?.operation ?? 'unknown',
    pair: {
      prompt: task.prompt,
      chosen: best.reasoning,
      rejected: inferior.reasoning,
      taskId: task.id,
      family: task.family,
      kind: 'superior>inferior',
      writer: POLICY_WRITER,
      ...flaw,
    },
  };
}

/** A sentence that states nothing the world knows is taken for a fault in coherence. */
function flawIn(judgement: Judgement): Flaw | null {
  switch (judgement.kind) {
    case 'flawed':
      return judgement.flaw;
    case 'unreadable':
      return { dimension: 'logical coherence', operation: 'unreadable-step' };
    case 'sound':
    case 'unknown':
      return null;
  }
}

/** One of each flaw in turn, of each the pairs first in which the superior text is the least long. */
function spread(candidates: readonly Candidate[]): Candidate[] {
  const longer = ({ pair }: Candidate): number => pair.chosen.length - pair.rejected.length;
  const groups = groupBy(candidates, ({ flaw }) => flaw)
    .map((group) => group.sort((a, b) => longer(a) - longer(b)))
    .sort((a, b) => a.length - b.length);
  const out: Candidate[] = [];
  for (let round = 0; out.length < candidates.length; round++)
    for (const group of groups) if (group[round]) out.push(group[round]!);
  return out;
}

/** Balancing the flaws may cost this share of the pairs, no more: one flaw may be all that offsets another's length. */
const LEAST_KEPT = 0.6;

/** Leaves out the last of the most frequent flaw until it has no more than its share of what balancing keeps. */
function capFlaws(
  candidates: readonly Candidate[],
  share: number,
  balance: (of: readonly Candidate[]) => Candidate[],
): Candidate[] {
  let left = [...candidates];
  const least = LEAST_KEPT * balance(left).length;
  for (;;) {
    const groups = groupBy(balance(left), ({ flaw }) => flaw).sort((a, b) => b.length - a.length);
    const [largest = []] = groups;
    const total = groups.reduce((sum, group) => sum + group.length, 0);
    if (largest.length <= share * total) return left;
    const { flaw } = largest[0]!;
    const own = left.filter((candidate) => candidate.flaw === flaw);
    const excess = Math.ceil((largest.length - share * total) / 2);
    const dropped = new Set(own.slice(Math.max(0, own.length - excess)));
    const fewer = left.filter((candidate) => !dropped.has(candidate));
    if (balance(fewer).length < least) return left;
    left = fewer;
  }
}
