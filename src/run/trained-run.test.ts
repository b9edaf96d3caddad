import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { verdictOf } from '../../tests/support/rollout.ts';
import { code } from '../domains/code/index.ts';
import { verificationOf } from '../domains/code/verifier.ts';
import type { Attempt, Split, Task } from '../domains/domain.ts';
import { freshState, type OptimizerState } from '../host/host.ts';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import type { SampleRequest } from '../rl/policy.ts';
import type { TrainConfig, TrainEvent } from '../rl/types.ts';
import { openStore, type Store } from '../store/index.ts';
import type { HandleStatus } from './handle.ts';
import { RunQueue } from './queue.ts';
import { type RunNews, type RunParts, TrainedRun, type TrainedRunOptions } from './trained-run.ts';
import { letters } from '../../tests/support/letters.ts';

/** Locks as a browser has them, for one tab after another. */
const held = new Set<string>();
const locks = {
  async request(name: string, ...rest: unknown[]) {
    const work = rest.at(-1) as (lock: object | null) => Promise<unknown>;
    if (held.has(name)) return work(null);
    held.add(name);
    return Promise.resolve(work({ name })).finally(() => held.delete(name));
  },
};

const task = (id: string, split: Split): Task => ({ id, family: 'other', split, prompt: `${id}\n` });
const heldOut = [task('two', 'held-out')];
const tasks = { train: [task('one', 'train')], heldOut };
const config: TrainConfig = {
  ...DEFAULT_CONFIG,
  steps: 3,
  promptsPerStep: 1,
  groupSize: 2,
  evalEvery: 0,
  evalTasks: 1,
  checkpointEvery: 1,
};
const DEVICE = { kind: 'wasm', reason: 'a test', adapter: null, software: false, threads: 2 } as const;

let store: Store;
let queue: RunQueue;
let news: RunNews[];
let renewed: number;
/** Fails the sampling of the steps that it names, once each. */
let faults: Map<number, Error>;
/** While set, sampling waits for it. */
let hold: Promise<void> | null;
let stores = 0;

/** Everything but the arithmetic. */
function parts(signal: AbortSignal): RunParts {
  let state: OptimizerState = freshState(new Float32Array(2));
  const weights = {
    load: async (next: OptimizerState) => void (state = next),
    snapshot: async () => structuredClone(state),
    loadReference: async () => {},
  };
  const policy = {
    async sample({ prompts, group, step }: SampleRequest) {
      const fault = faults.get(step);
      faults.delete(step);
      if (fault && step > 0) throw fault;
      if (step > 0) await hold;
      signal.throwIfAborted();
      const tokens = [...letters.encode('<think>r</think><answer>p</answer>'), 1];
      return prompts.flatMap(() =>
        Array.from({ length: group }, () => ({
          tokens,
          logprobs: tokens.map(() => -1),
          entropies: tokens.map(() => 1),
          truncated: false,
        })),
      );
    },
    logprobs: async () => [],
    update: async () => ({
      loss: 0,
      gradNorm: 0,
      clipped: { low: 0, high: 0, dual: 0 },
      samplingDifference: { mean: 0, max: 0 },
    }),
  };
  const reward = { load: async () => {}, scoreRaw: async (texts: readonly string[]) => texts.map(() => 0) };
  const verify = async (attempts: readonly Attempt[]) =>
    attempts.map(() => verificationOf(verdictOf('pass', 0, 0), 0));
  return {
    device: DEVICE,
    start: { policy: new Float32Array(2), reward: new Float32Array(2) },
    weights,
    rewardWeights: reward,
    ports: (emit: (event: TrainEvent) => void) => ({
      policy,
      reward,
      domain: code,
      prompting: code,
      verifier: { verify },
      tokenizer: letters,
      tasks,
      emit,
    }),
  };
}

const options = (): TrainedRunOptions => ({
  store,
  queue,
  lend: (request, work) => work(parts(request.signal)),
  renew: () => void renewed++,
  tasks: async () => [...tasks.train, ...heldOut],
  tell: (each) => void news.push(each),
});

const newRun = (seed = 1): TrainedRun => new TrainedRun({ ...config, seed }, options());
const becomes = (run: TrainedRun, status: HandleStatus): Promise<void> =>
  vi.waitFor(() => expect(run.status.value).toBe(status), 5000);

