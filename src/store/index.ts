import * as benchmarks from './benchmarks.ts';
import * as checkpoints from './checkpoints.ts';
import type { Branch, Checkpoint, LoadedCheckpoint } from './checkpoints.ts';
import {
  openDatabase,
  type RunPolicy,
  type RunRecord,
  type RunStatus,
  type StoredBenchmark,
  type StoredCell,
  type StoredExperiment,
  type StoredPart,
  type StoredTask,
  type StoredTaskFile,
  type StoredTaskSet,
} from './database.ts';
import * as experiments from './experiments.ts';
import * as generations from './generations.ts';
import type { CheckpointSummary, Generation, IntegrityReport } from './generations.ts';
import { holdLock, runLock } from './locks.ts';
import * as runs from './runs.ts';
import type { RolloutStep } from './runs.ts';
import * as taskFiles from './task-files.ts';
import * as taskSets from './task-sets.ts';
import type { TaskSetChange } from './task-sets.ts';
import { collectTrash, discard, type Discarded } from './trash.ts';
import type { TaskFile } from '../domains/domain.ts';
import type { EvalRecord, Rollout, StepRecord, TrainConfig } from '../rl/types.ts';

export type { Branch, Checkpoint, LoadedCheckpoint } from './checkpoints.ts';
export type { CheckpointSummary, Generation, IntegrityReport } from './generations.ts';
export { MODEL_PREFIX } from './checkpoints.ts';
export type { PartData } from './chunks.ts';
export type {
  RunPolicy,
  RunRecord,
  RunStatus,
  StoredBenchmark,
  StoredCell,
  StoredExperiment,
  StoredPart,
  StoredTask,
  StoredTaskFile,
  StoredTaskSet,
} from './database.ts';
export { type Discarded } from './trash.ts';
export type { RolloutStep } from './runs.ts';
export type { TaskSetChange } from './task-sets.ts';
export {
  CheckpointDamagedError,
  formatBytes,
  NewerDatabaseError,
  RunInUseError,
  StorageFullError,
  StorageRefusedError,
  StoreClosedError,
  UnknownBenchmarkError,
  UnknownExperimentError,
  UnknownCheckpointError,
  UnknownRunError,
} from './errors.ts';

export interface Usage {
  /** Bytes that this site uses and may use, as the browser estimates them; null where it does not say. */
  readonly usedBytes: number | null;
  readonly quotaBytes: number | null;
  /** Whether the browser promised not to clear the data when space runs short. */
  readonly persisted: boolean;
  readonly checkpoints: readonly CheckpointSummary[];
}

/**
 * Everything kept between visits. A checkpoint's key is the id of its run, or `model:<name>` for weights that
 * belong to none. Every method may throw StorageFullError or StoreClosedError; writing to a deleted run throws
 * UnknownRunError.
 */
export interface Store {
  /** A new run, under this id or one of its own. */
  createRun(config: TrainConfig, device: string, id?: string): Promise<RunRecord>;
  /** Newest first. */
  listRuns(): Promise<RunRecord[]>;
  setStatus(runId: string, status: RunStatus): Promise<void>;
  /** Replaces the configuration, when a setting changed while the run trains. */
  setConfig(runId: string, config: TrainConfig): Promise<void>;
  /** Calls a run by a name. */
  setRunName(runId: string, name: string): Promise<void>;
  /** A new run with the checkpoint that it begins with, both or neither. */
  branchRun(branch: Branch, checkpoint: Checkpoint): Promise<void>;
  /** Shape and vocabulary of a run's policy; null where they are the site's. */
  runPolicy(runId: string): Promise<RunPolicy | null>;
  /**
   * The right to write to a run, kept until `release` is called or the tab goes away; null when another tab has
   * it, in which case this one shows the run read-only.
   */
  holdRun(runId: string): Promise<(() => void) | null>;

  appendStep(runId: string, record: StepRecord, rollouts: readonly Rollout[]): Promise<void>;
  appendEval(runId: string, record: EvalRecord): Promise<void>;
  /** Drops records later than `step`, before resuming from a checkpoint of that step. */
  truncateAfter(runId: string, step: number): Promise<void>;
  steps(runId: string): Promise<StepRecord[]>;
  evals(runId: string): Promise<EvalRecord[]>;
  rollouts(runId: string, step: number): Promise<readonly Rollout[]>;
  /** Numbers of the steps whose completions are stored, in order: those after `after` alone. */
  rolloutSteps(runId: string, after?: number): Promise<number[]>;
  /** Up to `count` stored steps with their completions, in order, from the step `from` on. */
  rolloutsFrom(runId: string, from: number, count: number): Promise<RolloutStep[]>;

