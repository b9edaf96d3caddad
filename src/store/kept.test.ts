/** What is kept beside runs: tasks, benchmarks, experiments. */
import { openDB } from 'idb';
import { describe, expect, it, vi } from 'vitest';
import type { TaskFile } from '../domains/domain.ts';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import { openStore, UnknownBenchmarkError, UnknownExperimentError } from './index.ts';
import { store, useMemoryStore } from '../../tests/support/memory-store.ts';

useMemoryStore(vi.stubGlobal);

describe('files of tasks', () => {
  const file = (hash: string, name: string): TaskFile => ({
    hash,
    name,
    domain: 'maths',
    text: 'a line',
    tasks: [{ id: 't', family: 'own', prompt: 'p' }],
  });
  const about = { leftOut: [{ line: 3, reason: 'It is no task.' }], leftOutCount: 7 };

  it('are kept under their hash, listed without their tasks, and deleted', async () => {
    await store.putTaskFile(file('aa', 'a.jsonl'), about);
    await store.putTaskFile(file('bb', 'b.jsonl'), about);
    await store.putTaskFile(file('aa', 'again.jsonl'), about);
    const listed = await store.listTaskFiles();
    expect(listed.map(({ name }) => name).sort()).toEqual(['again.jsonl', 'b.jsonl']);
    expect(listed[0]).toEqual({
      hash: expect.any(String),
      name: expect.any(String),
      domain: 'maths',
      count: 1,
      created: expect.any(Number),
      ...about,
    });
    expect(await store.taskFile('aa')).toEqual(file('aa', 'again.jsonl'));
    await store.deleteTaskFile('aa');
    expect(await store.taskFile('aa')).toBeNull();
    expect((await store.listTaskFiles()).map(({ hash }) => hash)).toEqual(['bb']);
  });

  it('find their place beside what an older version stored', async () => {
    const older = await openDB('older', 1, {
      upgrade(database) {
        database.createObjectStore('runs', { keyPath: 'id' });
        for (const name of ['steps', 'evals', 'rollouts'])
          database.createObjectStore(name, { keyPath: ['run', 'step'] });
        database.createObjectStore('manifests', { keyPath: ['key', 'generation'] });
        database.createObjectStore('latest');
        database.createObjectStore('chunks');
      },
    });
    const run = { id: 'r', config: DEFAULT_CONFIG, device: '', created: 1, status: 'paused', lastStep: null };
    await older.add('runs', run);
    older.close();
    const opened = await openStore('older');
    expect(await opened.listRuns()).toEqual([run]);
    await opened.putTaskFile(file('aa', 'a.jsonl'), about);
    expect(await opened.taskFile('aa')).toEqual(file('aa', 'a.jsonl'));
    opened.close();
  });
});

describe('lists of tasks', () => {
  const set = (id: string, changed: number, ...order: string[]) => ({
    id,
    name: `Set ${id}`,
    domain: 'code',
    changed,
    order,
  });
  const task = (of: string, key: string, prompt = key) => ({ set: of, key, content: { prompt } });
  const keysOf = async (id: string) => (await store.tasksOfSet(id)).map(({ key }) => key);

  it('keep their tasks in order, and change all at once', async () => {
    await store.putTaskSet({ set: set('a', 1, 'z', 'y'), put: [task('a', 'y'), task('a', 'z')], remove: [] });
    await store.putTaskSet({ set: set('ab', 2, 'z'), put: [task('ab', 'z', 'other')], remove: [] });
    expect((await store.listTaskSets()).map(({ id }) => id)).toEqual(['ab', 'a']);
    expect(await store.tasksOfSet('a')).toEqual([task('a', 'z'), task('a', 'y')]);
    await store.putTaskSet({ set: set('a', 3, 'x', 'z'), put: [task('a', 'x')], remove: ['y'] });
    expect(await keysOf('a')).toEqual(['x', 'z']);
    const broken = { set: 'a', key: 'w', content: () => 'no plain data' };
    await expect(store.putTaskSet({ set: set('a', 4, 'w'), put: [broken], remove: ['z'] })).rejects.toThrow();
    expect(await keysOf('a')).toEqual(['x', 'z']);
    expect((await store.listTaskSets())[0]).toMatchObject({ id: 'a', changed: 3 });
    await store.deleteTaskSet('a');
    expect([await keysOf('a'), await keysOf('ab')]).toEqual([[], ['z']]);
  });

  it('show what another tab has added since their order was written', async () => {
    await store.putTaskSet({ set: set('a', 1, 'x', 'y'), put: [task('a', 'x'), task('a', 'y')], remove: [] });
    await store.putTaskSet({ set: set('a', 2, 'y', 'gone'), put: [], remove: [] });
    expect(await keysOf('a')).toEqual(['y', 'x']);
  });

  it('find their place beside what the version before stored', async () => {
    const older = await openDB('fourth', 4, {
      upgrade(database) {
        database.createObjectStore('runs', { keyPath: 'id' });
        for (const name of ['steps', 'evals', 'rollouts'])
          database.createObjectStore(name, { keyPath: ['run', 'step'] });
        database.createObjectStore('manifests', { keyPath: ['key', 'generation'] });
        database.createObjectStore('latest');
        database.createObjectStore('chunks');
        for (const name of ['taskFiles', 'taskContents'])
          database.createObjectStore(name, { keyPath: 'hash' });
        database.createObjectStore('experiments', { keyPath: 'id' });
        database.createObjectStore('cells', { keyPath: 'key' });
        database.createObjectStore('runPolicies', { keyPath: 'run' });
        database.createObjectStore('trash', { keyPath: 'key' });
      },
    });
    await older.add('cells', { key: 'x', result: 1 });
    older.close();
    const opened = await openStore('fourth');
    await opened.putTaskSet({ set: set('a', 1, 'x'), put: [task('a', 'x')], remove: [] });
    expect(await opened.tasksOfSet('a')).toEqual([task('a', 'x')]);
    expect(await opened.cells(['x'])).toEqual([{ key: 'x', result: 1 }]);
    opened.close();
  });
});

