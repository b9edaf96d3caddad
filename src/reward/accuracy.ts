import { type Interval, wilsonInterval } from '../statistics/intervals.ts';
import type { ImportedPair } from './pairs/types.ts';
import { checkScores } from '../rl/scaling.ts';
import { correlation } from '../statistics/association.ts';

/** A share of pairs whose chosen text scores strictly above the rejected one; a tie is wrong (RewardBench). */
export interface Share {
  readonly pairs: number;
  readonly right: number;
  readonly accuracy: number;
  /** 95 %, Wilson. */
  readonly interval: Interval;
}

export interface PairAccuracy extends Share {
  readonly ties: number;
  readonly byDimension: Readonly<Record<string, Share>>;
  readonly byOperation: Readonly<Record<string, Share>>;
  readonly byFamily: Readonly<Record<string, Share>>;
  /** Pearson's r of length and score over all texts, and of their differences within pairs. */
  readonly lengthCorrelation: number | null;
  readonly lengthCorrelationWithin: number | null;
  /** Mean of chosen − rejected. */
  readonly margin: number;
  /** Smallest, mean and largest score of all texts. */
  readonly rewards: { readonly min: number; readonly mean: number; readonly max: number };
}

/** A pair with the scores and lengths, in tokens, of its two texts. */
export interface ScoredPair {
  readonly pair: ImportedPair;
  readonly chosen: { readonly score: number; readonly length: number };
  readonly rejected: { readonly score: number; readonly length: number };
}

export function share(outcomes: readonly boolean[]): Share {
  const right = outcomes.filter(Boolean).length;
  const pairs = outcomes.length;
  return { pairs, right, accuracy: right / pairs, interval: wilsonInterval(right, pairs) };
}

export const isRight = ({ chosen, rejected }: ScoredPair): boolean => chosen.score > rejected.score;

/** Accuracy of each slice that the key names; pairs without a key are in none. */
export function shareBy(
  scored: readonly ScoredPair[],
  key: (scored: ScoredPair) => string | undefined,
): Record<string, Share> {
  const slices = new Map<string, boolean[]>();
  for (const one of scored) {
    const name = key(one);
    if (name !== undefined) slices.set(name, [...(slices.get(name) ?? []), isRight(one)]);
  }
  return Object.fromEntries([...slices].map(([name, outcomes]) => [name, share(outcomes)]));
}

/** @throws RangeError without pairs, RewardScoreError for a score that is not finite */
export function pairAccuracy(scored: readonly ScoredPair[]): PairAccuracy {
  const texts = scored.flatMap(({ chosen, rejected }) => [chosen, rejected]);
  const scores = texts.map(({ score }) => score);
  checkScores(
    scores,
    (i) => `the ${i % 2 === 0 ? 'chosen' : 'rejected'} text of pair ${Math.floor(i / 2) + 1}`,
  );
  const gaps = scored.map(({ chosen, rejected }) => chosen.score - rejected.score);
  return {
    ...share(scored.map(isRight)),
    ties: gaps.filter((gap) => gap === 0).length,
    byDimension: shareBy(scored, ({ pair }) => pair.dimension),
    byOperation: shareBy(scored, ({ pair }) => pair.operation),
    byFamily: shareBy(scored, ({ pair }) => pair.family),
    lengthCorrelation: correlation(
      texts.map(({ length }) => length),
      scores,
    ),
    lengthCorrelationWithin: correlation(
      scored.map(({ chosen, rejected }) => chosen.length - rejected.length),
      gaps,
    ),
    margin: gaps.reduce((a, b) => a + b, 0) / gaps.length,
    rewards: {
      min: scores.reduce((a, b) => Math.min(a, b), Infinity),
      mean: scores.reduce((a, b) => a + b, 0) / scores.length,
      max: scores.reduce((a, b) => Math.max(a, b), -Infinity),
    },
  };
}
