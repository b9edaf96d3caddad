import { computed, signal } from '@preact/signals';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualEvaluations, PLAN } from '../../../../tests/support/benchmark-bench.ts';
import { settle } from '../../../../tests/support/experiment-bench.ts';
import { TaskFileError } from '../../../domains/domain.ts';
import { compare } from '../../../evaluation/compare.ts';
import { parseAbout, parseMatrix } from '../../../evaluation/files.ts';
import { reportOf } from '../../../evaluation/report.ts';
import { RunQueue } from '../../../run/queue.ts';
import { StorageFullError, StorageRefusedError } from '../../../store/errors.ts';
import type { StoredBenchmark, StoredPart } from '../../../store/index.ts';
import type { BenchmarkRun } from './benchmark-run.ts';
import { progressOf } from './benchmark-run.ts';
import { estimates, fileNames, folders, samples, tasks } from './exports.ts';
import { type Benchmarks, createBenchmarks } from './model.ts';
import { comparedOf, resultOf } from './results.ts';
import { MemoryShelf, type Shelf } from './shelf.ts';
import { type Evaluation, listedOf, newBenchmark, storedOf } from './stored.ts';

const ID = '0123abcd-one';

/** A store that can be full, and whose locks are real enough. */
class TestShelf extends MemoryShelf {
  full: Error | null = null;
  readonly held = new Set<string>();
  override async putBenchmarkPart(benchmark: StoredBenchmark, part: StoredPart): Promise<void> {
    if (this.full) throw this.full;
    await super.putBenchmarkPart(benchmark, part);
  }
  override async holdBenchmark(id = ''): Promise<() => void> {
    if (this.held.has(id)) return null as unknown as () => void;
    this.held.add(id);
    return () => void this.held.delete(id);
  }
}

let store: TestShelf;
let bench: ManualEvaluations;
let queue: RunQueue;
let clock: number;

const LEFT_OUT = [{ line: 3, reason: 'It has no tests.' }];

/** A page with this store, which shows nothing at first. */
function page(open: () => Promise<Shelf> = async () => store): Benchmarks {
  const viewed = signal('');
  let ids = 0;
  return createBenchmarks({
    store: open,
    downloaded: async () => [],
    queue,
    bench: bench.bench,
    renew: () => {},
    now: () => clock,
    today: () => 1000,
    newId: () => `0123abc${ids++}-one`,
    keepTasks: async ({ name }, report) => {
      report(1, 2);
      if (name === 'bad.jsonl') throw new TaskFileError('bad.jsonl holds no tasks.');
      return { name, count: 2, unit: 'line', leftOut: LEFT_OUT, hash: 'ab'.repeat(32) };
    },
    tasksOf: async () => [],
    viewed: computed(() => viewed.value),
    view: (id) => void (viewed.value = id),
  });
}

beforeEach(() => {
  store = new TestShelf();
  bench = new ManualEvaluations();
  queue = new RunQueue();
  clock = 0;
});

/** The run of the plan with two policies, kept and on view, not begun. */
async function opened(benchmarks = page()): Promise<{ benchmarks: Benchmarks; run: BenchmarkRun }> {
  await store.putBenchmark(storedOf(newBenchmark(PLAN, ID, 1)));
  await benchmarks.open();
  benchmarks.view(ID);
  await settle();
  return { benchmarks, run: benchmarks.run.value! };
}

async function finish(run: BenchmarkRun): Promise<void> {
  for (let parts = 0; run.status.value !== 'stopped' && run.status.value !== 'done' && parts < 30; parts++) {
    clock += 1000;
    bench.end();
    await settle();
  }
}

const PARTS = ['site 0', 'site 2', 'site 4', 'run-1 0', 'run-1 2', 'run-1 4'];
const samplesOf = (run: BenchmarkRun) => run.evaluations.value.map((each) => each.samples);

