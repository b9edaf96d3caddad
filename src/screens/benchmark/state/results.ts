/** What the samples of a benchmark come to. Computed when it is shown, and once for the same samples. */
import { compare, type Comparison, IncomparableError } from '../../../evaluation/compare.ts';
import { type EvaluationFile, matrixOf, type MatrixRow } from '../../../evaluation/files.ts';
import { PassAtKError, reportOf } from '../../../evaluation/report.ts';
import { type TaskRow, taskRows } from '../../../evaluation/task-rows.ts';
import type { Plan } from './plan.ts';
import type { Evaluation } from './stored.ts';

export interface Result {
  readonly file: EvaluationFile;
  readonly matrix: readonly MatrixRow[];
}

const known = new WeakMap<Evaluation, Result>();

/** Of the tasks that are done; null before the first is. */
export function resultOf(evaluation: Evaluation, { ks, seed }: Plan): Result | null {
  const { plan, device, samples, seconds } = evaluation;
  if (!plan || !device || samples.length === 0) return null;
  const before = known.get(evaluation);
  if (before) return before;
  const { suite, ...about } = plan;
  const report = reportOf(samples, ks, seed);
  const done = suite.slice(0, report.all.tasks);
  const result = { file: { ...about, report, device, seconds, suite: done }, matrix: matrixOf(samples) };
  known.set(evaluation, result);
  return result;
}

/** The seed with which `eval compare` resamples unless it is told another. */
const COMPARE_SEED = 1;

export type Compared =
  | { readonly kind: 'comparison'; readonly comparison: Comparison }
  | { readonly kind: 'refused'; readonly why: string };

/** Two policies as `eval compare` compares them. */
export function comparedOf(a: Result, b: Result, { ks }: Plan): Compared {
  const of = ({ file, matrix }: Result) => ({ about: file, matrix });
  try {
    return { kind: 'comparison', comparison: compare(of(a), of(b), ks, COMPARE_SEED) };
  } catch (error) {
    if (error instanceof IncomparableError || error instanceof PassAtKError)
      return { kind: 'refused', why: error.message };
    throw error;
  }
}

/** Every task, by all policies in the order of the plan. */
export const rowsOf = (results: readonly (Result | null)[]): TaskRow[] =>
  taskRows(results.map((result) => result?.matrix ?? []));
