import type { EvalRecord, Rollout, StepRecord, TrainConfig } from '../rl/types.ts';
import {
  startingWith,
  write,
  type Database,
  type Request,
  type RunPolicy,
  type RunRecord,
  type RunStatus,
} from './database.ts';
import { explained, UnknownRunError } from './errors.ts';
import { readRollout } from '../rl/stored-rollouts.ts';

/** A step with all its completions, in order of group and index. */
export interface RolloutStep {
  readonly step: number;
  readonly rollouts: readonly Rollout[];
}

export async function createRun(
  database: Database,
  config: TrainConfig,
  device: string,
  id: string = crypto.randomUUID(),
): Promise<RunRecord> {
  const run: RunRecord = {
    id,
    config,
    device,
    created: Date.now(),
    status: 'running',
    lastStep: null,
  };
  await explained(() => database.add('runs', run));
  return run;
}

/** Newest first; without those in the trash. */
export async function listRuns(database: Database): Promise<RunRecord[]> {
  const [runs, trash] = await explained(() =>
    Promise.all([database.getAll('runs'), database.getAllKeys('trash')]),
  );
  return runs.filter(({ id }) => !trash.includes(id)).toSorted((a, b) => b.created - a.created);
}

/** Calls a run by a name. */
export async function setName(database: Database, runId: string, name: string): Promise<void> {
  await changeRun(database, runId, [], (run) => ({ ...run, name }));
}

export const runPolicy = async (database: Database, runId: string): Promise<RunPolicy | null> =>
  (await explained(() => database.get('runPolicies', runId))) ?? null;

export async function setStatus(database: Database, runId: string, status: RunStatus): Promise<void> {
  await changeRun(database, runId, [], (run) => ({ ...run, status }));
}

export async function setConfig(database: Database, runId: string, config: TrainConfig): Promise<void> {
  await changeRun(database, runId, [], (run) => ({ ...run, config }));
}

/** Stores a step with all its rollouts in one transaction; again with the same step replaces it. */
export async function appendStep(
  database: Database,
  runId: string,
  record: StepRecord,
  rollouts: readonly Rollout[],
): Promise<void> {
  const { step } = record;
  const place = { run: runId, step };
  await changeRun(
    database,
    runId,
    ['steps', 'rollouts'],
    (run) => ({ ...run, lastStep: Math.max(run.lastStep ?? step, step) }),
    (tx) => [
      () => tx.objectStore('steps').put({ ...place, record }),
      () => tx.objectStore('rollouts').put({ ...place, rollouts }),
    ],
  );
}

/** Stores an evaluation; again with the same step replaces it. */
export async function appendEval(database: Database, runId: string, record: EvalRecord): Promise<void> {
  await changeRun(
    database,
    runId,
    ['evals'],
    (run) => run,
    (tx) => [() => tx.objectStore('evals').put({ run: runId, step: record.step, record })],
  );
}

/**
 * Drops every step, rollout and evaluation later than `step`: what a run recorded after the checkpoint that it
 * resumes from, and will record again.
 */
export async function truncateAfter(database: Database, runId: string, step: number): Promise<void> {
  const later = IDBKeyRange.bound([runId, step], [runId, []], true);
  const [last] = (await explained(() => database.getAllKeys('steps', startingWith(runId))))
    .map(([, recorded]) => recorded)
    .filter((recorded) => recorded <= step)
    .slice(-1);
  await changeRun(
    database,
    runId,
    RECORD_STORES,
    (run) => ({ ...run, lastStep: last ?? null }),
    (tx) => RECORD_STORES.map((name) => () => tx.objectStore(name).delete(later)),
  );
}

export async function steps(database: Database, runId: string): Promise<StepRecord[]> {
  return explained(async () =>
    (await database.getAll('steps', startingWith(runId))).map(({ record }) => record),
  );
}

export async function evals(database: Database, runId: string): Promise<EvalRecord[]> {
  return explained(async () =>
    (await database.getAll('evals', startingWith(runId))).map(({ record }) => record),
  );
}

/** All completions of a step; none when the step was never recorded. */
export async function rollouts(database: Database, runId: string, step: number): Promise<readonly Rollout[]> {
  return explained(async () =>
    ((await database.get('rollouts', [runId, step]))?.rollouts ?? []).map(readRollout),
  );
}

/** The steps of a run whose completions are stored, in order: those after `after` alone. */
export async function rolloutSteps(database: Database, runId: string, after = -Infinity): Promise<number[]> {
  const later = IDBKeyRange.bound([runId, after], [runId, []], true);
  return explained(async () => (await database.getAllKeys('rollouts', later)).map(([, step]) => step));
}

/** All completions of up to `count` stored steps, in order, from the step `from` on. */
export async function rolloutsFrom(
  database: Database,
  runId: string,
  from: number,
  count: number,
): Promise<RolloutStep[]> {
  const range = IDBKeyRange.bound([runId, from], [runId, []]);
  return explained(async () =>
    (await database.getAll('rollouts', range, count)).map(({ step, rollouts }) => ({
      step,
      rollouts: rollouts.map(readRollout),
    })),
  );
}

/** Removes a run with its records and checkpoints, all or nothing. */
export async function deleteRun(database: Database, runId: string): Promise<void> {
  const stores = [...RECORD_STORES, 'manifests', 'chunks'] as const;
  await explained(() =>
    write(database, [...stores, 'runs', 'runPolicies', 'latest', 'trash'], 'strict', (tx) => [
      () => tx.objectStore('runs').delete(runId),
      () => tx.objectStore('runPolicies').delete(runId),
      () => tx.objectStore('trash').delete(runId),
      () => tx.objectStore('latest').delete(runId),
      ...stores.map((name) => () => tx.objectStore(name).delete(startingWith(runId))),
    ]),
  );
}

const RECORD_STORES = ['steps', 'evals', 'rollouts'] as const;
type RecordStore = (typeof RECORD_STORES)[number];

type Transaction = Parameters<Parameters<typeof write<'runs' | RecordStore>>[3]>[0];

/** Changes a run and its records together. @throws UnknownRunError, having written nothing. */
async function changeRun(
  database: Database,
  runId: string,
  stores: readonly RecordStore[],
  change: (run: RunRecord) => RunRecord,
  records: (tx: Transaction) => Request[] = () => [],
): Promise<void> {
  await explained(() =>
    write<'runs' | RecordStore>(database, ['runs', ...stores], 'relaxed', async (tx) => {
      const run = await tx.objectStore('runs').get(runId);
      if (run === undefined) throw new UnknownRunError(runId);
      return [() => tx.objectStore('runs').put(change(run)), ...records(tx)];
    }),
  );
}
