import type { Metrics } from './types.ts';

export type Column = readonly (number | null)[];

interface Row {
  readonly step: number;
  readonly metrics: Metrics;
}

/** One metric over the records, `null` where it was undefined. */
export const column = (records: readonly Row[], name: string): Column =>
  records.map((record) => record.metrics[name] ?? null);

export const stepsOf = (records: readonly Row[]): readonly number[] => records.map((record) => record.step);

/** `y` at each of `at` by straight lines between its points; `null` outside them. `x` ascends. */
export function interpolate(x: readonly number[], y: Column, at: readonly number[]): Column {
  const points = x.flatMap((step, i) => {
    const value = y[i];
    return value === null || value === undefined ? [] : [{ step, value }];
  });
  return at.map((step) => {
    const after = points.findIndex((p) => p.step >= step);
    const right = points[after];
    if (!right) return null;
    if (right.step === step) return right.value;
    const left = points[after - 1];
    if (!left) return null;
    return left.value + ((right.value - left.value) * (step - left.step)) / (right.step - left.step);
  });
}

/** Exponential moving average with `weight` on the past; a gap keeps the average as it was. */
export function smooth(values: Column, weight: number): Column {
  let average: number | null = null;
  return values.map((value) => {
    if (value === null) return null;
    average = average === null ? value : weight * average + (1 - weight) * value;
    return average;
  });
}