describe('benchmarks', () => {
  const benchmark = (id: string, created: number, content: unknown = null) => ({ id, created, content });
  const part = (of: string, evaluation: number, at: number, content: unknown = { at }) => ({
    benchmark: of,
    evaluation,
    at,
    content,
  });

  it('keep their samples in order, and go with them', async () => {
    await store.putBenchmark(benchmark('a', 1));
    await store.putBenchmark(benchmark('ab', 2));
    for (const [evaluation, at] of [
      [1, 0],
      [0, 96],
      [0, 0],
    ] as const)
      await store.putBenchmarkPart(benchmark('a', 1, { known: at }), part('a', evaluation, at));
    await store.putBenchmarkPart(benchmark('ab', 2), part('ab', 0, 0));
    expect(await store.listBenchmarks()).toEqual([benchmark('ab', 2), benchmark('a', 1, { known: 0 })]);
    expect(await store.benchmarkParts('a')).toEqual([part('a', 0, 0), part('a', 0, 96), part('a', 1, 0)]);
    await store.deleteBenchmark('a');
    expect(await store.benchmarkParts('a')).toEqual([]);
    expect(await store.benchmarkParts('ab')).toHaveLength(1);
    await expect(store.putBenchmarkPart(benchmark('a', 1), part('a', 0, 0))).rejects.toThrow(
      UnknownBenchmarkError,
    );
    expect(await store.listBenchmarks()).toHaveLength(1);
  });

  it('keep a part whole or not at all', async () => {
    await store.putBenchmark(benchmark('a', 1, 'before'));
    const broken = part('a', 0, 0, () => 'no plain data');
    await expect(store.putBenchmarkPart(benchmark('a', 1, 'after'), broken)).rejects.toThrow();
    expect(await store.listBenchmarks()).toEqual([benchmark('a', 1, 'before')]);
    expect(await store.benchmarkParts('a')).toEqual([]);
  });
});

describe('experiments', () => {
  const experiment = (id: string, ...cells: string[]) => ({ id, json: { name: id }, cells });
  const cell = (key: string, result: unknown = { tasks: [] }) => ({ key, result });

  it('are kept once, newest first, with whether somebody computes them', async () => {
    const now = vi.spyOn(Date, 'now').mockReturnValue(1000);
    await store.putExperiment(experiment('a', 'x'));
    now.mockReturnValue(2000);
    await store.putExperiment(experiment('b', 'y'));
    await store.setExperimentRunning('a', true);
    await store.putExperiment(experiment('a', 'x'));
    now.mockRestore();
    expect(await store.listExperiments()).toEqual([
      { ...experiment('b', 'y'), created: 2000, running: false },
      { ...experiment('a', 'x'), created: 1000, running: true },
    ]);
    await expect(store.setExperimentRunning('c', true)).rejects.toThrow(UnknownExperimentError);
  });

  it('share cells, which go with the last that has them', async () => {
    await store.putExperiment(experiment('a', 'x', 'y'));
    await store.putExperiment(experiment('b', 'y', 'z'));
    for (const key of ['x', 'y', 'z']) await store.putCell(cell(key, { from: key }));
    expect(await store.cells(['z', 'unknown', 'x'])).toEqual([
      cell('z', { from: 'z' }),
      cell('x', { from: 'x' }),
    ]);
    await store.deleteExperiment('a');
    expect(await store.cellKeys()).toEqual(['y', 'z']);
    await store.deleteExperiment('b');
    expect(await store.cellKeys()).toEqual([]);
    expect(await store.listExperiments()).toEqual([]);
  });

  it('that were deleted get no cells any more', async () => {
    await store.putExperiment(experiment('a', 'x'));
    await store.deleteExperiment('a');
    await expect(store.putCell(cell('x'))).rejects.toThrow(UnknownExperimentError);
    expect(await store.cellKeys()).toEqual([]);
  });

  it('are computed by one tab at a time', async () => {
    const release = await store.holdExperiment('a');
    expect(await store.holdExperiment('a')).toBeNull();
    release?.();
    await vi.waitFor(async () => expect(await store.holdExperiment('a')).not.toBeNull());
  });

  it('find their place beside what the version before stored', async () => {
    const older = await openDB('second', 2, {
      upgrade(database) {
        database.createObjectStore('runs', { keyPath: 'id' });
        for (const name of ['steps', 'evals', 'rollouts'])
          database.createObjectStore(name, { keyPath: ['run', 'step'] });
        database.createObjectStore('manifests', { keyPath: ['key', 'generation'] });
        database.createObjectStore('latest');
        database.createObjectStore('chunks');
        for (const name of ['taskFiles', 'taskContents'])
          database.createObjectStore(name, { keyPath: 'hash' });
      },
    });
    await older.add('taskContents', { hash: 'aa', name: 'a.jsonl', domain: 'maths', text: '', tasks: [] });
    older.close();
    const opened = await openStore('second');
    expect((await opened.taskFile('aa'))?.name).toBe('a.jsonl');
    await opened.putExperiment(experiment('a', 'x'));
    await opened.putCell(cell('x'));
    expect(await opened.cells(['x'])).toEqual([cell('x')]);
    opened.close();
  });
});
