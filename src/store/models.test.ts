import { openDB } from 'idb';
import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import { Locks } from '../../tests/support/locks.ts';
import { room, store, useMemoryStore } from '../../tests/support/memory-store.ts';
import { DATABASE_VERSION, type RunRecord } from './database.ts';
import {
  CheckpointDamagedError,
  openStore,
  RunInUseError,
  StorageFullError,
  UnknownCheckpointError,
} from './index.ts';

useMemoryStore(vi.stubGlobal);

const checkpoint = (step: number, name = 'A model') => ({
  step,
  parts: { parameters: Float32Array.of(step, 1), 'config.json': new Uint8Array([1, 2]) },
  meta: { name },
});
const save = (key: string, ...steps: number[]) =>
  steps.reduce(
    (before, step) => before.then(() => store.saveCheckpoint(key, checkpoint(step))),
    Promise.resolve(),
  );
const stepsOf = async (key: string) =>
  (await store.listGenerations())
    .filter((each) => each.key === key)
    .map(({ step, current }) => [step, current]);

/** Changes one byte of a stored chunk behind the store's back. */
async function damage(key: string, generation: number, part: string): Promise<void> {
  const database = await openDB('posterior', DATABASE_VERSION);
  const at = [key, generation, part, 0];
  const bytes = new Uint8Array((await database.get('chunks', at)) as ArrayBuffer);
  bytes[0]! ^= 1;
  await database.put('chunks', bytes.buffer, at);
  database.close();
}

describe('generations', () => {
  it('are listed with what they hold, the current one marked', async () => {
    await save('model:a', 1, 2, 3);
    const all = await store.listGenerations();
    expect(all.map(({ step, current, bytes, damaged }) => [step, current, bytes, damaged])).toEqual([
      [2, false, 10, false],
      [3, true, 10, false],
    ]);
    expect(all[0]?.parts.map(({ name }) => name)).toEqual(['parameters', 'config.json']);
  });

  it('earlier ones are gone back to; what came after is dropped by the next save alone', async () => {
    await save('model:a', 1, 2);
    const [first] = await store.listGenerations();
    await store.restoreGeneration('model:a', first!.generation);
    expect((await store.loadCheckpoint('model:a'))?.step).toBe(1);
    expect((await store.listCheckpoints()).map(({ step }) => step)).toEqual([1]);
    expect(await stepsOf('model:a')).toEqual([
      [1, true],
      [2, false],
    ]);
    await save('model:a', 9);
    expect(await stepsOf('model:a')).toEqual([
      [1, false],
      [9, true],
    ]);
    await expect(store.restoreGeneration('model:a', 99)).rejects.toThrow(UnknownCheckpointError);
  });

  it('let a finished run go on, and are not gone back to while it trains', async () => {
    const { id } = await store.createRun({ ...DEFAULT_CONFIG, steps: 2 }, 'wasm');
    await save(id, 1, 2);
    await store.setStatus(id, 'finished');
    const [first, second] = await store.listGenerations();
    const release = await store.holdRun(id);
    await expect(store.restoreGeneration(id, first!.generation)).rejects.toThrow(RunInUseError);
    release?.();
    await vi.waitFor(() => store.restoreGeneration(id, first!.generation));
    expect((await store.listRuns())[0]?.status).toBe('paused');
    await vi.waitFor(() => store.restoreGeneration(id, second!.generation));
    expect((await store.listRuns())[0]?.status).toBe('finished');
  });

  it('are checked chunk by chunk, and a damaged one is named and marked', async () => {
    await save('model:a', 1);
    const heard: number[] = [];
    expect(await store.checkGeneration('model:a', 1, (done) => heard.push(done))).toEqual({
      chunks: 2,
      bytes: 10,
      damaged: [],
    });
    expect(heard).toEqual([0, 1]);
    await damage('model:a', 1, 'config.json');
    expect((await store.checkGeneration('model:a', 1)).damaged).toEqual(['config.json']);
    expect((await store.listGenerations())[0]?.damaged).toBe(true);
    await expect(store.loadGeneration('model:a', 1)).rejects.toThrow(CheckpointDamagedError);
  });

  it('are not called damaged, and do not come back, where a save deletes them during the check', async () => {
    await save('model:a', 1);
    const database = await openDB('posterior', DATABASE_VERSION);
    const deleted = (): void => {
      const tx = database.transaction(['manifests', 'chunks'], 'readwrite');
      void tx.objectStore('manifests').clear();
      void tx.objectStore('chunks').clear();
    };
    await expect(store.checkGeneration('model:a', 1, deleted)).rejects.toThrow(UnknownCheckpointError);
    expect(await store.listGenerations()).toEqual([]);
    database.close();
  });
});

