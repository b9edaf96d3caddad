/** What happened during the training of each arm, over its seeds. */
import { type Jaws, JAWS_METRICS, jawsOf } from '../rl/jaws.ts';
import type { EvalRecord, StepRecord } from '../rl/types.ts';
import { meanInterval } from '../statistics/intervals.ts';
import { groupBy, mean } from '../statistics/samples.ts';
import type { ComparedCell } from './results.ts';

/** Metrics that are drawn, and the records that they stand in. */
export const CURVE_METRICS = [
  ['eval/pass@1', 'evals'],
  ['eval/visible_pass@1', 'evals'],
  ['rewards/thinking/mean', 'steps'],
  ['rewards/outcome/mean', 'steps'],
  ['agreement', 'steps'],
  ['gate/withheld_share', 'steps'],
  ['completions/mean_length', 'steps'],
  ['kl', 'steps'],
  ['entropy', 'steps'],
] as const;
export type CurveMetric = (typeof CURVE_METRICS)[number][0];

export interface CurvePoint {
  /** Steps done. */
  readonly step: number;
  /** Seeds that have a value here. */
  readonly n: number;
  readonly mean: number;
  /** 95 %, Student’s t over seeds, from three seeds on; the smallest and the largest value below that. */
  readonly low: number;
  readonly high: number;
}

export interface Curve {
  readonly metric: CurveMetric;
  /** Records that each point is the mean of, seed by seed, drawn at the last of them: 1 for runs that are not long. */
  readonly window: number;
  readonly arms: readonly { readonly arm: string; readonly points: readonly CurvePoint[] }[];
}

/** Points of a curve at most. */
const POINTS = 40;
/** A t-interval of two values says little and covers everything. */
const T_FROM = 3;

export interface ArmCells {
  readonly arm: string;
  readonly cells: readonly ComparedCell[];
}

/** Curves of the metrics that any cell has, each with the arms that have it. */
export function curvesOf(arms: readonly ArmCells[]): Curve[] {
  return CURVE_METRICS.flatMap(([metric, from]) => {
    const windows = windowsOf(
      arms.flatMap(({ cells }) => cells),
      from,
    );
    const drawn = arms
      .map(({ arm, cells }) => ({ arm, points: pointsOf(cells, metric, from, windows) }))
      .filter(({ points }) => points.length > 0);
    return drawn.length === 0 ? [] : [{ metric, window: windows.size, arms: drawn }];
  });
}

/** Records that share a point, so that there are not too many. */
interface Windows {
  readonly size: number;
  /** Of each step with a record, the last step of its window. */
  readonly lastOf: ReadonlyMap<number, number>;
}

/** Windows of as many recorded steps each; what was measured before the first step stands alone. */
function windowsOf(cells: readonly ComparedCell[], from: 'steps' | 'evals'): Windows {
  const all = new Set(cells.flatMap((cell) => cell[from].map(({ step }) => step)));
  const steps = [...all].filter((step) => step > 0).sort((a, b) => a - b);
  const size = Math.max(1, Math.ceil(steps.length / (POINTS - (all.size - steps.length))));
  const last = (i: number): number => Math.min(steps.length, size * (Math.floor(i / size) + 1)) - 1;
  return { size, lastOf: new Map(steps.map((step, i) => [step, steps[last(i)]!])) };
}

/** The jaws of an arm: means over its cells, and over windows of steps where those are many. */
export function jawsOver(cells: readonly ComparedCell[]): Jaws {
  const merged = (metrics: readonly string[], from: 'steps' | 'evals'): StepRecord[] => {
    const windows = windowsOf(cells, from);
    const byStep = new Map<number, Record<string, number>>();
    for (const metric of metrics)
      for (const { step, mean: value } of pointsOf(cells, metric, from, windows))
        byStep.set(step, { ...byStep.get(step), [metric]: value });
    return [...byStep].map(([step, own]) => ({ step, metrics: own })).sort((a, b) => a.step - b.step);
  };
  return jawsOf(merged(JAWS_METRICS, 'steps'), merged(['eval/pass@1'], 'evals'), 0);
}

function pointsOf(
  cells: readonly ComparedCell[],
  metric: string,
  from: 'steps' | 'evals',
  windows: Windows,
): CurvePoint[] {
  const values = cells.flatMap((cell) => windowed(cell[from], metric, windows));
  return groupBy(values, ({ step }) => step)
    .map((own) => ({ step: own[0]!.step, ...bandOf(own.map(({ value }) => value)) }))
    .sort((a, b) => a.step - b.step);
}

/** Means over windows. */
function windowed(records: readonly (StepRecord | EvalRecord)[], metric: string, { lastOf }: Windows) {
  const values = records.flatMap(({ step, metrics }) => {
    const value = metrics[metric];
    return value === undefined ? [] : [{ step: lastOf.get(step) ?? step, value }];
  });
  return groupBy(values, ({ step }) => step).map((own) => ({
    step: own[0]!.step,
    value: mean(own.map(({ value }) => value)),
  }));
}

function bandOf(values: readonly number[]): Omit<CurvePoint, 'step'> {
  const { n, mean: centre, interval } = meanInterval(values);
  if (n >= T_FROM && interval !== null) return { n, mean: centre, ...interval };
  return { n, mean: centre, low: Math.min(...values), high: Math.max(...values) };
}

/** Groups by what their completions came to, and the part of Σ|A| that all-pass groups bring in. */
export const DATA_USE_METRICS = [
  'by_group/frac_all_good',
  'by_group/frac_mixed',
  'by_group/frac_all_bad',
  'advantage/share_from_all_good',
] as const;
export type DataUseMetric = (typeof DATA_USE_METRICS)[number];

/** Means over seeds in the first, second and last third of the steps; null where nothing has it. */
export type DataUse = readonly {
  readonly metric: DataUseMetric;
  readonly thirds: readonly (number | null)[];
}[];

const THIRDS = 3;

/** Null where no cell has a step. */
export function dataUseOf(cells: readonly ComparedCell[]): DataUse | null {
  const trained = cells.filter(({ steps }) => steps.length > 0);
  if (trained.length === 0) return null;
  const thirds = (metric: DataUseMetric) =>
    Array.from({ length: THIRDS }, (_, third) => {
      const means = trained.flatMap(({ steps }) => {
        const values = steps.flatMap(({ metrics }, i) =>
          Math.floor((THIRDS * i) / steps.length) === third ? (metrics[metric] ?? []) : [],
        );
        return values.length === 0 ? [] : [mean(values)];
      });
      return means.length === 0 ? null : mean(means);
    });
  return DATA_USE_METRICS.map((metric) => ({ metric, thirds: thirds(metric) }));
}
