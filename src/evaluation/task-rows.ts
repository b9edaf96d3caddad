/** Task × policy: how many samples of each task pass, and what changed from one policy to another. */
import { csv } from '../csv.ts';
import { mean } from '../statistics/samples.ts';
import type { MatrixRow } from './files.ts';
import { passesBy } from './report.ts';

export type Suite = keyof typeof passesBy;

/** Samples of a task that pass by each suite, of so many. */
export interface Passes extends Readonly<Record<Suite, number>> {
  readonly samples: number;
}

export interface TaskRow {
  readonly task: string;
  readonly family: string;
  /** By policy; null where it has no samples of the task. */
  readonly passes: readonly (Passes | null)[];
}

/**
 * What became of a task: no sample passed before and some do now; more pass than before; as many; fewer; some passed
 * before and none does now. With one sample there are the first, the third and the last alone.
 */
export const CHANGES = ['fixed', 'better', 'same', 'worse', 'broken'] as const;
export type Change = (typeof CHANGES)[number];

function passesOf({ outcomes }: MatrixRow): Passes {
  const count = (suite: Suite): number => outcomes.filter((outcome) => passesBy[suite]({ outcome })).length;
  return { strict: count('strict'), visible: count('visible'), samples: outcomes.length };
}

/** Every task that any of the policies has samples of, in the order of the first that has it. */
export function taskRows(matrices: readonly (readonly MatrixRow[])[]): TaskRow[] {
  const byTask = matrices.map((matrix) => new Map(matrix.map((row) => [row.task, row])));
  const all = new Map(matrices.flat().map(({ task, family }) => [task, family]));
  return [...all].map(([task, family]) => ({
    task,
    family,
    passes: byTask.map((rows) => {
      const row = rows.get(task);
      return row ? passesOf(row) : null;
    }),
  }));
}

/** From one policy to another, by their places; null where either has no samples of the task. */
export interface Pair {
  readonly before: number;
  readonly after: number;
}

/** Difference of the shares that pass; null where either policy has no samples of the task. */
function gain({ passes }: TaskRow, { before, after }: Pair, suite: Suite): number | null {
  const [a, b] = [passes[before], passes[after]];
  return a && b ? b[suite] / b.samples - a[suite] / a.samples : null;
}

export function changeOf(row: TaskRow, pair: Pair, suite: Suite): Change | null {
  const gained = gain(row, pair, suite);
  if (gained === null) return null;
  if (gained === 0) return 'same';
  if (gained > 0) return row.passes[pair.before]![suite] === 0 ? 'fixed' : 'better';
  return row.passes[pair.after]![suite] === 0 ? 'broken' : 'worse';
}

/** `drawn`: as they were evaluated. `hardest`: the lowest share of passes first. `change`: the largest first. */
export const SORTS = ['drawn', 'family', 'hardest', 'change'] as const;
export type Sort = (typeof SORTS)[number];

export interface Arrangement {
  readonly suite: Suite;
  /** Null where there is nothing to compare. */
  readonly pair: Pair | null;
  /** Null for all. */
  readonly family: string | null;
  /** Null for all. */
  readonly change: Change | null;
  readonly sort: Sort;
}

/** Mean over the policies that have samples of it. */
function passRate({ passes }: TaskRow, suite: Suite): number {
  const known = passes.filter((each) => each !== null);
  return mean(known.map((each) => each[suite] / each.samples));
}

/** Those that are asked for, in the order that is asked for; equal ones stay in theirs. */
export function arranged(rows: readonly TaskRow[], asked: Arrangement): TaskRow[] {
  const { suite, pair, family, change, sort } = asked;
  const shown = rows.filter(
    (row) =>
      (family === null || row.family === family) &&
      (change === null || pair === null || changeOf(row, pair, suite) === change),
  );
  const moved = (row: TaskRow): number => Math.abs((pair && gain(row, pair, suite)) ?? 0);
  switch (sort) {
    case 'drawn':
      return shown;
    case 'family':
      return shown.toSorted((a, b) => a.family.localeCompare(b.family));
    case 'hardest':
      return shown.toSorted((a, b) => passRate(a, suite) - passRate(b, suite));
    case 'change':
      return shown.toSorted((a, b) => moved(b) - moved(a));
  }
}

/** Tasks by what changed of them. */
export function countChanges(
  rows: readonly TaskRow[],
  pair: Pair,
  suite: Suite,
): Readonly<Record<Change, number>> {
  const changes = rows.map((row) => changeOf(row, pair, suite));
  return Object.fromEntries(
    CHANGES.map((change) => [change, changes.filter((each) => each === change).length]),
  ) as Record<Change, number>;
}

/** One row a task; three columns a policy: samples, and how many of them pass by either suite. */
export function taskRowsCsv(rows: readonly TaskRow[], policies: readonly string[]): string {
  const cells = (passes: Passes | null): string[] =>
    passes ? [passes.samples, passes.strict, passes.visible].map(String) : ['', '', ''];
  return csv([
    [
      'task',
      'family',
      ...policies.flatMap((name) => [`${name}: samples`, `${name}: strict`, `${name}: visible`]),
    ],
    ...rows.map(({ task, family, passes }) => [task, family, ...passes.flatMap(cells)]),
  ]);
}