/** The samples of a run that nobody stopped. */
async function undisturbed(): Promise<ReturnType<typeof samplesOf>> {
  const { run } = await opened();
  run.resume();
  await settle();
  await finish(run);
  return samplesOf(run);
}

describe('a benchmark', () => {
  it('evaluates one policy after the other, part by part, in turn with the Lab', async () => {
    const { run } = await opened();
    expect(run.status.value).toBe('stopped');
    let free: () => void = () => {};
    queue.add('a run of the Lab', () => new Promise((resolve) => (free = resolve)));
    run.resume();
    await settle();
    expect([run.status.value, bench.asked]).toEqual(['queued', []]);
    free();
    await settle();
    expect([run.status.value, run.doing.value]).toEqual(['running', 0]);
    await finish(run);
    expect(bench.asked).toEqual(PARTS);
    expect([run.status.value, run.doing.value, store.held.size]).toEqual(['done', null, 0]);
    expect(samplesOf(run).map((all) => all.length)).toEqual([10, 10]);
    expect(run.evaluations.value[0]).toMatchObject({ seconds: 3, device: { kind: 'wasm' } });
    const { file } = resultOf(run.evaluations.value[1]!, PLAN)!;
    expect(file.report).toEqual(reportOf(samplesOf(run)[1]!, [1, 2], 0));
  });

  it('stops at once, loses no finished part, and goes on with the same samples', async () => {
    const whole = await undisturbed();
    store = new TestShelf();
    bench = new ManualEvaluations();
    const { run } = await opened();
    run.resume();
    await settle();
    bench.end();
    await settle();
    expect(run.progress.value.share).toBeCloseTo(0.2, 12);
    await run.stop();
    expect([run.status.value, bench.asked]).toEqual(['stopped', ['site 0', 'site 2']]);

    // In another page, as after a reload.
    const again = page();
    await again.open();
    again.view(ID);
    await settle();
    const other = again.run.value!;
    expect(again.state.value.kept[0]!.evaluations).toEqual([
      { done: 2, of: 5 },
      { done: 0, of: null },
    ]);
    other.resume();
    await settle();
    await finish(other);
    expect(bench.asked).toEqual(['site 0', 'site 2', ...PARTS.slice(1)]);
    expect(samplesOf(other)).toEqual(whole);
  });

  it('computes again what is damaged, and what follows it', async () => {
    const whole = await undisturbed();
    const [kept] = await store.listBenchmarks();
    const damaged = new TestShelf();
    for (const part of await store.benchmarkParts(ID)) {
      const isDamaged = part.evaluation === 0 && part.at === 2;
      await damaged.putBenchmarkPart(kept!, isDamaged ? { ...part, content: { samples: 'gone' } } : part);
    }
    bench.asked.length = 0;
    const again = page(async () => damaged);
    await again.open();
    again.view(ID);
    await settle();
    const run = again.run.value!;
    expect(samplesOf(run).map((all) => all.length)).toEqual([4, 10]);
    run.resume();
    await settle();
    await finish(run);
    expect(bench.asked).toEqual(['site 2', 'site 4']);
    expect(samplesOf(run)).toEqual(whole);
  });

  it('tells of a full store, and keeps the part when there is room', async () => {
    const { benchmarks, run } = await opened();
    run.resume();
    await settle();
    bench.end();
    await settle();
    store.full = new StorageFullError('The browser’s storage is full.');
    bench.end();
    await settle();
    expect(run.status.value).toBe('stopped');
    expect(benchmarks.state.value.messages[0]).toMatchObject({
      kind: 'error',
      what: 'The browser’s storage is full.',
      kept: expect.stringContaining('finished'),
    });
    expect(samplesOf(run)[0]).toHaveLength(4);
    store.full = null;
    run.resume();
    await settle();
    await finish(run);
    // The part that could not be kept was not sampled again.
    expect(bench.asked).toEqual(PARTS);
    expect(run.status.value).toBe('done');
    expect((await store.benchmarkParts(ID)).map(({ evaluation, at }) => [evaluation, at])).toEqual([
      [0, 0],
      [0, 2],
      [0, 4],
      [1, 0],
      [1, 2],
      [1, 4],
    ]);
  });

  it('evaluates the other policies where one cannot be', async () => {
    bench.broken.set('site', 'Every prompt has more tokens than there is room for.');
    const { run } = await opened();
    run.resume();
    await settle();
    await finish(run);
    expect(run.evaluations.value.map(({ failure }) => failure)).toEqual([bench.broken.get('site'), null]);
    expect([run.status.value, bench.asked[0]]).toEqual(['stopped', 'run-1 0']);
    bench.broken.clear();
    run.resume();
    await settle();
    await finish(run);
    expect(run.status.value).toBe('done');
    expect(run.evaluations.value[0]!.failure).toBeNull();
  });

  it('does not mix samples of other weights, as of a run that has gone on', async () => {
    const { run } = await opened();
    run.resume();
    await settle();
    bench.end();
    await settle();
    await run.stop();
    bench.hashes.set('site', 'other');
    run.resume();
    await settle();
    await finish(run);
    const [first, second] = run.evaluations.value;
    expect(first).toMatchObject({ failure: expect.stringContaining('weights have changed') });
    expect([first!.samples.length, second!.samples.length]).toEqual([4, 10]);
  });

  it('is evaluated by one tab at a time', async () => {
    const { benchmarks, run } = await opened();
    store.held.add(ID);
    run.resume();
    await settle();
    expect(bench.asked).toEqual([]);
    expect(benchmarks.state.value.messages[0]!.what).toContain('another tab');
  });

  it('is held in the page where the browser stores nothing, and says so', async () => {
    const benchmarks = page(async () => {
      throw new StorageRefusedError('The browser refused storage.');
    });
    await benchmarks.open();
    expect(benchmarks.state.value.messages[0]).toMatchObject({
      what: 'The browser refused storage.',
      kept: expect.stringContaining('until this page is left'),
    });
    void benchmarks.quick();
    await settle();
    const run = benchmarks.run.value!;
    await finish(run);
    expect(run.status.value).toBe('done');
    expect(benchmarks.state.value.kept).toHaveLength(1);
  });

  it('goes with its samples when it is deleted, even while it is evaluated', async () => {
    const { benchmarks, run } = await opened();
    run.resume();
    await settle();
    bench.end();
    await settle();
    await benchmarks.remove(ID);
    expect([benchmarks.run.value, benchmarks.state.value.kept, run.status.value]).toEqual([
      null,
      [],
      'stopped',
    ]);
    expect(await store.benchmarkParts(ID)).toEqual([]);
  });

  it('begins with what the form says, and not with what cannot be', async () => {
    const benchmarks = page();
    await benchmarks.open();
    benchmarks.change({ policies: [], ks: '9', samples: 2 });
    await benchmarks.start();
    expect(benchmarks.state.value.problems).toEqual([
      'Choose at least one policy.',
      expect.stringContaining('pass@9 needs at least 9 samples'),
    ]);
    expect(benchmarks.run.value).toBeNull();
    benchmarks.change({ policies: ['site'], ks: '2 1', samples: 2, limit: 3 });
    void benchmarks.start();
    await settle();
    expect(benchmarks.run.value!.plan).toMatchObject({
      policies: [{ id: 'site', name: 'Bundled policy' }],
      tasks: { name: 'starter', split: 'held-out' },
      ks: [1, 2],
      limit: 3,
    });
    expect(bench.asked).toEqual(['site 0']);
  });
});