  /** Copies the parts before its first await: they may change as soon as it has returned its promise. */
  saveCheckpoint(key: string, checkpoint: Checkpoint): Promise<void>;
  loadCheckpoint(key: string): Promise<LoadedCheckpoint | null>;
  listCheckpoints(): Promise<CheckpointSummary[]>;
  deleteCheckpoint(key: string): Promise<void>;
  /** Everything that is kept of every key, without weights. */
  listGenerations(): Promise<Generation[]>;
  /** Compares every chunk of a generation with its hash. @throws UnknownCheckpointError */
  checkGeneration(
    key: string,
    generation: number,
    report?: (done: number, total: number) => void,
  ): Promise<IntegrityReport>;
  /** @throws UnknownCheckpointError, CheckpointDamagedError */
  loadGeneration(key: string, generation: number): Promise<LoadedCheckpoint>;
  /** Goes back to an earlier generation. @throws UnknownCheckpointError; RunInUseError while its run trains */
  restoreGeneration(key: string, generation: number): Promise<void>;
  /** @throws UnknownCheckpointError */
  renameModel(key: string, name: string): Promise<void>;
  /**
   * Takes a run or a model out of every list. It is deleted for good when `remove` is called or, where the page is left
   * before, when the store is opened the next time.
   * @throws RunInUseError
   */
  discard(key: string): Promise<Discarded>;

  /** Keeps the tasks of a file under their hash. */
  putTaskFile(file: TaskFile, about: Pick<StoredTaskFile, 'leftOut' | 'leftOutCount'>): Promise<void>;
  /** Newest first. */
  listTaskFiles(): Promise<StoredTaskFile[]>;
  taskFile(hash: string): Promise<TaskFile | null>;
  deleteTaskFile(hash: string): Promise<void>;

  /** Lists of tasks that somebody writes; the one that was changed last comes first. */
  listTaskSets(): Promise<StoredTaskSet[]>;
  /** The tasks of such a list, in order. */
  tasksOfSet(id: string): Promise<StoredTask[]>;
  putTaskSet(change: TaskSetChange): Promise<void>;
  /** With its tasks. */
  deleteTaskSet(id: string): Promise<void>;

  /** Keeps an experiment; one that is kept already stays as it is. */
  putExperiment(experiment: Omit<StoredExperiment, 'created' | 'running'>): Promise<void>;
  /** Newest first. */
  listExperiments(): Promise<StoredExperiment[]>;
  setExperimentRunning(id: string, running: boolean): Promise<void>;
  /** With its cells, except those that other experiments have, too. */
  deleteExperiment(id: string): Promise<void>;
  /** The right to compute an experiment, as `holdRun` gives it for a run. */
  holdExperiment(id: string): Promise<(() => void) | null>;
  /** Keeps a cell. @throws UnknownExperimentError where no experiment has it any more */
  putCell(cell: StoredCell): Promise<void>;
  /** Those of these cells that are kept. */
  cells(keys: readonly string[]): Promise<StoredCell[]>;
  /** The keys of all cells that are kept. */
  cellKeys(): Promise<string[]>;

  /** Keeps a benchmark, in place of what was kept of it. */
  putBenchmark(benchmark: StoredBenchmark): Promise<void>;
  /** Newest first. */
  listBenchmarks(): Promise<StoredBenchmark[]>;
  /** Keeps samples with their benchmark as it then is. @throws UnknownBenchmarkError where it is not kept any more */
  putBenchmarkPart(benchmark: StoredBenchmark, part: StoredPart): Promise<void>;
  /** All samples of a benchmark, in order of evaluations and tasks. */
  benchmarkParts(id: string): Promise<StoredPart[]>;
  /** With its samples. */
  deleteBenchmark(id: string): Promise<void>;
  /** The right to compute a benchmark, as `holdRun` gives it for a run. */
  holdBenchmark(id: string): Promise<(() => void) | null>;

  usage(): Promise<Usage>;
  /** Asks the browser not to clear the data; it may say no. */
  persist(): Promise<boolean>;
  close(): void;
}

/** What a run needs of a store while it trains. */
export type RunStore = Pick<
  Store,
  | 'setConfig'
  | 'setStatus'
  | 'appendStep'
  | 'appendEval'
  | 'truncateAfter'
  | 'evals'
  | 'saveCheckpoint'
  | 'loadCheckpoint'
>;

