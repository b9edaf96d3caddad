/** What an evaluation's samples come to, for all tasks and for each family. */
import { type Cluster, clusterBootstrap, ratioOf } from '../statistics/bootstrap.ts';
import { type Interval, wilsonInterval } from '../statistics/intervals.ts';
import { passAtK } from '../statistics/pass-at-k.ts';
import { groupBy, sum } from '../statistics/samples.ts';
import { type Outcome, OUTCOMES, type SampleRecord } from './records.ts';

export interface Estimate {
  readonly value: number;
  /** 95 %, by resampling tasks; null for fewer than two tasks that have it. */
  readonly bootstrap: Interval | null;
  /** 95 %, Wilson's; null unless it is a share to which every task brings one independent trial. */
  readonly wilson: Interval | null;
}

/** Estimates by k. */
export type ByK = Readonly<Record<number, Estimate>>;

export interface Slice {
  readonly tasks: number;
  readonly samples: number;
  /** Samples by what became of them. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** pass@k under every check, and under the visible ones alone; means over tasks. */
  readonly strict: ByK;
  readonly visible: ByK;
  /** Shares and means over samples; a quantity that no sample has is absent. */
  readonly rates: Readonly<Record<string, Estimate>>;
  /** What the domain measures, by name. */
  readonly measures: Readonly<Record<string, Estimate>>;
}

export interface EvaluationReport {
  readonly ks: readonly number[];
  readonly samplesPerTask: number;
  readonly all: Slice;
  readonly families: Readonly<Record<string, Slice>>;
}

/** k cannot be estimated from so few samples, or is no number of samples. */
export class PassAtKError extends Error {
  override readonly name = 'PassAtKError';
}

/** Each k once, in order. @throws PassAtKError */
export function checkKs(ks: readonly number[], samples: number): number[] {
  const wrong = ks.find((k) => !Number.isInteger(k) || k < 1);
  if (wrong !== undefined) throw new PassAtKError(`k is a whole number from 1, not ${wrong}.`);
  const largest = Math.max(...ks);
  if (largest > samples)
    throw new PassAtKError(
      `pass@${largest} needs at least ${largest} samples of each task, and there ${samples === 1 ? 'is 1' : `are ${samples}`}: ` +
        `raise the number of samples or leave k = ${largest} out.`,
    );
  return [...new Set(ks)].sort((a, b) => a - b);
}

/** Whether the sample passes by the suite. */
export const passesBy = {
  strict: ({ outcome }: Pick<SampleRecord, 'outcome'>): boolean => outcome === 'passes',
  visible: ({ outcome }: Pick<SampleRecord, 'outcome'>): boolean =>
    outcome === 'passes' || outcome === 'visible only',
} as const;

/** Samples that are asked for a quantity; null for one that does not have it. */
const RATES: Readonly<Record<string, (record: SampleRecord) => number | null>> = {
  form: ({ outcome }) => Number(outcome !== 'no form'),
  agreement: ({ agreement }) => (agreement === null ? null : Number(agreement)),
  truncated: ({ truncated }) => Number(truncated),
  weak: ({ weak }) => Number(weak),
  length: ({ length }) => length,
};
/** Of these every value is 0 or 1. */
const SHARES: ReadonlySet<string> = new Set(['form', 'agreement', 'truncated', 'weak']);

/**
 * @param records all samples of each task, as many for each
 * @param seed of the resampling
 * @throws PassAtKError; RangeError without records or where tasks have different numbers of samples
 */
export function reportOf(
  records: readonly SampleRecord[],
  ks: readonly number[],
  seed: number,
): EvaluationReport {
  const tasks = groupBy(records, ({ task }) => task);
  const samplesPerTask = tasks[0]?.length ?? 0;
  if (samplesPerTask === 0) throw new RangeError('There are no samples to report on.');
  if (tasks.some((of) => of.length !== samplesPerTask))
    throw new RangeError('Every task needs the same number of samples.');
  const used = checkKs(ks, samplesPerTask);
  const families = groupBy(tasks, (of) => of[0]!.family);
  return {
    ks: used,
    samplesPerTask,
    all: sliceOf(tasks, used, seed),
    families: Object.fromEntries(families.map((of) => [of[0]![0]!.family, sliceOf(of, used, seed)])),
  };
}

function sliceOf(tasks: readonly (readonly SampleRecord[])[], ks: readonly number[], seed: number): Slice {
  const samples = tasks[0]!.length;
  const resample = clusterBootstrap(tasks.length, { seed });
  const estimate = (clusters: readonly Cluster[], trials: boolean): Estimate | null => {
    const value = ratioOf(clusters);
    return value === null
      ? null
      : { value, bootstrap: resample(clusters), wilson: trials ? wilsonOf(clusters) : null };
  };
  // With k of k samples a task brings one trial: whether any of them passes.
  const atK = (suite: 'strict' | 'visible'): ByK =>
    Object.fromEntries(
      ks.map((k) => {
        const clusters = tasks.map((of) => ({
          total: passAtK(samples, of.filter(passesBy[suite]).length, k),
          weight: 1,
        }));
        return [k, estimate(clusters, k === samples)!];
      }),
    );
  const over = (quantity: (record: SampleRecord) => number | null, share: boolean): Estimate | null => {
    const clusters = tasks.map((of): Cluster => {
      const values = of.map(quantity).filter((value) => value !== null);
      return { total: sum(values), weight: values.length };
    });
    return estimate(clusters, share && samples === 1);
  };
  const names = [...new Set(tasks.flat().flatMap(({ measures }) => Object.keys(measures)))].sort();
  const all = tasks.flat();
  return {
    tasks: tasks.length,
    samples: all.length,
    outcomes: Object.fromEntries(
      OUTCOMES.map((outcome) => [outcome, all.filter((record) => record.outcome === outcome).length]),
    ) as Record<Outcome, number>,
    strict: atK('strict'),
    visible: atK('visible'),
    rates: defined(
      Object.entries(RATES).map(([name, quantity]) => [name, over(quantity, SHARES.has(name))] as const),
    ),
    measures: defined(
      names.map((name) => [name, over(({ measures }) => measures[name] ?? null, false)] as const),
    ),
  };
}

const wilsonOf = (trials: readonly Cluster[]): Interval =>
  wilsonInterval(sum(trials.map(({ total }) => total)), sum(trials.map(({ weight }) => weight)));

const defined = (estimates: readonly (readonly [string, Estimate | null])[]): Record<string, Estimate> =>
  Object.fromEntries(estimates.filter((entry): entry is readonly [string, Estimate] => entry[1] !== null));