describe('names', () => {
  it('of runs and of models are kept, and nothing else changes', async () => {
    const run = await store.createRun(DEFAULT_CONFIG, 'wasm');
    await store.setRunName(run.id, 'Twelve prompts');
    expect(await store.listRuns()).toEqual([{ ...run, name: 'Twelve prompts' }]);
    await save('model:a', 1);
    await store.renameModel('model:a', 'Another');
    const loaded = await store.loadCheckpoint('model:a');
    expect(loaded?.meta).toEqual({ name: 'Another' });
    expect(loaded?.parts['parameters']).toEqual(Float32Array.of(1, 1));
    await expect(store.renameModel('model:b', 'x')).rejects.toThrow(UnknownCheckpointError);
  });
});

describe('a branch', () => {
  const run: RunRecord = {
    id: 'branch',
    config: DEFAULT_CONFIG,
    device: '',
    created: 1,
    status: 'paused',
    lastStep: null,
    branchedFrom: { name: 'A model', step: 3 },
  };
  const policy = { config: { model_type: 'llama' }, tokenizer: { model: {} } };

  it('is a run with its checkpoint and the vocabulary of its policy, and goes as a whole', async () => {
    await store.branchRun({ run, policy }, checkpoint(0));
    expect(await store.listRuns()).toEqual([run]);
    expect((await store.loadCheckpoint('branch'))?.step).toBe(0);
    expect(await store.runPolicy('branch')).toEqual({ ...policy, run: 'branch' });
    await (await store.discard('branch')).remove();
    expect(await store.runPolicy('branch')).toBeNull();
  });

  it('is not made where its weights have no room', async () => {
    room.usage = room.quota;
    await expect(store.branchRun({ run, policy }, checkpoint(0))).rejects.toThrow(StorageFullError);
    expect(await store.listRuns()).toEqual([]);
    expect(await store.runPolicy('branch')).toBeNull();
  });
});

describe('the trash', () => {
  it('hides a model until it comes back, or is gone', async () => {
    await save('model:a', 1);
    const first = await store.discard('model:a');
    expect(await store.listCheckpoints()).toEqual([]);
    await first.restore();
    expect(await stepsOf('model:a')).toEqual([[1, true]]);
    const second = await vi.waitFor(() => store.discard('model:a'));
    await second.remove();
    expect(await store.loadCheckpoint('model:a')).toBeNull();
  });

  it('takes no run that trains, and nobody trains one that is in it', async () => {
    const { id } = await store.createRun(DEFAULT_CONFIG, 'wasm');
    const release = await store.holdRun(id);
    await expect(store.discard(id)).rejects.toThrow(RunInUseError);
    expect(await store.listRuns()).toHaveLength(1);
    release?.();
    const discarded = await vi.waitFor(() => store.discard(id));
    expect(await store.holdRun(id)).toBeNull();
    expect(await store.listRuns()).toEqual([]);
    await discarded.remove();
    expect(await store.steps(id)).toEqual([]);
  });

  it('does not take what was saved again under the same key', async () => {
    await save('model:a', 1);
    const discarded = await store.discard('model:a');
    await save('model:a', 2);
    await discarded.remove();
    expect((await store.loadCheckpoint('model:a'))?.step).toBe(2);
  });

  it('is emptied when the store is opened, but for what another tab can bring back', async () => {
    await save('model:a', 1);
    await save('model:b', 1);
    await store.discard('model:a');
    const other = await openStore();
    expect(await store.loadCheckpoint('model:a')).not.toBeNull();
    other.close();
    // The tab that held it is gone.
    vi.stubGlobal('navigator', { locks: new Locks(), storage: {} });
    (await openStore()).close();
    expect(await store.loadCheckpoint('model:a')).toBeNull();
    expect(await store.loadCheckpoint('model:b')).not.toBeNull();
  });

  it('finds its place beside what an older version stored', async () => {
    const older = await openDB('older', 2, {
      upgrade(database) {
        database.createObjectStore('runs', { keyPath: 'id' });
        for (const name of ['steps', 'evals', 'rollouts'])
          database.createObjectStore(name, { keyPath: ['run', 'step'] });
        database.createObjectStore('manifests', { keyPath: ['key', 'generation'] });
        for (const name of ['latest', 'chunks']) database.createObjectStore(name);
        for (const name of ['taskFiles', 'taskContents'])
          database.createObjectStore(name, { keyPath: 'hash' });
      },
    });
    const run = { id: 'r', config: DEFAULT_CONFIG, device: '', created: 1, status: 'paused', lastStep: null };
    await older.add('runs', run);
    older.close();
    const opened = await openStore('older');
    await opened.setRunName('r', 'Old');
    expect(await opened.listRuns()).toEqual([{ ...run, name: 'Old' }]);
    await (await opened.discard('r')).remove();
    expect(await opened.listRuns()).toEqual([]);
    opened.close();
  });
});
