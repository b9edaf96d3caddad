import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import type { PolicyBatch, SampleRequest, UpdateSettings } from '../rl/policy.ts';
import type { ConfigChange, LiveSettings, Rollout, TrainConfig, TrainEvent } from '../rl/types.ts';
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
import { letters } from '../../tests/support/letters.ts';

beforeAll(() => {
  type Work = (lock: object) => Promise<unknown>;
  vi.stubGlobal('navigator', {
    locks: { request: async (name: string, ...rest: unknown[]) => (rest.at(-1) as Work)({ name }) },
    storage: { estimate: async () => ({ usage: 0, quota: 1e9 }), persisted: async () => false },
  });
});

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
  /** Learning rate and β of every update. */
  const updates: [number, number][] = [];
  const changes: ConfigChange[] = [];
  /** First weight of every reference policy that was loaded. */
  const references: number[] = [];
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
      update: async (_: PolicyBatch, { learningRate, beta }: UpdateSettings) => {
        updates.push([learningRate, beta]);
        state = { ...state, parameters: state.parameters.map((weight) => weight + 1) };
        return {
          loss: 0,
          gradNorm: 0,
          clipped: { low: 0, high: 0, dual: 0 },
          samplingDifference: { mean: 0, max: 0 },
        };
      },
    },
    reward: {
      load: async ({ parameters }: OptimizerState) => void (offset = parameters[0]!),
      scoreRaw: async (texts: readonly string[]) => {
        asked.push(...texts);
        return texts.map((one) => one.split('<think>')[1]!.split('</think>')[0]!.length + offset);
      },
    },
    domain: code,
    prompting: code,
    verifier: {
      verify: async (attempts: readonly Attempt[]) =>
        attempts.map(() => verificationOf(verdictOf('pass', 0, 0), 0)),
    },
    tokenizer: letters,
    tasks: { train: tasks, heldOut: [task('three', 'held-out')] },
    emit: (event: TrainEvent) => {
      if (event.type === 'step') rollouts.push(...event.rollouts);
      if (event.type === 'reward-model') turns.push(event.turns);
      if (event.type === 'change') changes.push(event.change);
    },
  };
  const weights = {
    load: async (next: OptimizerState) => void (state = next),
    snapshot: async () => structuredClone(state),
    loadReference: async (parameters: Float32Array) => void references.push(parameters[0]!),
  };
  const run = async (
    settings: TrainConfig,
    runId: string | null,
    pauseAt: number,
    known: ScoreCalibration | null,
    swapReward: () => RewardSwap | null = () => null,
    changeSettings: () => Partial<LiveSettings> | null = () => null,
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
      changeSettings,
    });
    return {
      id,
      thinking: rollouts.map(({ taskId, rewards }) => [taskId, rewards.thinking] as const),
      rollouts: [...rollouts],
    };
  };
  return { store, run, asked, turns, updates, changes, references };
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

describe('settings that change while a run trains', () => {
  /** Asks for the settings once, before the step after `before`. */
  const once = (before: number, settings: Partial<LiveSettings>) => {
    let asks = 0;
    return () => (asks++ === before ? settings : null);
  };
  const none = () => null;
  const settings = { ...config, steps: 4, checkpointEvery: 0 };
  const change = { learningRate: 1e-3, gate: 'outcome', beta: 0.5 } as const;

  it('hold from the next step on and are part of the run, which a repeat then does again', async () => {
    const { run, store, updates, changes } = await world('change');
    const { id, rollouts } = await run(settings, null, 0, null, none, once(2, change));
    expect(updates).toEqual([[1e-4, 0], [1e-4, 0], [1e-3, 0.5], [1e-3, 0.5]]); // prettier-ignore
    const totals = rollouts.map(({ reward }) => reward);
    expect(totals.slice(0, 8).every((reward) => reward > 2)).toBe(true);
    expect(totals.slice(8)).toEqual(Array(8).fill(2));
    expect(changes).toEqual([{ step: 2, settings: change }]);
    const [record] = await store.listRuns();
    expect(record!.config.changes).toEqual(changes);
    expect((await store.steps(id)).map(({ metrics }) => metrics['learning_rate'])).toEqual([
      1e-4, 1e-4, 1e-3, 1e-3,
    ]);
    const again = await run(record!.config, null, 0, null);
    expect(again.rollouts).toEqual(rollouts);
    expect(updates.slice(4)).toEqual(updates.slice(0, 4));
    expect(changes).toHaveLength(2);
    expect(sameConfig(record!.config, settings)).toBe(false);
  });

  it('are made where they were made when the run is resumed from before', async () => {
    const { run, store, updates } = await world('change and cut');
    const begun = await store.createRun({ ...settings, checkpointEvery: 2 }, 'test');
    let asks = 0;
    const cut = () => {
      if (asks++ === 3) return change;
      if (asks > 4) throw new Error('cut off');
      return null;
    };
    await expect(
      run({ ...settings, steps: 6, checkpointEvery: 3 }, begun.id, 0, null, none, cut),
    ).rejects.toThrow('cut off');
    const kept = (await store.listRuns())[0]!.config;
    expect(kept.changes).toEqual([{ step: 3, settings: change }]);
    updates.length = 0;
    await run(kept, begun.id, 0, null);
    expect(updates).toEqual([[1e-3, 0.5], [1e-3, 0.5], [1e-3, 0.5]]); // prettier-ignore
  });

  it('are no change where they hold already', async () => {
    const { run, store, changes } = await world('no change');
    await run(settings, null, 0, null, none, once(1, { learningRate: 1e-4, gate: 'posterior' }));
    expect(changes).toEqual([]);
    expect((await store.listRuns())[0]!.config.changes).toEqual([]);
  });
});

describe('a reference policy that follows', () => {
  it('moves by its share every so many steps, and stands in the checkpoint', async () => {
    const { run, store, references } = await world('sync');
    const settings = {
      ...config,
      steps: 5,
      syncRefModel: true,
      refModelSyncSteps: 2,
      refModelMixupAlpha: 0.5,
    };
    const { id } = await run(settings, null, 3, null);
    // The weights are 2 after two updates, and half of that is mixed in.
    expect(references).toEqual([0, 1]);
    expect((await store.loadCheckpoint(id))!.parts['reference']![0]).toBe(1);
    await run(settings, id, 0, null);
    // Taken up at 1, then ½·1 + ½·4.
    expect(references).toEqual([0, 1, 1, 2.5]);
  });
});

describe('a curriculum', () => {
  it('remembers how the tasks went, in the checkpoint, too', async () => {
    const { run, store } = await world('curriculum');
    const settings: TrainConfig = { ...config, steps: 2, curriculum: 'pass-rate' };
    const { id } = await run(settings, null, 1, null);
    expect((await store.loadCheckpoint(id))!.meta['passCounts']).toEqual({
      one: { passes: 2, attempts: 2 },
      two: { passes: 2, attempts: 2 },
    });
    await run(settings, id, 0, null);
    expect((await store.loadCheckpoint(id))!.meta['passCounts']).toEqual({
      one: { passes: 3, attempts: 3 },
      two: { passes: 3, attempts: 3 },
    });
  });
});
