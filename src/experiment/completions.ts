/** What the completions of an arm's training say beside its metrics. */
import { association, type Association, type Table } from '../statistics/association.ts';
import { groupBy, mean, sum } from '../statistics/samples.ts';
import type { CompletionRow } from './results.ts';

export interface CompletionsAnalysis {
  readonly arm: string;
  readonly completions: number;
  /** Characters of the reasoning in the first, second and last third of the steps, over all seeds; null where there is none. */
  readonly reasoning: readonly (number | null)[];
  /** Right reasoning against a pass of the visible tests; null where reasoning cannot be checked, or does not vary. */
  readonly sound: Association | null;
  /** R_t above its median against the same; null where R_t does not vary. */
  readonly rated: Association | null;
}

const THIRDS = 3;

/**
 * @param cells completions of each seed, in the order of their steps
 * @param seed of the resampling of tasks
 */
export function completionsOf(
  arm: string,
  cells: readonly (readonly CompletionRow[])[],
  seed: number,
): CompletionsAnalysis {
  const rows = cells.flat();
  const rates = rows.map(({ rewards }) => rewards['thinking'] ?? 0).sort((a, b) => a - b);
  const median = rates[Math.floor(rates.length / 2)] ?? 0;
  return {
    arm,
    completions: rows.length,
    reasoning: thirdsOf(rows),
    sound: rows.some((row) => row.sound === null)
      ? null
      : associated(rows, ({ sound }) => sound === true, seed),
    rated: associated(rows, ({ rewards }) => (rewards['thinking'] ?? 0) > median, seed),
  };
}

function thirdsOf(rows: readonly CompletionRow[]): (number | null)[] {
  const last = Math.max(0, ...rows.map(({ step }) => step));
  return Array.from({ length: THIRDS }, (_, third) => {
    const lengths = rows.flatMap(({ step, reasoning }) =>
      reasoning !== null && Math.floor((THIRDS * (step - 1)) / last) === third ? [reasoning] : [],
    );
    return lengths.length === 0 ? null : mean(lengths);
  });
}

/** A quality against a pass, with an interval that resamples tasks; null where either is always or never so. */
function associated(
  rows: readonly CompletionRow[],
  has: (row: CompletionRow) => boolean,
  seed: number,
): Association | null {
  const count = (own: readonly CompletionRow[], quality: boolean, pass: boolean): number =>
    own.filter((row) => has(row) === quality && row.passes === pass).length;
  const tables = groupBy(rows, ({ task }) => task).map((own): Table => [
    [count(own, true, true), count(own, true, false)],
    [count(own, false, true), count(own, false, false)],
  ]);
  const margins = (first: (table: Table) => number, second: (table: Table) => number): boolean =>
    sum(tables.map(first)) > 0 && sum(tables.map(second)) > 0;
  const vary =
    margins(
      ([[a, b]]) => a + b,
      ([, [c, d]]) => c + d,
    ) &&
    margins(
      ([[a], [c]]) => a + c,
      ([[, b], [, d]]) => b + d,
    );
  return vary ? association(tables, { seed }) : null;
}
