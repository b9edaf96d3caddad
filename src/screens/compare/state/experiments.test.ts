import { computed, signal } from '@preact/signals';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  ExperimentsInMemory,
  FILE,
  ManualBench,
  resultOf,
  settle,
} from '../../../../tests/support/experiment-bench.ts';
import { inPlaces } from '../../../experiment/analysis.ts';
import { RunQueue } from '../../../run/queue.ts';
import { StorageFullError } from '../../../store/errors.ts';
import type { ExperimentRun } from './experiment-run.ts';
import { createExperiments, type Experiments } from './model.ts';
import { openExperiment } from './opened.ts';

const VERSION = '1.0.0';
const TEXT = JSON.stringify(FILE);

let store: ExperimentsInMemory;
let bench: ManualBench;
let queue: RunQueue;
let renewed: number;

/** A page with this store, which shows nothing at first. */
function page(version = VERSION): Experiments {
  const viewed = signal('');
  return createExperiments({
    store: async () => store,
    queue,
    bench: bench.open,
    renew: () => void renewed++,
    version,
    now: () => 0,
    viewed: computed(() => viewed.value),
    view: (id) => void (viewed.value = id),
  });
}

beforeEach(() => {
  store = new ExperimentsInMemory();
  bench = new ManualBench(VERSION);
  queue = new RunQueue();
  renewed = 0;
});

/** The run of the small experiment in a new page. */
async function opened(experiments = page()): Promise<{ experiments: Experiments; run: ExperimentRun }> {
  await experiments.open();
  await experiments.take('small.json', TEXT);
  return { experiments, run: experiments.run.value! };
}

const counts = ({ progress }: ExperimentRun) => [progress.value.done, progress.value.of];

async function finish(run: ExperimentRun): Promise<void> {
  for (let cells = 0; run.status.value !== 'done' && cells < 20; cells++) {
    bench.end();
    await settle();
  }
}

