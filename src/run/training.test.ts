import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import type { SampleRequest } from '../rl/policy.ts';
import type { Rollout, TrainConfig, TrainEvent } from '../rl/types.ts';
import { freshState, type OptimizerState } from '../host/host.ts';
import type { ScoreCalibration } from '../rl/scaling.ts';
import { openStore } from '../store/index.ts';
import { code } from '../domains/code/index.ts';
import { verificationOf } from '../domains/code/verifier.ts';
import type { Attempt, Split, Task } from '../domains/domain.ts';
import { verdictOf } from '../../tests/support/rollout.ts';
import { sameConfig } from './identity.ts';
import type { RewardSwap } from './reward-turns.ts';
import { recordsOf, runTraining } from './training.ts';

beforeAll(() => {
  type Work = (lock: object) => Promise<unknown>;
  vi.stubGlobal('navigator', {
    locks: { request: async (name: string, ...rest: unknown[]) => (rest.at(-1) as Work)({ name }) },
    storage: { estimate: async () => ({ usage: 0, quota: 1e9 }), persisted: async () => false },
  });
});

const letters = {
  encode: (text: string) => [...text].map((char) => char.codePointAt(0)!),
  decode: (ids: readonly number[]) => String.fromCodePoint(...ids),
  padId: 0,
  endId: 1,
  vocabSize: 0x110000,
  tokenAt: (id: number) => String.fromCodePoint(id),
};
const task = (id: string, split: Split, reference?: string): Task => ({
  id,
  family: 'other',
  split,
  prompt: `${id}\n`,
  ...(reference === undefined ? {} : { reference }),
});
const tasks = [task('one', 'train', 'rr'), task('two', 'train')];
const config: TrainConfig = {
  ...DEFAULT_CONFIG,
  steps: 4,
  promptsPerStep: 2,
  groupSize: 2,
  evalEvery: 0,
  evalTasks: 1,
  checkpointEvery: 1,
};
const calibration: ScoreCalibration = { low: -1, high: 3, anchor: 0.5, texts: 9 };