describe('a file of tasks', () => {
  it('is checked, told of, and chosen; a bad one changes nothing', async () => {
    const benchmarks = page();
    await benchmarks.open();
    const taken = benchmarks.takeTasks(new File([], 'own.jsonl'));
    expect(benchmarks.state.value.checking).toEqual({ name: 'own.jsonl', done: 1, total: 2 });
    await taken;
    const { form, report } = benchmarks.state.value;
    expect([form.tasks, report]).toEqual([
      'ab'.repeat(32),
      { name: 'own.jsonl', count: 2, unit: 'line', leftOut: LEFT_OUT },
    ]);
    await benchmarks.takeTasks(new File([], 'bad.jsonl'));
    expect(benchmarks.state.value).toMatchObject({
      form: { tasks: 'ab'.repeat(32) },
      checking: null,
      messages: [{ kind: 'error', what: 'bad.jsonl holds no tasks.', kept: 'Nothing was stored of it.' }],
    });
  });
});

describe('the rest of the time', () => {
  const evaluation = (known: Partial<Evaluation>): Evaluation => ({
    ...newBenchmark(PLAN, ID, 1).evaluations[0]!,
    ...known,
  });

  it('is told at the pace of what is done, for the policies that can be evaluated', async () => {
    const { plan } = await bench.bench(PLAN, PLAN.policies[0]!);
    const [sample] = (await undisturbed())[0]!;
    const begun = evaluation({ plan, samples: Array.from({ length: 4 }, () => sample!), seconds: 6 });
    expect(progressOf([begun, evaluation({})])).toEqual({ share: 0.2, secondsLeft: 24 });
    expect(progressOf([begun, evaluation({ failure: 'no room' })])).toEqual({ share: 0.4, secondsLeft: 9 });
    expect(progressOf([evaluation({})])).toEqual({ share: null, secondsLeft: null });
  });
});

