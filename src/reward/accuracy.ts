import { correlation } from '../statistics/association.ts';
import { type BootstrapOptions, clusterBootstrap } from '../statistics/bootstrap.ts';
import { type Interval, wilsonInterval } from '../statistics/intervals.ts';
import { groupBy, sum } from '../statistics/samples.ts';
import { checkScores } from '../rl/scaling.ts';
import type { ImportedPair } from './pairs/types.ts';

/** A share of pairs whose chosen text scores strictly above the rejected one; a tie is wrong (RewardBench). */
export interface Share {
  readonly pairs: number;
  /** Tasks that the pairs are of. */
  readonly tasks: number;
  readonly right: number;
  readonly accuracy: number;
  /**
   * 95 %, by resampling tasks with all their pairs: those of one task are no independent trials. Wilson's where each task
   * has one pair, and over tasks where all pairs are right, or none, of which resampling tells no spread. `null` for pairs
   * of one task, some right and some wrong.
   */
  readonly interval: Interval | null;
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

/** How a pair was decided: 1 right, 0 wrong; ½ where a tie is half right. */
export interface Verdict {
  readonly pair: ImportedPair;
  readonly credit: number;
}

/** Pairs with the same id, or else the same prompt, are of one task. */
export const taskOf = ({ taskId, prompt }: ImportedPair): string => taskId ?? prompt;

const SEED = 1;
/** Draws of tasks are kept: so many at most, and of very many tasks a smaller number of resamples is as good. */
const MOST_DRAWS = 2e7;
export const resamplingOf = (tasks: number): BootstrapOptions => ({
  seed: SEED,
  resamples: Math.max(200, Math.min(2000, Math.floor(MOST_DRAWS / tasks))),
});

/** Shares of parts of these verdicts, with intervals by the same draws of tasks, so that they go together. */
export function sharesOf(verdicts: readonly Verdict[]): (part: readonly Verdict[]) => Share {
  const names = [...new Set(verdicts.map(({ pair }) => taskOf(pair)))];
  const places = new Map(names.map((name, i) => [name, i]));
  let resample: ReturnType<typeof clusterBootstrap> | null = null;
  return (part) => {
    const clusters = names.map(() => ({ total: 0, weight: 0 }));
    for (const { pair, credit } of part) {
      const cluster = clusters[places.get(taskOf(pair))!]!;
      cluster.total += credit;
      cluster.weight++;
    }
    const pairs = part.length;
    const right = sum(part.map(({ credit }) => credit));
    const tasks = clusters.filter(({ weight }) => weight > 0).length;
    const interval = (): Interval | null => {
      if (tasks === pairs) return wilsonInterval(right, pairs);
      if (right === 0 || right === pairs) return wilsonInterval(right === 0 ? 0 : tasks, tasks);
      resample ??= clusterBootstrap(names.length, resamplingOf(names.length));
      return resample(clusters);
    };
    return { pairs, tasks, right, accuracy: right / pairs, interval: interval() };
  };
}

/** The share of each slice that the key names; pairs without a key are in none. */
export function shareBy(
  verdicts: readonly Verdict[],
  share: (part: readonly Verdict[]) => Share,
  key: (pair: ImportedPair) => string | undefined,
): Record<string, Share> {
  const named = verdicts.filter(({ pair }) => key(pair) !== undefined);
  return Object.fromEntries(
    groupBy(named, ({ pair }) => key(pair)!).map((part) => [key(part[0]!.pair)!, share(part)]),
  );
}

export const isRight = ({ chosen, rejected }: ScoredPair): boolean => chosen.score > rejected.score;

/** What scores say of their pairs. */
export const verdictsOf = (scored: readonly ScoredPair[]): Verdict[] =>
  scored.map((one) => ({ pair: one.pair, credit: Number(isRight(one)) }));

/** @throws RangeError without pairs, RewardScoreError for a score that is not finite */
export function pairAccuracy(scored: readonly ScoredPair[]): PairAccuracy {
  const texts = scored.flatMap(({ chosen, rejected }) => [chosen, rejected]);
  const scores = texts.map(({ score }) => score);
  checkScores(
    scores,
    (i) => `the ${i % 2 === 0 ? 'chosen' : 'rejected'} text of pair ${Math.floor(i / 2) + 1}`,
  );
  const gaps = scored.map(({ chosen, rejected }) => chosen.score - rejected.score);
  const verdicts = verdictsOf(scored);
  const share = sharesOf(verdicts);
  const by = (key: (pair: ImportedPair) => string | undefined) => shareBy(verdicts, share, key);
  return {
    ...share(verdicts),
    ties: gaps.filter((gap) => gap === 0).length,
    byDimension: by(({ dimension }) => dimension),
    byOperation: by(({ operation }) => operation),
    byFamily: by(({ family }) => family),
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