/** Everything but the arithmetic of a run: completions of growing length, scored by their reasoning's length. */
async function world(name: string) {
  const store = await openStore(name, () => {});
  const rollouts: Rollout[] = [];
  const asked: string[] = [];
  const turns: (readonly { readonly step: number; readonly name: string }[])[] = [];
  /** The first weight of the reward model in use is added to its scores. */
  let offset = 0;
  let state: OptimizerState = freshState(new Float32Array(2));
  const text = (i: number) => `<think>${'r'.repeat(i % 2 === 0 ? 1 : 3)}</think><answer>p</answer>`;
  const ports = {
    policy: {
      sample: async ({ prompts, group }: SampleRequest) =>
        prompts.flatMap((_, p) =>
          Array.from({ length: group }, (__, i) => {
            const tokens = [...letters.encode(text(p * group + i)), 1];
            return {
              tokens,
              logprobs: tokens.map(() => -1),
              entropies: tokens.map(() => 1),
              truncated: false,
            };
          }),
        ),
      logprobs: async () => [],
      update: async () => ({
        loss: 0,
        gradNorm: 0,
        clipped: { low: 0, high: 0, dual: 0 },
        samplingDifference: { mean: 0, max: 0 },
      }),
    },
    reward: {
      load: async ({ parameters }: OptimizerState) => void (offset = parameters[0]!),
      scoreRaw: async (texts: readonly string[]) => {
        asked.push(...texts);
        return texts.map((one) => one.split('<think>')[1]!.split('</think>')[0]!.length + offset);
      },
    },
    domain: code,
    verifier: {
      verify: async (attempts: readonly Attempt[]) =>
        attempts.map(() => verificationOf(verdictOf('pass', 0, 0), 0)),
    },
    tokenizer: letters,
    tasks: { train: tasks, heldOut: [task('three', 'held-out')] },
    emit: (event: TrainEvent) => {
      if (event.type === 'step') rollouts.push(...event.rollouts);
      if (event.type === 'reward-model') turns.push(event.turns);
    },
  };
  const weights = {
    load: async (next: OptimizerState) => void (state = next),
    snapshot: async () => structuredClone(state),
    loadReference: async () => {},
  };
  const run = async (
    settings: TrainConfig,
    runId: string | null,
    pauseAt: number,
    known: ScoreCalibration | null,
    swapReward: () => RewardSwap | null = () => null,
  ) => {
    const id = runId ?? (await store.createRun(settings, 'test')).id;
    rollouts.length = 0;
    await runTraining({
      runId: id,
      config: settings,
      start: { policy: new Float32Array(2), reward: new Float32Array(2), calibration: known },
      ports,
      weights,
      rewardWeights: ports.reward,
      store,
      signal: new AbortController().signal,
      pauseAfter: (step) => step === pauseAt,
      swapReward,
    });
    return { id, thinking: rollouts.map(({ taskId, rewards }) => [taskId, rewards.thinking] as const) };
  };
  return { store, run, asked, turns };
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const ofTask = (thinking: readonly (readonly [string, number])[], id: string): number[] =>
  thinking.filter(([taskId]) => taskId === id).map(([, value]) => value);

describe('the records of a run', () => {
  it('have the metrics of the gate from their rollouts where they were stored without', async () => {
    const { run, store } = await world('records');
    const { id } = await run({ ...config, steps: 1, gate: 'outcome' }, null, 0, null);
    const [record] = await store.steps(id);
    if (!record) throw new Error('no record');
    expect(record.metrics['gate/withheld_share']).toBe(1);
    const { 'gate/ungated_inversions': _, ...older } = record.metrics;
    const rollouts = await store.rollouts(id, 1);
    await store.appendStep(id, { step: 1, metrics: { ...older, 'gate/withheld_share': 0.25 } }, rollouts);
    expect((await recordsOf(store, id)).steps).toEqual([record]);
    // Nothing is made up where the rollouts are gone.
    await store.appendStep(id, { step: 1, metrics: { 'gate/withheld_share': 0.25 } }, []);
    expect((await recordsOf(store, id)).steps[0]?.metrics).toEqual({ 'gate/withheld_share': 0.25 });
  });
});

describe('how scores become thinking rewards in a run', () => {
  it('is the sigmoid unless another is asked for', async () => {
    const { run } = await world('a');
    const { thinking } = await run({ ...config, steps: 1 }, null, 0, null);
    expect(thinking.map(([, value]) => value)).toEqual([1, 3, 1, 3].map(sigmoid));
  });

  it('can be the rank, the calibrated range, or the distance from the task’s reference', async () => {
    const { run, asked } = await world('b');
    const once = (rewardScaling: NonNullable<TrainConfig['rewardScaling']>) =>
      run({ ...config, steps: 1, rewardScaling }, null, 0, calibration);
    expect((await once('rank')).thinking.map(([, value]) => value)).toEqual([0, 1, 0, 1]);
    expect((await once('min-max')).thinking.map(([, value]) => value)).toEqual([0.5, 1, 0.5, 1]);
    expect(asked.some((text) => text.includes('<think>rr</think>'))).toBe(false);
    const { thinking } = await once('reference');
    expect(asked).toContain('one\n<think>rr</think>');
    expect(ofTask(thinking, 'one')).toEqual([sigmoid(-1), sigmoid(1)]);
    // No reference is known for the other task: the stored anchor stands in.
    expect(ofTask(thinking, 'two')).toEqual([sigmoid(0.5), sigmoid(2.5)]);
  });

  it('stays what it was when the run goes on, whatever model is there now', async () => {
    const { run, store } = await world('c');
    const settings: TrainConfig = { ...config, rewardScaling: 'min-max' };
    const { id } = await run(settings, null, 2, calibration);
    const later = await run(settings, id, 0, { ...calibration, low: -100 });
    expect(later.thinking.map(([, value]) => value)).toEqual([0.5, 1, 0.5, 1, 0.5, 1, 0.5, 1]);
    expect((await store.loadCheckpoint(id))!.meta['scaling']).toEqual({ kind: 'min-max', low: -1, high: 3 });
  });

  it('is the sigmoid in a run that began before there was a choice', async () => {
    const { run, store } = await world('d');
    const { rewardScaling: _, ...old } = config;
    const { id } = await run(old, null, 2, null);
    const { step, parts, meta } = (await store.loadCheckpoint(id))!;
    const { scaling: __, ...without } = meta;
    await store.saveCheckpoint(id, { step, parts, meta: without });
    expect((await run(old, id, 0, calibration)).thinking[1]![1]).toBe(sigmoid(3));
    // Such a run is found again by today's settings.
    expect(sameConfig(old, config)).toBe(true);
    expect(sameConfig(old, { ...config, rewardScaling: 'rank' })).toBe(false);
  });

  it('is refused before a step is done where the model was never calibrated', async () => {
    const { run } = await world('e');
    await expect(run({ ...config, rewardScaling: 'min-max' }, null, 0, null)).rejects.toThrow(
      /no calibration/,
    );
  });
});

describe('another reward model', () => {
  const swap: RewardSwap = {
    id: 'model:reward-other',
    name: 'Other',
    weights: Float32Array.of(10, 0),
    calibration,
  };
  /** Offers the swap once, before the step after `before`. */
  const offered = (before: number, choice = swap) => {
    let asks = 0;
    return () => (asks++ === before ? choice : null);
  };

  it('scores from the next step on, and in the run that is resumed', async () => {
    const { run, store, turns } = await world('swap');
    const settings = { ...config, steps: 3, checkpointEvery: 0 };
    const { id, thinking } = await run(settings, null, 2, null, offered(1));
    const scores = [1, 3, 1, 3];
    expect(thinking.map(([, value]) => value)).toEqual(
      [...scores, ...scores.map((s) => s + 10)].map(sigmoid),
    );
    const turn = { step: 1, id: swap.id, name: 'Other' };
    expect(turns).toEqual([[], [turn]]);
    expect((await store.loadCheckpoint(id))!.meta['turns']).toEqual([turn]);
    const later = await run(settings, id, 0, null);
    expect(later.thinking.map(([, value]) => value)).toEqual(scores.map((s) => sigmoid(s + 10)));
    expect(turns.at(-1)).toEqual([turn]);
  });

  it('is kept at once: a run cut off right after it goes on with it', async () => {
    const { run, store } = await world('cut');
    const settings = { ...config, steps: 3, checkpointEvery: 0 };
    const begun = await store.createRun(settings, 'test');
    const cut = () => {
      throw new Error('cut off');
    };
    let asks = 0;
    const swapThenCut = () => (asks++ === 0 ? swap : cut());
    await expect(run(settings, begun.id, 0, null, swapThenCut)).rejects.toThrow('cut off');
    const { thinking } = await run(settings, begun.id, 0, null);
    expect(thinking.slice(0, 4).map(([, value]) => value)).toEqual([1, 3, 1, 3].map((s) => sigmoid(s + 10)));
  });

  it('brings its own calibration, and is refused without the one that the run needs', async () => {
    const { run, turns } = await world('calibrated');
    const settings: TrainConfig = { ...config, steps: 2, rewardScaling: 'min-max' };
    const wide = { ...swap, calibration: { ...calibration, low: 9, high: 13 } };
    const { thinking } = await run(settings, null, 0, calibration, offered(1, wide));
    expect(thinking.slice(4).map(([, value]) => value)).toEqual([0.5, 1, 0.5, 1]);
    const refused = await run(settings, null, 0, calibration, offered(1, { ...swap, calibration: null }));
    expect(refused.thinking.slice(4).map(([, value]) => value)).toEqual([0.5, 1, 0.5, 1]);
    expect(turns.at(-1)).toEqual([]);
  });
});
