/** Which cell is computed next, by whom, and how much is left. */
import { groupBy } from '../statistics/samples.ts';
import type { Cell } from './plan.ts';

/** Sampling and learning from a completion takes about three times as long as sampling and verifying one. */
const TRAINED = 3;

/** Tasks that an evaluation has where the file names no limit: near enough for an estimate of time. */
const TASKS = 192;

type CostedCell = Pick<Cell, 'config' | 'evaluation' | 'frozen'>;

const evaluatedBy = ({ evaluation: { limit } }: CostedCell): number => Math.min(limit ?? TASKS, TASKS);

/** About how long a cell takes, in completions that are sampled and verified. */
export function costOf(cell: CostedCell): number {
  const { config, evaluation, frozen } = cell;
  const atTheEnd = evaluatedBy(cell) * evaluation.samples;
  return frozen ? atTheEnd : costUntil(cell, config.steps) + evaluationCost(cell) + atTheEnd;
}

/** What of it is done after so many steps of its training, before the evaluation that follows them. */
export function costUntil(cell: CostedCell, step: number): number {
  const { promptsPerStep, groupSize, evalEvery } = cell.config;
  const between = evalEvery > 0 ? Math.floor(Math.max(0, step - 1) / evalEvery) : 0;
  const evaluations = step === 0 ? 0 : 1 + between;
  return TRAINED * step * promptsPerStep * groupSize + evaluations * evaluationCost(cell);
}

/** An evaluation during the training. */
const evaluationCost = (cell: CostedCell): number => Math.min(cell.config.evalTasks, evaluatedBy(cell));

/**
 * The cells that are still to do. Whoever asks stays with a replicate as long as it has cells, since these share models;
 * then takes one that nobody works on; then helps with the longest.
 */
export class Schedule {
  readonly #left: Map<number, Cell[]>;
  readonly #taken = new Set<number>();

  constructor(cells: readonly Cell[]) {
    this.#left = new Map(groupBy(cells, ({ seed }) => seed).map((own) => [own[0]!.seed, own]));
  }

  /** @param seed replicate of the cell before, if there was one */
  next(seed: number | null): Cell | null {
    const own = seed === null ? undefined : this.#left.get(seed);
    const chosen = own !== undefined && own.length > 0 ? seed! : this.#another();
    if (chosen === null) return null;
    this.#taken.add(chosen);
    return this.#left.get(chosen)!.shift()!;
  }

  #another(): number | null {
    const open = [...this.#left].filter(([, cells]) => cells.length > 0);
    const untouched = open.find(([seed]) => !this.#taken.has(seed));
    const longest = open.toSorted(([, a], [, b]) => b.length - a.length)[0];
    return (untouched ?? longest)?.[0] ?? null;
  }
}
