/** What can go wrong with storage, each with what happened, what was kept and what to do. */

/** The browser gives this page no storage at all (private mode, blocked site data, an insecure address). */
export class StorageRefusedError extends Error {
  override readonly name = 'StorageRefusedError';
}

/** The browser began to open what it keeps for this page, and never came back with it. */
export class StorageSilentError extends Error {
  override readonly name = 'StorageSilentError';
}

/** The database was written by a newer version of the page; it was not opened for writing nor changed. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError';
}

/** Another tab needed the database, or the browser took it away; the connection of this page is gone. */
export class StoreClosedError extends Error {
  override readonly name = 'StoreClosedError';
}

export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';
}

/** No generation of a checkpoint could be read back whole. */
export class CheckpointDamagedError extends Error {
  override readonly name = 'CheckpointDamagedError';
}

export class UnknownRunError extends Error {
  override readonly name = 'UnknownRunError';
  constructor(runId: string) {
    super(
      `There is no run ${runId} in the storage: it was deleted, perhaps in another tab. Nothing was written.`,
    );
  }
}

export class UnknownExperimentError extends Error {
  override readonly name = 'UnknownExperimentError';
  constructor() {
    super(
      'This experiment is not in the storage: it was deleted, perhaps in another tab. Nothing was written.',
    );
  }
}

export class UnknownBenchmarkError extends Error {
  override readonly name = 'UnknownBenchmarkError';
  constructor() {
    super(
      'This benchmark is not in the storage: it was deleted, perhaps in another tab. Nothing was written.',
    );
  }
}

/** The run trains, here or in another tab. */
export class RunInUseError extends Error {
  override readonly name = 'RunInUseError';
  constructor() {
    super(
      'The run is open in another tab, or trains here. Nothing was changed: end it there, then try again.',
    );
  }
}

/** A model is being downloaded, here or in another tab. */
export class ModelInUseError extends Error {
  override readonly name = 'ModelInUseError';
  constructor() {
    super(
      'A model is being downloaded or deleted, here or in another tab, and that goes one at a time. Nothing was changed: wait until it is done, or stop it there, then try again.',
    );
  }
}

export class UnknownCheckpointError extends Error {
  override readonly name = 'UnknownCheckpointError';
  constructor(key: string) {
    super(
      `Nothing is stored as ${key} any more: it was deleted, perhaps in another tab. Nothing was written.`,
    );
  }
}

export function formatBytes(bytes: number): string {
  const megabytes = bytes / 2 ** 20;
  if (megabytes < 1) return `${Math.ceil(bytes / 1024)} KB`;
  const [size, unit] = megabytes < 1000 ? [megabytes, 'MB'] : [megabytes / 1024, 'GB'];
  return `${size.toFixed(size < 10 ? 1 : 0)} ${unit}`;
}

/** Runs an operation on the database and turns the browser's bare exceptions into ours. */
export async function explained<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw explain(error);
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error;
  if (error.name === 'QuotaExceededError') {
    return new StorageFullError(
      'The browser’s storage is full, so the last write was undone; everything saved before is kept. ' +
        'Delete a run, a model, an experiment or a benchmark that you no longer need, then continue.',
      { cause: error },
    );
  }
  if (error.name === 'InvalidStateError') {
    return new StoreClosedError(
      'This tab’s connection to the storage was closed, because another tab runs a newer version of the page or the ' +
        'site’s data was cleared. What was saved is kept; reload this tab to go on from the last checkpoint.',
      { cause: error },
    );
  }
  return error;
}