describe('an experiment', () => {
  it('computes each cell once, replicate by replicate, and has a result for every place', async () => {
    const { run } = await opened();
    expect([run.status.value, ...counts(run)]).toEqual(['idle', 0, 5]);
    run.resume();
    await settle();
    expect(run.status.value).toBe('running');
    await finish(run);
    expect(bench.asked).toEqual(['a 1', 'b 1', 'frozen 1', 'a 2', 'b 2']);
    expect(run.status.value).toBe('done');
    // The start of the site is the same for every seed.
    expect(inPlaces(run.places, run.results.value).map(({ arm, seed }) => `${arm} ${seed}`)).toEqual([
      'a 1',
      'b 1',
      'frozen 1',
      'a 2',
      'b 2',
      'frozen 2',
    ]);
    expect(store.kept.size).toBe(5);
    expect([...store.experiments.values()].map(({ running }) => running)).toEqual([false]);
    expect(store.held.size).toBe(0);
  });

  it('pauses after the cell in progress, and goes on with the next', async () => {
    const { run } = await opened();
    run.resume();
    await settle();
    run.pause();
    expect(run.status.value).toBe('pausing');
    bench.end();
    await settle();
    expect([run.status.value, ...counts(run)]).toEqual(['paused', 1, 5]);
    run.resume();
    await settle();
    await finish(run);
    expect(bench.asked).toEqual(['a 1', 'b 1', 'frozen 1', 'a 2', 'b 2']);
  });

  it('stops at once, and computes the cell in progress anew', async () => {
    const { run } = await opened();
    run.resume();
    await settle();
    bench.end();
    await settle();
    await run.cancel();
    await settle();
    expect([run.status.value, ...counts(run)]).toEqual(['paused', 1, 5]);
    expect(run.doing.value).toBeNull();
    run.resume();
    await settle();
    await finish(run);
    expect(bench.asked).toEqual(['a 1', 'b 1', 'b 1', 'frozen 1', 'a 2', 'b 2']);
  });

  it('takes turns with the runs of the Lab, cell by cell', async () => {
    const { run } = await opened();
    let endRun: () => void = () => {};
    queue.add('run', () => new Promise<void>((resolve) => (endRun = resolve)));
    run.resume();
    await settle();
    expect([run.status.value, bench.asked]).toEqual(['queued', []]);
    endRun();
    await settle();
    expect(run.status.value).toBe('running');
    queue.add('run', () => new Promise<void>((resolve) => (endRun = resolve)));
    bench.end();
    await settle();
    expect([queue.active.value, run.status.value, bench.asked]).toEqual(['run', 'queued', ['a 1']]);
    // What only waits is given up at once.
    run.pause();
    await settle();
    expect([run.status.value, queue.waiting]).toEqual(['paused', []]);
  });

  it('says what failed, keeps what is finished, and goes on from there', async () => {
    const { experiments, run } = await opened();
    run.resume();
    await settle();
    bench.end();
    await settle();
    bench.end(new Error('The device was lost.'));
    await settle();
    expect([run.status.value, ...counts(run), renewed]).toEqual(['paused', 1, 5, 1]);
    expect(experiments.state.value.messages).toMatchObject([
      { kind: 'error', what: 'The device was lost.', kept: expect.stringContaining('finished cell') },
    ]);
    run.resume();
    await settle();
    await finish(run);
    expect(bench.asked).toEqual(['a 1', 'b 1', 'b 1', 'frozen 1', 'a 2', 'b 2']);
  });

  it('keeps a cell that did not fit into the storage, and stores it once there is room', async () => {
    const { experiments, run } = await opened();
    store.full = new StorageFullError('The browser’s storage is full.');
    run.resume();
    await settle();
    bench.end();
    await settle();
    expect([run.status.value, ...counts(run)]).toEqual(['idle', 0, 5]);
    expect(experiments.state.value.messages.map(({ what }) => what)).toEqual([
      'The browser’s storage is full.',
    ]);
    store.full = null;
    run.resume();
    await settle();
    expect(counts(run)).toEqual([1, 5]);
    await finish(run);
    expect(bench.asked).toEqual(['a 1', 'b 1', 'frozen 1', 'a 2', 'b 2']);
  });

  it('is computed in one tab alone, and takes over what that tab finished', async () => {
    const { experiments, run } = await opened();
    store.held.add(run.id);
    run.resume();
    await settle();
    expect([run.status.value, bench.asked]).toEqual(['idle', []]);
    expect(experiments.state.value.messages[0]?.what).toMatch(/another tab/);
    store.held.clear();
    const [first] = run.cells;
    await store.putCell({ key: first!.key, result: resultOf(first!, VERSION) });
    run.resume();
    await settle();
    await finish(run);
    expect(bench.asked).toEqual(['b 1', 'frozen 1', 'a 2', 'b 2']);
  });

  it('that another version began is shown, and not gone on with', async () => {
    const { cells } = await openExperiment(FILE);
    await store.putCell({ key: cells[0]!.key, result: resultOf(cells[0]!, '0.9.0') });
    const { run } = await opened();
    expect([run.otherVersion.value, ...counts(run)]).toEqual(['0.9.0', 1, 5]);
    run.resume();
    await settle();
    expect([run.status.value, bench.asked]).toEqual(['paused', []]);
  });

  it('computes again what cannot be read', async () => {
    const { cells } = await openExperiment(FILE);
    await store.putCell({ key: cells[0]!.key, result: { tasks: 'no list' } });
    const { run } = await opened();
    expect(counts(run)).toEqual([0, 5]);
  });

  it('says how long the rest takes once it can be told', async () => {
    const { run } = await opened();
    run.resume();
    await settle();
    // One of ten steps: too early.
    expect(run.progress.value.secondsLeft).toBeNull();
    bench.end();
    await settle();
    const { share, secondsLeft } = run.progress.value;
    expect(secondsLeft).toBeCloseTo((2 / share) * (1 - share), 0);
    await run.cancel();
  });
});