beforeEach(async () => {
  vi.stubGlobal('navigator', {
    locks,
    storage: { estimate: async () => ({ usage: 0, quota: 1e9 }), persisted: async () => false },
  });
  held.clear();
  store = await openStore(`runs ${stores++}`, () => {});
  queue = new RunQueue();
  news = [];
  renewed = 0;
  faults = new Map();
  hold = null;
});

/** Keeps sampling from going on until it is called. */
function stopSampling(): () => void {
  let go: () => void = () => {};
  hold = new Promise((resolve) => (go = resolve));
  return () => {
    hold = null;
    go();
  };
}

describe('a run', () => {
  it('shows what it does, is in the store, and gives its lock back', async () => {
    const run = newRun();
    expect([run.status.value, await store.listRuns()]).toEqual(['idle', []]);
    run.resume();
    expect(run.status.value).toBe('running');
    await becomes(run, 'done');
    expect(run.steps.value.map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(run.rollouts.value.map(({ step }) => step)).toEqual([3, 3]);
    expect(Object.keys(run.tasks.value)).toEqual(['one']);
    expect(run.capabilities.value).toEqual({ train: false, swapReward: false, changeSettings: false });
    expect(await store.listRuns()).toMatchObject([
      { id: run.id, status: 'finished', device: 'wasm, 2 threads' },
    ]);
    expect(held.size).toBe(0);
    run.resume();
    expect(run.status.value).toBe('done');
  });

  it('takes one step at a time, and goes on from there', async () => {
    const run = newRun();
    run.step();
    await becomes(run, 'paused');
    expect([run.steps.value.length, held.size]).toEqual([1, 0]);
    run.resume();
    await becomes(run, 'done');
    expect(run.steps.value).toHaveLength(3);
  });

  it('goes on with other settings from the next step on, and shows what changed', async () => {
    const run = newRun();
    run.step();
    await becomes(run, 'paused');
    run.changeSettings({ learningRate: 1e-3 });
    run.changeSettings({ beta: 0.5 });
    expect(() => run.changeSettings({ temperature: 0 })).toThrow('temperature must be at least');
    const settings = { learningRate: 1e-3, beta: 0.5 };
    expect([run.nextSettings.value, run.changes.value]).toEqual([settings, []]);
    run.resume();
    await becomes(run, 'done');
    const change = { step: 1, settings };
    expect([run.nextSettings.value, run.changes.value]).toEqual([null, [change]]);
    expect(run.config.changes).toEqual([change]);
    expect(run.steps.value.map(({ metrics }) => metrics['learning_rate'])).toEqual([1e-4, 1e-3, 1e-3]);
    const [record] = await store.listRuns();
    const stored = new TrainedRun(record!, options());
    await stored.load();
    expect(stored.changes.value).toEqual([change]);
    run.changeSettings({ beta: 0 });
    expect(run.nextSettings.value).toBe(null);
  });

  it('is as it was before where it could not begin', async () => {
    const run = new TrainedRun(config, {
      ...options(),
      lend: () => Promise.reject(new Error('A file is missing.')),
    });
    run.resume();
    await becomes(run, 'idle');
    expect(news).toMatchObject([{ kind: 'failed', kept: false }]);
    expect([await store.listRuns(), held.size, renewed]).toEqual([[], 0, 1]);
  });

  it('goes on by itself when its device was lost, and is kept when something else fails', async () => {
    const lost = new Error('The device was lost.');
    lost.name = 'DeviceLostError';
    faults = new Map([[2, lost], [3, new Error('A bug.')]]); // prettier-ignore
    const run = newRun();
    run.resume();
    await becomes(run, 'paused');
    expect(news.map(({ kind }) => kind)).toEqual(['opened', 'recovering', 'opened', 'failed']);
    expect(news.at(-1)).toMatchObject({ kept: true });
    expect([renewed, held.size]).toEqual([2, 0]);
    expect((await store.listRuns())[0]?.status).toBe('failed');
    run.resume();
    await becomes(run, 'done');
    expect(run.steps.value.map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  it('is not trained where another tab trains it', async () => {
    const run = newRun();
    held.add(`run:${run.id}`);
    run.resume();
    await becomes(run, 'idle');
    expect(news).toEqual([{ kind: 'held elsewhere' }]);
  });
});

describe('a run that goes phase by phase', () => {
  const holds = async (run: TrainedRun): Promise<void> => {
    await vi.waitFor(() => expect(run.status.value).toBe('holding'), 5000);
  };

  it('holds before each phase, tells what the last one came to, and has the numbers of any other', async () => {
    const usual = newRun();
    usual.step();
    await becomes(usual, 'paused');
    const run = newRun();
    const seen: (string | undefined)[] = [];
    run.phaseByPhase();
    while (run.steps.value.length === 0) {
      await vi.waitFor(() => expect(['holding', 'paused']).toContain(run.status.value), 5000);
      seen.push(run.phase.value.phase ?? undefined);
      if (run.status.value === 'holding') run.phaseByPhase();
    }
    await becomes(run, 'paused');
    expect(seen.filter((phase, i) => phase !== seen[i - 1]).slice(0, 5)).toEqual([
      'eval',
      'sample',
      'execute',
      'score',
      undefined,
    ]);
    expect(run.phase.value.found?.phase).toBe('update');
    expect(run.rollouts.value).toEqual(usual.rollouts.value);
  });

  it('counts no time of a step in which it was held', async () => {
    const run = newRun();
    const begun = performance.now();
    let held = 0;
    run.phaseByPhase();
    while (run.steps.value.length === 0) {
      await vi.waitFor(() => expect(['holding', 'paused']).toContain(run.status.value), 5000);
      const from = performance.now();
      await new Promise((done) => setTimeout(done, 30));
      if (run.status.value !== 'holding') continue;
      held += performance.now() - from;
      run.phaseByPhase();
    }
    const seconds = (performance.now() - begun - held) / 1000;
    expect(run.steps.value[0]!.metrics['step_time']!).toBeLessThanOrEqual(seconds);
  });

  it('can go on, be stopped at once, or end its step', async () => {
    const [first, second, third] = [newRun(1), newRun(2), newRun(3)];
    first.phaseByPhase();
    await holds(first);
    first.resume();
    await becomes(first, 'done');
    second.phaseByPhase();
    await holds(second);
    second.cancel();
    await becomes(second, 'paused');
    third.phaseByPhase();
    await holds(third);
    third.pause();
    await becomes(third, 'paused');
    expect([second.steps.value.length, third.steps.value.length]).toEqual([0, 1]);
    expect(held.size).toBe(0);
  });
});

describe('two runs', () => {
  it.each<['done' | 'pause' | 'cancel', HandleStatus]>([
    ['done', 'done'],
    ['pause', 'paused'],
    ['cancel', 'paused'],
  ])('wait for each other: the second starts when the first is %s', async (end, status) => {
    const go = stopSampling();
    const [first, second] = [newRun(1), newRun(2)];
    first.resume();
    second.resume();
    await vi.waitFor(() => expect(first.phase.value.phase).toBe('sample'), 5000);
    expect([first.status.value, second.status.value]).toEqual(['running', 'queued']);
    if (end === 'pause') first.pause();
    if (end === 'cancel') first.cancel();
    expect(first.status.value).toBe(end === 'pause' ? 'pausing' : 'running');
    expect(second.status.value).toBe('queued');
    go();
    await becomes(second, 'done');
    expect(first.status.value).toBe(status);
    expect(held.size).toBe(0);
  });

  it('need not both be trained: one that waits can be called off', async () => {
    const go = stopSampling();
    const [first, second] = [newRun(1), newRun(2)];
    first.resume();
    second.resume();
    second.pause();
    expect(second.status.value).toBe('idle');
    go();
    await becomes(first, 'done');
    expect(await store.listRuns()).toHaveLength(1);
  });

  it('can be looked at while one trains, and gone on with afterwards', async () => {
    const before = newRun(1);
    before.step();
    await becomes(before, 'paused');
    const go = stopSampling();
    const training = newRun(2);
    training.resume();
    await vi.waitFor(() => expect(training.phase.value.phase).toBe('sample'), 5000);
    const record = (await store.listRuns()).find(({ id }) => id === before.id)!;
    const stored = new TrainedRun(record, options());
    await stored.load();
    expect(stored.status.value).toBe('paused');
    expect(stored.steps.value).toEqual(before.steps.value);
    expect(stored.rollouts.value).toEqual(before.rollouts.value);
    expect(Object.keys(stored.tasks.value)).toEqual(['one']);
    expect(training.status.value).toBe('running');
    stored.resume();
    expect(stored.status.value).toBe('queued');
    go();
    await becomes(stored, 'done');
    expect([training.status.value, stored.steps.value.length]).toEqual(['done', 3]);
  });
});