/**
 * Opens the store and collects what an interrupted save left behind. `notify` hears that another tab is in the way,
 * or that this one had to make way.
 * @throws StorageRefusedError, NewerDatabaseError
 */
export async function openStore(
  name = 'posterior',
  notify: (message: string) => void = (message) => console.warn(message),
): Promise<Store> {
  const database = await openDatabase(name, notify);
  await checkpoints.collectOrphans(database);
  await collectTrash(database);
  return {
    createRun: (config, device, id) => runs.createRun(database, config, device, id),
    listRuns: () => runs.listRuns(database),
    setConfig: (runId, config) => runs.setConfig(database, runId, config),
    setStatus: (runId, status) => runs.setStatus(database, runId, status),
    setRunName: (runId, name) => runs.setName(database, runId, name),
    branchRun: (branch, checkpoint) =>
      checkpoints.saveCheckpoint(database, branch.run.id, checkpoint, branch),
    runPolicy: (runId) => runs.runPolicy(database, runId),
    holdRun: (runId) => holdLock(runLock(runId)),
    appendStep: (runId, record, rollouts) => runs.appendStep(database, runId, record, rollouts),
    appendEval: (runId, record) => runs.appendEval(database, runId, record),
    truncateAfter: (runId, step) => runs.truncateAfter(database, runId, step),
    steps: (runId) => runs.steps(database, runId),
    evals: (runId) => runs.evals(database, runId),
    rollouts: (runId, step) => runs.rollouts(database, runId, step),
    rolloutSteps: (runId, after) => runs.rolloutSteps(database, runId, after),
    rolloutsFrom: (runId, from, count) => runs.rolloutsFrom(database, runId, from, count),
    saveCheckpoint: (key, checkpoint) => checkpoints.saveCheckpoint(database, key, checkpoint),
    loadCheckpoint: (key) => checkpoints.loadCheckpoint(database, key),
    listCheckpoints: () => generations.listCheckpoints(database),
    deleteCheckpoint: (key) => checkpoints.deleteCheckpoint(database, key),
    listGenerations: () => generations.listGenerations(database),
    checkGeneration: (key, generation, report) =>
      generations.checkGeneration(database, key, generation, report),
    loadGeneration: (key, generation) => generations.loadGeneration(database, key, generation),
    restoreGeneration: (key, generation) => generations.restoreGeneration(database, key, generation),
    renameModel: (key, name) => generations.renameModel(database, key, name),
    discard: (key) => discard(database, key),
    putTaskFile: (file, about) => taskFiles.putTaskFile(database, file, about),
    listTaskFiles: () => taskFiles.listTaskFiles(database),
    taskFile: (hash) => taskFiles.taskFile(database, hash),
    deleteTaskFile: (hash) => taskFiles.deleteTaskFile(database, hash),
    listTaskSets: () => taskSets.listTaskSets(database),
    tasksOfSet: (id) => taskSets.tasksOfSet(database, id),
    putTaskSet: (change) => taskSets.putTaskSet(database, change),
    deleteTaskSet: (id) => taskSets.deleteTaskSet(database, id),
    putExperiment: (experiment) => experiments.putExperiment(database, experiment),
    listExperiments: () => experiments.listExperiments(database),
    setExperimentRunning: (id, running) => experiments.setRunning(database, id, running),
    deleteExperiment: (id) => experiments.deleteExperiment(database, id),
    holdExperiment: (id) => holdLock(`experiment:${id}`),
    putCell: (cell) => experiments.putCell(database, cell),
    cells: (keys) => experiments.cells(database, keys),
    cellKeys: () => experiments.cellKeys(database),
    putBenchmark: (benchmark) => benchmarks.putBenchmark(database, benchmark),
    listBenchmarks: () => benchmarks.listBenchmarks(database),
    putBenchmarkPart: (benchmark, part) => benchmarks.putBenchmarkPart(database, benchmark, part),
    benchmarkParts: (id) => benchmarks.benchmarkParts(database, id),
    deleteBenchmark: (id) => benchmarks.deleteBenchmark(database, id),
    holdBenchmark: (id) => holdLock(`benchmark:${id}`),
    usage: async () => {
      const estimate = await navigator.storage?.estimate();
      return {
        usedBytes: estimate?.usage ?? null,
        quotaBytes: estimate?.quota ?? null,
        persisted: (await navigator.storage?.persisted()) ?? false,
        checkpoints: await generations.listCheckpoints(database),
      };
    },
    persist: async () => (await navigator.storage?.persist()) ?? false,
    close: () => database.close(),
  };
}
