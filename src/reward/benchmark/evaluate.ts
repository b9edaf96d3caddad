import {
  isRight,
  pairAccuracy,
  type PairAccuracy,
  type ScoredPair,
  type Share,
  share,
  shareBy,
} from '../accuracy.ts';
import {
  type Association,
  association,
  type Calibration,
  calibration,
} from '../../statistics/association.ts';

/** What a benchmark says about a reward model. Slices overlap: each is another view of the same pairs. */
export interface BenchmarkReport extends PairAccuracy {
  /** The `subset` column, where a file has one (RewardBench). */
  readonly bySubset: Readonly<Record<string, Share>>;
  /** By how much longer, in tokens, the chosen text is. */
  readonly byLength: readonly LengthSlice[];
  readonly calibration: Calibration;
  /**
   * A high score (at or above the median over all texts) against being chosen. Where pairs were chosen by execution,
   * chosen means correct: the association of reasoning quality with correctness, as this model sees it.
   */
  readonly association: Association;
}

export interface LengthSlice {
  /** Chosen minus rejected, in tokens: from, up to and including; `null` without a bound. */
  readonly from: number | null;
  readonly to: number | null;
  readonly share: Share | null;
}

const LENGTH_BOUNDS = [
  [null, -6],
  [-5, -1],
  [0, 0],
  [1, 5],
  [6, null],
] as const;

/** @throws RangeError without pairs, RewardScoreError for a score that is not finite */
export function evaluateBenchmark(scored: readonly ScoredPair[]): BenchmarkReport {
  const accuracy = pairAccuracy(scored);
  return {
    ...accuracy,
    bySubset: shareBy(scored, ({ pair }) => pair.subset),
    byLength: LENGTH_BOUNDS.map(([from, to]) => {
      const slice = scored.filter(({ chosen, rejected }) => {
        const longer = chosen.length - rejected.length;
        return longer >= (from ?? -Infinity) && longer <= (to ?? Infinity);
      });
      return { from, to, share: slice.length === 0 ? null : share(slice.map(isRight)) };
    }),
    calibration: calibration(scored.map(({ chosen, rejected }) => chosen.score - rejected.score)),
    association: scoreAssociation(scored),
  };
}

function scoreAssociation(scored: readonly ScoredPair[]) {
  const sorted = scored
    .flatMap(({ chosen, rejected }) => [chosen.score, rejected.score])
    .sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)]!;
  const high = (side: 'chosen' | 'rejected'): number =>
    scored.filter((one) => one[side].score >= median).length;
  const [chosen, rejected] = [high('chosen'), high('rejected')];
  return association([
    [chosen, rejected],
    [scored.length - chosen, scored.length - rejected],
  ]);
}
