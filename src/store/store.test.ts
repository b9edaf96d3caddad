import { openDB } from 'idb';
import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import type { Rollout } from '../rl/types.ts';
import { DATABASE_VERSION } from './database.ts';
import {
  CheckpointDamagedError,
  NewerDatabaseError,
  openStore,
  StorageFullError,
  StorageRefusedError,
  UnknownRunError,
} from './index.ts';
import { holdLock } from './locks.ts';
import { rewardsOf } from '../rl/rewards/index.ts';
import { raw, room, store, useMemoryStore } from '../../tests/support/memory-store.ts';
import { rolloutOf, verdictOf } from '../../tests/support/rollout.ts';
import { verificationOf } from '../domains/code/verifier.ts';

useMemoryStore(vi.stubGlobal);

const rollout = (step: number, index: number): Rollout =>
  rolloutOf({
    step,
    index,
    tokens: [1, 2],
    logprobs: [-0.1, -0.2],
    reasoning: 'r',
    answer: 'p',
    verification: verificationOf(verdictOf('wrong'), 1),
    rewards: rewardsOf({ format: 1, outcome: 0, thinking: 0.25 }),
    reward: 1,
    entropy: 1,
    agreement: true,
  });
const record = (step: number, loss = 0) => ({ step, metrics: { loss } });
const checkpoint = (step: number, fill = step) => ({
  step,
  parts: { weights: new Float32Array(1000).fill(fill), random: Uint8Array.of(1, 2, fill) },
  meta: { cursor: step * 12, config: DEFAULT_CONFIG },
});
const newRun = async (): Promise<string> => (await store.createRun(DEFAULT_CONFIG, 'wasm')).id;

describe('runs', () => {
  it('keeps the configuration, and lists the newest first', async () => {
    const now = vi.spyOn(Date, 'now').mockReturnValue(1000);
    const first = await newRun();
    now.mockReturnValue(2000);
    const second = await newRun();
    now.mockRestore();
    const runs = await store.listRuns();
    expect(runs.map(({ id }) => id)).toEqual([second, first]);
    expect(runs[1]).toMatchObject({
      config: DEFAULT_CONFIG,
      device: 'wasm',
      status: 'running',
      lastStep: null,
    });
  });

  it('keeps all rollouts of every step, and replaces a step that is written again', async () => {
    const run = await newRun();
    await store.appendStep(run, record(1), [rollout(1, 0), rollout(1, 1)]);
    await store.appendStep(run, record(10), [rollout(10, 0)]);
    await store.appendStep(run, record(2, 5), [rollout(2, 0)]);
    await store.appendStep(run, record(2, 7), [rollout(2, 3)]);
    expect(await store.steps(run)).toEqual([record(1), record(2, 7), record(10)]);
    expect(await store.rollouts(run, 1)).toEqual([rollout(1, 0), rollout(1, 1)]);
    expect(await store.rollouts(run, 2)).toEqual([rollout(2, 3)]);
    expect(await store.rollouts(run, 3)).toEqual([]);
    expect((await store.listRuns())[0]?.lastStep).toBe(10);
  });

  it('tells which steps are stored, and reads them in slices, of this run alone', async () => {
    const [run, other] = [await newRun(), await newRun()];
    for (const step of [1, 2, 10]) await store.appendStep(run, record(step), [rollout(step, 0)]);
    await store.appendStep(other, record(3), [rollout(3, 0)]);
    expect(await store.rolloutSteps(run)).toEqual([1, 2, 10]);
    expect(await store.rolloutSteps(run, 2)).toEqual([10]);
    expect(await store.rolloutsFrom(run, 2, 5)).toEqual([
      { step: 2, rollouts: [rollout(2, 0)] },
      { step: 10, rollouts: [rollout(10, 0)] },
    ]);
    expect((await store.rolloutsFrom(run, 1, 1)).map(({ step }) => step)).toEqual([1]);
  });

  it('writes a step whole or not at all', async () => {
    const run = await newRun();
    const unclonable = { ...rollout(1, 0), text: (() => 'no text') as unknown as string };
    await expect(store.appendStep(run, record(1), [unclonable])).rejects.toThrow();
    expect(await store.steps(run)).toEqual([]);
    expect((await store.listRuns())[0]?.lastStep).toBeNull();
  });

  it('keeps evaluations apart from steps, the one before the first step included', async () => {
    const run = await newRun();
    await store.appendEval(run, record(10));
    await store.appendEval(run, record(0));
    await store.appendEval(run, record(10, 3));
    expect(await store.evals(run)).toEqual([record(0), record(10, 3)]);
    expect((await store.listRuns())[0]?.lastStep).toBeNull();
  });

  it('drops only this run’s records after the checkpoint', async () => {
    const [run, other] = [await newRun(), await newRun()];
    for (const id of [run, other]) {
      for (const step of [1, 2, 3]) await store.appendStep(id, record(step), [rollout(step, 0)]);
      for (const step of [0, 2, 3]) await store.appendEval(id, record(step));
    }
    await store.truncateAfter(run, 2);
    expect((await store.steps(run)).map(({ step }) => step)).toEqual([1, 2]);
    expect((await store.evals(run)).map(({ step }) => step)).toEqual([0, 2]);
    expect(await store.rollouts(run, 3)).toEqual([]);
    expect(await store.steps(other)).toHaveLength(3);
    await store.truncateAfter(run, 0);
    const runs = new Map((await store.listRuns()).map(({ id, lastStep }) => [id, lastStep]));
    expect([runs.get(run), runs.get(other)]).toEqual([null, 3]);
  });

  it('deletes a run with everything that is its own, and writes nothing to it afterwards', async () => {
    const [run, other] = [await newRun(), await newRun()];
    for (const id of [run, other]) {
      await store.appendStep(id, record(1), [rollout(1, 0)]);
      await store.appendEval(id, record(1));
      await store.saveCheckpoint(id, checkpoint(1));
    }
    await (await store.discard(run)).remove();
    const db = await raw();
    for (const name of ['runs', 'steps', 'evals', 'rollouts', 'manifests', 'latest']) {
      expect(await db.count(name)).toBe(1);
    }
    expect(await db.count('chunks')).toBe(2);
    await expect(store.appendStep(run, record(2), [])).rejects.toThrow(UnknownRunError);
    await expect(store.saveCheckpoint(run, checkpoint(2))).rejects.toThrow(UnknownRunError);
    expect(await db.count('chunks')).toBe(2);
    db.close();
    expect((await store.loadCheckpoint(other))?.step).toBe(1);
  });

  it('is held by one tab at a time', async () => {
    const release = await store.holdRun('a');
    expect(release).not.toBeNull();
    expect(await store.holdRun('a')).toBeNull();
    expect(await store.holdRun('b')).not.toBeNull();
    release?.();
    await vi.waitFor(async () => expect(await store.holdRun('a')).not.toBeNull());
  });
});