describe('the experiments of a page', () => {
  it('say every fault of a file at once, and change nothing', async () => {
    const experiments = page();
    await experiments.open();
    const bad = { ...FILE, seeds: [1, 1], unknown: 3, arms: [{ name: 'a', settings: 3 }] };
    await experiments.take('bad.json', JSON.stringify(bad));
    const { faults } = experiments.state.value;
    expect(faults?.name).toBe('bad.json');
    expect(faults?.problems).toHaveLength(3);
    expect(faults?.problems.join(' ')).toMatch(/seed twice.*“unknown”|“unknown”.*seed twice/);
    expect(store.experiments.size).toBe(0);
    await experiments.take('bad.json', '{');
    expect(experiments.state.value.faults?.problems[0]).toMatch(/bad\.json is no JSON/);
    await experiments.take('small.json', TEXT);
    expect(experiments.state.value.faults).toBeNull();
  });

  it('show results of the command line in place of an experiment, and say what is wrong with a damaged file', async () => {
    const { experiments } = await opened();
    const row = { arm: 'a', preset: 'starter', seed: 1, kind: 'final', step: 3, strict: 0.5 };
    await experiments.take('results.jsonl', JSON.stringify(row));
    expect(experiments.run.value).toBeNull();
    expect(experiments.state.value.results?.cells).toMatchObject([
      { arm: 'a', seed: 1, ends: { strict: 0.5 } },
    ]);
    await experiments.take('results.jsonl', JSON.stringify(row).slice(0, -3));
    expect(experiments.state.value.faults?.problems).toEqual([
      expect.stringMatching(/Line 1 of results\.jsonl is no JSON/),
    ]);
    expect(experiments.state.value.results).not.toBeNull();
    experiments.view('');
    expect(experiments.state.value.results).toBeNull();
  });

  it('refuse models of folders, which a page cannot open', async () => {
    const experiments = page();
    await experiments.open();
    const arms = [
      { name: 'a', policy: { folder: 'runs/p' } },
      { name: 'b', reward: { folder: 'runs/r' } },
    ];
    await experiments.take('folders.json', JSON.stringify({ ...FILE, arms, contrasts: [] }));
    const problems = experiments.state.value.faults?.problems ?? [];
    expect(problems).toHaveLength(3);
    expect(problems.join(' ')).toMatch(/“a”.*runs\/p.*“b”.*runs\/r.*command line/);
  });

  it('list what is stored; one that was interrupted goes on in the next page', async () => {
    const { run } = await opened();
    run.resume();
    await settle();
    bench.end();
    await settle();
    // The page goes: nobody holds the experiment any more, and nobody marked it as stopped.
    store.held.clear();
    bench = new ManualBench(VERSION);
    queue = new RunQueue();
    const next = page();
    await next.open();
    await settle();
    expect(next.state.value.stored).toEqual([{ id: run.id, title: 'A small one', done: 1, of: 5 }]);
    expect(next.state.value.messages[0]?.what).toMatch(/“A small one” was interrupted after 1 of 5 cells/);
    expect(next.run.value?.status.value).toBe('running');
    expect(next.computing.value).toBe(next.run.value);
    await finish(next.run.value!);
    expect(bench.asked).toEqual(['b 1', 'frozen 1', 'a 2', 'b 2']);
  });

  it('do not go on with one that was stopped, or that another tab computes', async () => {
    const { run } = await opened();
    run.resume();
    await settle();
    await run.cancel();
    const next = page();
    await next.open();
    expect([next.computing.value, next.run.value]).toEqual([null, null]);
    await store.setExperimentRunning(run.id, true);
    store.held.add(run.id);
    const third = page();
    await third.open();
    expect(third.computing.value).toBeNull();
  });

  it('open a stored one by its address, and say why it cannot be opened any more', async () => {
    await store.putExperiment({ id: 'abcdef', json: { ...FILE, presets: ['gone'] }, cells: [] });
    const experiments = page();
    await experiments.open();
    experiments.view('abc');
    await settle();
    expect(experiments.run.value).toBeNull();
    expect(experiments.state.value.faults?.problems.join()).toMatch(/presets/);
  });

  it('delete one with its cells, stopping it first', async () => {
    const { experiments, run } = await opened();
    run.resume();
    await settle();
    bench.end();
    await settle();
    await experiments.remove(run.id);
    expect([store.experiments.size, store.kept.size, run.status.value]).toEqual([0, 0, 'paused']);
    expect([experiments.run.value, experiments.state.value.stored]).toEqual([null, []]);
  });
});
