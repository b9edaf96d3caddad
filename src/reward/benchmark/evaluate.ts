import {
  type Association,
  association,
  type Calibration,
  calibration,
  type Table,
} from '../../statistics/association.ts';
import { groupBy } from '../../statistics/samples.ts';
import {
  pairAccuracy,
  type PairAccuracy,
  resamplingOf,
  type ScoredPair,
  type Share,
  shareBy,
  sharesOf,
  taskOf,
  verdictsOf,
} from '../accuracy.ts';
import { type Control, promptFreeControl, wrongPromptControl } from './controls.ts';

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
  readonly controls: Controls;
}

/** What a figure of the benchmark has to be compared with. */
export interface Controls {
  /** Of a rule that reads the two texts alone. */
  readonly promptFree: Control;
  /** Of the same model under the prompt of another task; `null` where the pairs have no other. */
  readonly wrongPrompt: Control | null;
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

/**
 * @param underWrongPrompt the same model's scores of the pairs that `wrongPrompts` made of these
 * @throws RangeError without pairs, RewardScoreError for a score that is not finite
 */
export function evaluateBenchmark(
  scored: readonly ScoredPair[],
  underWrongPrompt: readonly ScoredPair[],
): BenchmarkReport {
  const accuracy = pairAccuracy(scored);
  const verdicts = verdictsOf(scored);
  const share = sharesOf(verdicts);
  return {
    ...accuracy,
    bySubset: shareBy(verdicts, share, ({ subset }) => subset),
    byLength: LENGTH_BOUNDS.map(([from, to]) => {
      const slice = verdicts.filter((_, i) => {
        const { chosen, rejected } = scored[i]!;
        const longer = chosen.length - rejected.length;
        return longer >= (from ?? -Infinity) && longer <= (to ?? Infinity);
      });
      return { from, to, share: slice.length === 0 ? null : share(slice) };
    }),
    calibration: calibration(scored.map(({ chosen, rejected }) => chosen.score - rejected.score)),
    association: scoreAssociation(scored),
    controls: {
      promptFree: promptFreeControl(scored.map(({ pair }) => pair)),
      wrongPrompt: underWrongPrompt.length === 0 ? null : wrongPromptControl(underWrongPrompt),
    },
  };
}

function scoreAssociation(scored: readonly ScoredPair[]): Association {
  const sorted = scored
    .flatMap(({ chosen, rejected }) => [chosen.score, rejected.score])
    .sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)]!;
  const tasks = groupBy(scored, ({ pair }) => taskOf(pair));
  const tables = tasks.map((of): Table => {
    const high = (side: 'chosen' | 'rejected'): number =>
      of.filter((one) => one[side].score >= median).length;
    const [chosen, rejected] = [high('chosen'), high('rejected')];
    return [
      [chosen, rejected],
      [of.length - chosen, of.length - rejected],
    ];
  });
  return association(tables, resamplingOf(tables.length));
}