describe('checkpoints', () => {
  it('come back as they were, types and meta included', async () => {
    const run = await newRun();
    expect(await store.loadCheckpoint(run)).toBeNull();
    await store.saveCheckpoint(run, checkpoint(5));
    expect(await store.loadCheckpoint(run)).toEqual({ ...checkpoint(5), notice: null });
  });

  it('are cut into 4 MB chunks, from views and shared memory, and keep empty parts', async () => {
    const shared = new Float32Array(new SharedArrayBuffer(5 * 2 ** 20), 4, 2 ** 20 + 5);
    shared.forEach((_, i) => (shared[i] = i));
    const expected = Float32Array.from(shared);
    await store.saveCheckpoint('model:big', { step: 0, parts: { shared, none: new Uint8Array() }, meta: {} });
    const db = await raw();
    const sizes = ((await db.getAll('chunks')) as ArrayBuffer[]).map((chunk) => chunk.byteLength);
    db.close();
    expect(sizes).toEqual([4 * 2 ** 20, 20]);
    const parts = (await store.loadCheckpoint('model:big'))!.parts;
    expect(Buffer.from(parts['shared']!.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
    expect(parts['none']).toEqual(new Uint8Array());
  });

  it('hold the values of the moment of the call', async () => {
    const changing = new Float32Array(10).fill(1);
    const saved = store.saveCheckpoint('model:m', { step: 1, parts: { changing }, meta: {} });
    changing.fill(2);
    await saved;
    expect((await store.loadCheckpoint('model:m'))?.parts['changing']).toEqual(new Float32Array(10).fill(1));
  });

  it('keep two generations', async () => {
    const run = await newRun();
    for (const step of [1, 2, 3, 4]) await store.saveCheckpoint(run, checkpoint(step));
    const db = await raw();
    expect((await db.getAllKeys('manifests')).map((key) => (key as [string, number])[1])).toEqual([3, 4]);
    expect(await db.count('chunks')).toBe(4);
    db.close();
    expect((await store.listCheckpoints()).map(({ step, bytes }) => [step, bytes])).toEqual([[4, 4003]]);
  });

  it.each(['changed', 'missing', 'shortened'])(
    'fall back one generation, and say so, when a chunk is %s',
    async (how) => {
      const run = await newRun();
      for (const step of [1, 2]) await store.saveCheckpoint(run, checkpoint(step));
      const db = await raw();
      const key = [run, 2, 'weights', 0];
      const bytes = new Uint8Array((await db.get('chunks', key)) as ArrayBuffer);
      bytes[1234]! ^= 1;
      if (how === 'missing') await db.delete('chunks', key);
      else await db.put('chunks', how === 'changed' ? bytes.buffer : bytes.slice(4).buffer, key);
      const loaded = await store.loadCheckpoint(run);
      expect(loaded).toMatchObject({
        step: 1,
        notice: expect.stringMatching(/step 2 was damaged.*step 1, is used/),
      });
      // The good generation outlives the damaged one.
      await store.saveCheckpoint(run, checkpoint(3));
      expect((await db.getAllKeys('manifests')).map((each) => (each as [string, number])[1])).toEqual([1, 3]);
      db.close();
    },
  );

  it('say so when every generation is damaged', async () => {
    const run = await newRun();
    await store.saveCheckpoint(run, checkpoint(1));
    const db = await raw();
    await db.clear('chunks');
    db.close();
    await expect(store.loadCheckpoint(run)).rejects.toThrow(CheckpointDamagedError);
  });

  it('of a newer layout are left alone', async () => {
    await store.saveCheckpoint('model:m', checkpoint(1));
    const db = await raw();
    const manifest = (await db.get('manifests', ['model:m', 1])) as object;
    await db.put('manifests', { ...manifest, format: 99 });
    await expect(store.loadCheckpoint('model:m')).rejects.toThrow(NewerDatabaseError);
    expect(await db.get('manifests', ['model:m', 1])).toMatchObject({ format: 99, damaged: false });
    db.close();
  });

  it('are refused before writing when there is no room, naming what could be deleted', async () => {
    const run = await newRun();
    await store.saveCheckpoint(run, checkpoint(1));
    await store.saveCheckpoint('model:import-1', {
      step: 0,
      parts: { w: new Float32Array(500_000) },
      meta: { name: 'large one' },
    });
    Object.assign(room, { usage: 999, quota: 1000 });
    const failure = store.saveCheckpoint(run, checkpoint(2));
    await expect(failure).rejects.toThrow(StorageFullError);
    await expect(failure).rejects.toThrow(
      /needs 4 KB .* step 1, is kept\. .*deleting the model “large one” \(1\.9 MB\)/,
    );
    expect((await store.loadCheckpoint(run))?.step).toBe(1);
    const db = await raw();
    expect(await db.count('chunks')).toBe(3);
    db.close();
  });

  it('of one key are saved one after the other', async () => {
    const run = await newRun();
    await Promise.all([1, 2, 3].map((step) => store.saveCheckpoint(run, checkpoint(step))));
    expect((await store.loadCheckpoint(run))?.step).toBe(3);
  });

  it('that were cut off are collected at the next start, unless they are being written', async () => {
    const run = await newRun();
    await store.saveCheckpoint(run, checkpoint(1));
    const db = await raw();
    for (const generation of [2, 7]) {
      await db.put('chunks', new ArrayBuffer(8), [run, generation, 'weights', 0]);
      await db.put('chunks', new ArrayBuffer(8), [run, generation, 'weights', 1]);
    }
    await db.put('chunks', new ArrayBuffer(8), ['model:busy', 1, 'weights', 0]);
    const busy = await holdLock('checkpoint:model:busy');
    const again = await openStore();
    again.close();
    expect(await db.getAllKeys('chunks')).toEqual(
      [
        ['model:busy', 1, 'weights', 0],
        [run, 1, 'random', 0],
        [run, 1, 'weights', 0],
      ].toSorted(),
    );
    busy?.();
    db.close();
    expect((await store.loadCheckpoint(run))?.step).toBe(1);
  });

  it('can be deleted by key', async () => {
    await store.saveCheckpoint('model:a', checkpoint(1));
    await store.saveCheckpoint('model:b', checkpoint(2));
    await store.deleteCheckpoint('model:a');
    expect(await store.loadCheckpoint('model:a')).toBeNull();
    expect((await store.loadCheckpoint('model:b'))?.step).toBe(2);
    expect((await store.usage()).checkpoints.map(({ key }) => key)).toEqual(['model:b']);
  });
});

describe('openStore', () => {
  it('leaves a newer database untouched', async () => {
    const newer = await openDB('future', DATABASE_VERSION + 1, {
      upgrade: (db) => void db.createObjectStore('unknown'),
    });
    await newer.put('unknown', 'kept', 'key');
    newer.close();
    await expect(openStore('future')).rejects.toThrow(NewerDatabaseError);
    const again = await openDB('future');
    expect([again.version, await again.get('unknown', 'key')]).toEqual([DATABASE_VERSION + 1, 'kept']);
    again.close();
  });

  it('makes way for a newer version in another tab, and says so', async () => {
    const notices: string[] = [];
    const old = await openStore('shared', (message) => notices.push(message));
    const newer = await openDB('shared', DATABASE_VERSION + 1);
    expect(notices).toEqual([expect.stringMatching(/newer version of this page needs the storage/)]);
    await expect(old.listRuns()).rejects.toThrow(/reload this tab/);
    newer.close();
  });

  it('explains a refusal', async () => {
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    });
    await expect(openStore()).rejects.toThrow(StorageRefusedError);
    vi.stubGlobal('indexedDB', undefined);
    await expect(openStore()).rejects.toThrow(/only over https or on localhost/);
  });
});
