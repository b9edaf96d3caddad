/** What is being done of an experiment, and how long the rest takes. */
import type { Cell } from '../../../experiment/plan.ts';
import type { CellResult } from '../../../experiment/results.ts';
import { costOf, costUntil } from '../../../experiment/schedule.ts';
import { sum } from '../../../statistics/samples.ts';

/** What is counted while it is done: steps, or tasks. */
export type Counted = 'policy' | 'reward' | 'pool' | 'step' | 'evaluation';

/** What is done of a cell right now. */
export type Activity =
  | { readonly kind: 'opening'; readonly label: string }
  | { readonly kind: Counted; readonly done: number; readonly total: number };

export interface Doing {
  readonly cell: Cell;
  /** `null` until something of it has begun. */
  readonly activity: Activity | null;
  /** What of its cost is done, and the seconds that this took. */
  readonly cost: number;
  readonly seconds: number;
}

/** What of a cell’s cost is done when it is at this. */
export function costDone(cell: Cell, activity: Activity): number {
  switch (activity.kind) {
    case 'opening':
    case 'policy':
    case 'reward':
    case 'pool':
      return 0;
    case 'step':
      return costUntil(cell, activity.done);
    case 'evaluation':
      return costOf(cell) - costOf({ ...cell, frozen: true }) * (1 - activity.done / activity.total);
  }
}

export interface Progress {
  /** Cells that are finished, of so many. */
  readonly done: number;
  readonly of: number;
  /** Share of the whole cost that is done. */
  readonly share: number;
  /** Seconds that the rest takes, at the pace of what is done; `null` before that says much. */
  readonly secondsLeft: number | null;
}

/** Share of the first cell after which its pace is taken for that of all: the first steps are slow. */
const TELLING = 0.25;

/** @param cells each once */
export function progressOf(
  cells: readonly Cell[],
  results: ReadonlyMap<string, Pick<CellResult, 'seconds'>>,
  doing: Doing | null,
): Progress {
  const finished = cells.filter(({ key }) => results.has(key));
  const total = sum(cells.map(costOf));
  const done = sum(finished.map(costOf)) + (doing?.cost ?? 0);
  const seconds = sum(finished.map(({ key }) => results.get(key)!.seconds)) + (doing?.seconds ?? 0);
  return {
    done: finished.length,
    of: cells.length,
    share: total === 0 ? 1 : done / total,
    secondsLeft: finished.length === 0 && !tells(doing) ? null : (seconds / done) * (total - done),
  };
}

const tells = (doing: Doing | null): boolean => doing !== null && doing.cost >= TELLING * costOf(doing.cell);
