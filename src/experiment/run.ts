/** Computes the cells of an experiment, one after the other, with whatever keeps models and results. */
import { folderOf, type OwnModel, ownPolicy, ownReward } from './models.ts';
import type { Cell } from './plan.ts';
import { type PassRate, poolOf } from './pool.ts';
import type { CellResult } from './results.ts';
import type { Schedule } from './schedule.ts';

/** A model by name, at hand as the bench has it; `null` for the site's. */
export interface Found<M> {
  readonly name: string;
  readonly model: M | null;
}

/** What a cell is computed with. */
export interface CellInputs<M> {
  readonly policy: Found<M>;
  readonly reward: Found<M>;
  /** Ids of the tasks that are trained on; `null` for all. */
  readonly pool: readonly string[] | null;
}

/** Where cells are computed and kept. M: a model as it is handed about there. */
export interface Bench<M> {
  /** A model that a replicate has of its own, which is made now if it is not at hand. */
  own(model: OwnModel): Promise<M>;
  /** The model of a folder. @throws where there are no folders, or this one holds no model */
  folder(path: string): Promise<M>;
  /** How often the start of a cell passes each of its train tasks: measured now if that was not done. */
  passRates(cell: Cell, policy: Found<M>, samples: number): Promise<readonly PassRate[]>;
  /** Computes a cell and keeps it. */
  compute(cell: Cell, inputs: CellInputs<M>): Promise<CellResult>;
}

export interface CellNews {
  readonly begun: (cell: Cell) => void;
  readonly done: (cell: Cell, result: CellResult) => void;
}

/** Until no cell is left. @throws what the bench throws: whatever is finished is kept */
export async function runCells<M>(
  schedule: Pick<Schedule, 'next'>,
  bench: Bench<M>,
  news: CellNews,
): Promise<void> {
  let seed: number | null = null;
  for (let cell = schedule.next(seed); cell !== null; cell = schedule.next(seed)) {
    seed = cell.seed;
    news.begun(cell);
    news.done(cell, await bench.compute(cell, await inputsOf(cell, bench)));
  }
}

async function inputsOf<M>(cell: Cell, bench: Bench<M>): Promise<CellInputs<M>> {
  const policy = await find(cell.policy, ownPolicy(cell), bench);
  const reward = await find(cell.reward, ownReward(cell), bench);
  const { pool, frozen } = cell;
  if (pool === null || frozen) return { policy, reward, pool: null };
  return { policy, reward, pool: poolOf(await bench.passRates(cell, policy, pool.samples), pool) };
}

async function find<M>(
  choice: Cell['policy'] | Cell['reward'],
  own: OwnModel | null,
  bench: Bench<M>,
): Promise<Found<M>> {
  if (own !== null) return { name: folderOf(own), model: await bench.own(own) };
  if (typeof choice === 'object' && 'folder' in choice)
    return { name: choice.folder, model: await bench.folder(choice.folder) };
  return { name: 'site', model: null };
}