describe('a kept benchmark', () => {
  it('of a version that asked all policies as they were trained is read so', () => {
    const { topK: _, topP: __, prompts: ___, ...earlier } = PLAN;
    const stored = storedOf(newBenchmark(PLAN, ID, 1));
    const content = { ...(stored.content as object), plan: earlier };
    expect(listedOf({ ...stored, content })!.plan).toEqual(PLAN);
  });
});

describe('what is taken along', () => {
  it('is what `eval` writes, and compares as `eval compare` does', async () => {
    const { run } = await opened();
    run.resume();
    await settle();
    await finish(run);
    const decoder = new TextDecoder();
    const files = new Map(folders(run).map(([path, bytes]) => [path, decoder.decode(bytes)]));
    const read = (folder: string) => ({
      about: parseAbout(JSON.parse(files.get(`${folder}/evaluation.json`)!)),
      matrix: parseMatrix(files.get(`${folder}/matrix.jsonl`)!),
    });
    const [a, b] = [read('eval-bundled-policy'), read('eval-a-run-step-10')];
    const [ofA, ofB] = run.evaluations.value.map((each) => resultOf(each, PLAN)!);
    expect(comparedOf(ofA!, ofB!, PLAN)).toEqual({
      kind: 'comparison',
      comparison: compare(a, b, [1, 2], 1),
    });
    expect(
      [...files.keys()].filter((path) => path.startsWith('eval-bundled')).map((path) => path.split('/')[1]),
    ).toEqual(
      ['rollouts.jsonl', 'matrix.jsonl', 'matrix.csv', 'summary.md', 'evaluation.json'], // prettier-ignore
    );
    const lines = files.get('eval-bundled-policy/rollouts.jsonl')!.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(samplesOf(run)[0]);
    expect(samples(run).text.split('\n')).toHaveLength(21);
    expect(tasks(run).text.split('\r\n')).toHaveLength(7);
    expect(estimates(run).text).toContain('A run: step 10,,5,10,strict pass@1,');
  });

  it('has names that no two files share', () => {
    expect(fileNames(['A b', 'a-b', 'A b 2', '…'])).toEqual(['a-b', 'a-b-2', 'a-b-2-2', 'policy']);
  });
});
