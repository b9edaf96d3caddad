import { Random } from '../../random.ts';
import { groupBy } from '../../rl/statistics.ts';
import { balancePairs } from '../pairs/balance.ts';
import { POLICY_WRITER } from '../pairs/policy.ts';
import type { ImportedPair } from '../pairs/types.ts';
import type { Table } from '../statistics.ts';
import type { JudgedSample } from './judge.ts';

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
  /** Sound against flawed plan (rows), correct against wrong program (columns), over all samples that can be judged. */
  readonly association: Table;
}

type Side = 'superior' | 'inferior' | 'disagreement' | 'unreadable';

/**
 * Superior: right on the strict tests by a plan that is right. Inferior: wrong on them by following a plan that is wrong.
 * Where no plan is known, the tests decide alone.
 */
export function sideOf({ correct, judgement, agrees }: JudgedSample): Side {
  switch (judgement.kind) {
    case 'unknown':
      return correct ? 'superior' : 'inferior';
    case 'unreadable':
      return 'unreadable';
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

/** Pairs of superior and inferior reasonings for the same task (LCB-RB's manner), balanced in flaws, length and style. */
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
  const capped = capFlaws(random.shuffle(candidates), maxFlawShare);
  const pairs = balancePairs(
    capped.map(({ pair }) => pair),
    { length: (text) => text.length, tolerance: 3, style: true, seed },
  );
  const known = samples.filter(({ judgement }) => judgement.kind === 'sound' || judgement.kind === 'flawed');
  const cell = (sound: boolean, correct: boolean): number =>
    known.filter((s) => (s.judgement.kind === 'sound') === sound && s.correct === correct).length;
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
    association: [
      [cell(true, true), cell(true, false)],
      [cell(false, true), cell(false, false)],
    ],
  };
}

/** With the superior reasoning that is nearest in length. */
function pairWith(inferior: JudgedSample, superior: readonly JudgedSample[]): Candidate {
  const distance = ({ reasoning }: JudgedSample): number =>
    Math.abs(reasoning.length - inferior.reasoning.length);
  const best = superior.reduce((a, b) => (distance(b) < distance(a) ? b : a));
  const { task, judgement } = inferior;
  const flaw = judgement.kind === 'flawed' ? judgement.flaw : null;
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
      ...(flaw ?? {}),
    },
  };
}

/** One of each flaw in turn. */
function spread(candidates: readonly Candidate[]): Candidate[] {
  const groups = groupBy(candidates, ({ flaw }) => flaw).sort((a, b) => a.length - b.length);
  const out: Candidate[] = [];
  for (let round = 0; out.length < candidates.length; round++)
    for (const group of groups) if (group[round]) out.push(group[round]!);
  return out;
}

/** Drops the last of each flaw that has more than its share of what is left. */
function capFlaws(candidates: readonly Candidate[], share: number): Candidate[] {
  const groups = groupBy(candidates, ({ flaw }) => flaw);
  if (groups.length * share < 1) return [...candidates];
  const sizes = groups.map((group) => group.length);
  // The largest cap that keeps every flaw within its share of the sum; smaller groups are left whole.
  let cap = Math.max(0, ...sizes);
  while (cap > 0 && cap > share * sizes.reduce((total, n) => total + Math.min(n, cap), 0)) cap--;
  const kept = new Set(groups.flatMap((group) => group.slice(0, cap)));
  return candidates.filter((candidate) => kept.has(candidate));
}
