/** A page that computes cells one after the other, until none is left. */
import { type OwnModel, ownPolicy, ownReward, folderOf } from '../../src/experiment/models.ts';
import type { Cell } from '../../src/experiment/plan.ts';
import { poolOf } from '../../src/experiment/pool.ts';
import type { CellResult } from '../../src/experiment/results.ts';
import type { Schedule } from '../../src/experiment/schedule.ts';
import { findModel, type ModelFolder } from '../model-folder.ts';
import type { ExperimentFolder } from './folder.ts';
import type { Maker, Replicates } from './replicates.ts';

export interface WorkOptions {
  readonly schedule: Schedule;
  readonly folder: ExperimentFolder;
  readonly replicates: Replicates;
  readonly version: string;
  readonly begun: (cell: Cell) => void;
  readonly done: (cell: Cell, result: CellResult) => void;
}

/** @throws what the page answers with: whatever is finished is kept */
export async function work(maker: Maker, options: WorkOptions): Promise<void> {
  let seed: number | null = null;
  for (let cell = options.schedule.next(seed); cell !== null; cell = options.schedule.next(seed)) {
    seed = cell.seed;
    options.begun(cell);
    const result = await computeCell(cell, maker, options);
    await options.folder.save(result);
    options.done(cell, result);
  }
}

interface Found {
  readonly name: string;
  /** `null` for the site's. */
  readonly folder: ModelFolder | null;
}

async function findFor(
  choice: Cell['policy'] | Cell['reward'],
  own: OwnModel | null,
  { replicates }: WorkOptions,
  maker: Maker,
): Promise<Found> {
  if (own !== null) return { name: folderOf(own), folder: await replicates.model(own, maker) };
  if (typeof choice === 'object' && 'folder' in choice)
    return { name: choice.folder, folder: await findModel(choice.folder) };
  return { name: 'site', folder: null };
}

async function computeCell(cell: Cell, maker: Maker, options: WorkOptions): Promise<CellResult> {
  const { call, exchange, device } = maker;
  const policy = await findFor(cell.policy, ownPolicy(cell), options, maker);
  const reward: Found = cell.frozen
    ? { name: 'none', folder: null }
    : await findFor(cell.reward, ownReward(cell), options, maker);
  const pool = cell.frozen ? null : await poolFor(cell, policy, maker, options);
  const inbox = exchange.inbox(options.folder.cells);
  const result = await call('experimentCell', {
    cell,
    device,
    policy: policy.folder && exchange.model(policy.folder),
    reward: reward.folder && { name: reward.name, ...exchange.model(reward.folder) },
    names: { policy: policy.name, reward: reward.name },
    pool,
    version: options.version,
    upload: inbox.url,
  });
  await inbox.commit();
  return result;
}

/** The tasks that are as hard for the start as the arm wants them. */
async function poolFor(
  { pool, config }: Cell,
  policy: Found,
  maker: Maker,
  { replicates }: WorkOptions,
): Promise<string[] | null> {
  if (pool === null) return null;
  const { samples } = pool;
  return poolOf(await replicates.passRates(policy.name, { config, samples }, policy.folder, maker), pool);
}
