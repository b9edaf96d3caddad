/** The results of an experiment as tables for other programs: CSV by RFC 4180, and JSON lines. */
import { csv } from '../csv.ts';
import { jsonLines } from '../evaluation/files.ts';
import { METRICS } from '../rl/metrics.ts';
import { MEASURE_NAMES, measured } from './measures.ts';
import type { ComparedCell } from './results.ts';

/** One line of a table; what it does not have is absent. */
export type Row = Readonly<Record<string, string | number>>;

/**
 * One row a step and a held-out evaluation of each cell, with the metrics under the names of `rl/metrics.ts`, which are
 * TRL’s where TRL has one, and one row `final` with the measures of the last evaluation.
 */
export function metricRows(results: readonly ComparedCell[]): Row[] {
  return results.flatMap((cell) => {
    const at = (kind: string, step: number) => ({ ...placeOf(cell), kind, step });
    const final = MEASURE_NAMES.flatMap((name) => {
      const value = measured(name, cell);
      return value === null ? [] : [[name, value] as const];
    });
    return [
      ...cell.steps.map(({ step, metrics }) => ({ ...at('step', step), ...metrics })),
      ...cell.evals.map(({ step, metrics }) => ({ ...at('eval', step), ...metrics })),
      { ...at('final', cell.steps.at(-1)?.step ?? 0), ...Object.fromEntries(final) },
    ];
  });
}

/** One row a task of the last evaluation of each cell. Counts are of samples; `best` is of one sample, as in `TaskResult`. */
export function taskRows(results: readonly ComparedCell[]): Row[] {
  return results.flatMap((cell) =>
    cell.tasks.map(({ parts, sound, best, ...task }) => ({
      ...placeOf(cell),
      ...task,
      ...parts,
      best: best.strict,
      best_visible: best.visible,
      ...(sound === null ? {} : { sound }),
    })),
  );
}

const placeOf = ({ arm, preset, seed }: ComparedCell) => ({ arm, preset, seed });

const FIRST = ['arm', 'preset', 'seed', 'kind', 'step', 'task', 'family', 'samples'];
const KNOWN = [...FIRST, ...Object.keys(METRICS), ...MEASURE_NAMES];

/** With a column for each name that any row has: known ones in their order, others after them. */
export function csvOf(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const place = (name: string): number => (KNOWN.includes(name) ? KNOWN.indexOf(name) : KNOWN.length);
  const columns = names.toSorted((a, b) => place(a) - place(b));
  return csv([columns, ...rows.map((row) => columns.map((name) => String(row[name] ?? '')))]);
}

/** The files of an experiment’s results, by name; those of tasks only where tasks are at hand. */
export function exportedFiles(results: readonly ComparedCell[]): Readonly<Record<string, string>> {
  const metrics = metricRows(results);
  const tasks = taskRows(results);
  return {
    'results.csv': csvOf(metrics),
    'results.jsonl': jsonLines(metrics),
    ...(tasks.length > 0 && { 'tasks.csv': csvOf(tasks), 'tasks.jsonl': jsonLines(tasks) }),
  };
}
