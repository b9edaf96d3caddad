import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat, evaluateNamed, type NdArray, reshape, sizeOf, type Tensor } from '../graph/index.ts';
import type { ModelConfig } from '../model/config.ts';
import { gradientName, initialWeights, parameterLayout } from '../model/parameters.ts';
import { Random } from '../random.ts';
import { LocalHost } from '../host/local-host.ts';
import { buildProgram } from '../programs/index.ts';
import type { Outputs } from '../runtime/runtime.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';
import { starterTasks } from '../domains/code/starter/index.ts';
import { DEFAULT_MIX, EXACT, type ExactMix } from './pairs/exact.ts';
import type { Dimension, ImportedPair } from './pairs/types.ts';
import { mixOver } from './recipe.ts';
import { buildBradleyTerry, buildQuality } from '../programs/score.ts';
import { differing, type PairScores, type RatedScores, Scorer } from './scorer.ts';
import {
  checkVocabulary,
  evaluatePairs,
  fittingPairs,
  fixedPairs,
  freshPairs,
  qualitiesOf,
  RewardDivergedError,
  RewardModelError,
  type RewardProgress,
  type RewardSettings,
  type RewardTrainingPort,
  startFromPolicy,
  startFromScratch,
  trainReward,
} from './train.ts';

const config: ModelConfig = {
  family: 'llama',
  vocabulary: 128,
  width: 16,
  layers: 1,
  heads: 2,
  kvHeads: 2,
  headWidth: 8,
  hidden: 32,
  maxPositions: 64,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
  tied: true,
  head: 'score',
  padId: 0,
  endIds: [1],
};
const letters = {
  opening: '',
  encode: (text: string) => [...text].map((char) => char.charCodeAt(0) % 128),
  vocabSize: 128,
};

/** The better text has a letter that the worse one lacks, wherever it stands. */
function letterPairs(count: number, seed: number): ImportedPair[] {
  const random = new Random(seed, 0, 'letters');
  return Array.from({ length: count }, () => {
    const words = Array.from({ length: 6 }, () => random.pick([...'abcd']));
    const at = random.int(6);
    return {
      prompt: '',
      chosen: words.with(at, 'z').join(''),
      rejected: words.join(''),
      dimension: 'logical rigor' as const,
    };
  });
}

const settings: RewardSettings = {
  seed: 1,
  objective: { kind: 'pairs', margin: 0, centering: 0.01, dense: 0 },
  steps: 40,
  batch: 8,
  microBatch: 4,
  learningRate: 1e-2,
  evaluateEvery: 10,
  patience: 0,
};

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

function port(): RewardTrainingPort {
  const scorer = new Scorer(new LocalHost(createRuntime(ort, 'wasm', 1), buildProgram), { config });
  return {
    load: (state) => scorer.load(state),
    snapshot: () => scorer.snapshot(),
    train: (...call) => scorer.train(...call),
    rate: (...call) => scorer.rate(...call),
    scoreTokens: (texts) => scorer.score(texts, 4),
  };
}

const train = (change: Partial<RewardSettings>, report: (progress: RewardProgress) => void = () => {}) => {
  const own = port();
  const outcome = trainReward(
    own,
    letters,
    startFromScratch(config, 3),
    fixedPairs(letterPairs(64, 1), 1),
    letterPairs(24, 2),
    { ...settings, ...change },
    report,
  );
  return { own, outcome };
};

const layout = parameterLayout(config);

/** A flat vector as inputs of a graph. */
const tensorsOf = (flat: Float64Array): Record<string, NdArray> =>
  Object.fromEntries(
    layout.trainable.map(({ name, shape, offset }) => [
      name,
      { shape, data: flat.subarray(offset, offset + sizeOf(shape)) },
    ]),
  );

/** All gradients in the layout's order. */
const gradientOf = (outputs: Outputs): Tensor =>
  concat(
    layout.trainable.map(({ name, shape }) => reshape(outputs[gradientName(name)]!, [sizeOf(shape)])),
    0,
  );

describe('trainReward', () => {
  it('learns what makes the better text better, and says so under TRL’s names', async () => {
    const steps: RewardProgress[] = [];
    const { own, outcome } = train({}, (progress) => steps.push(progress));
    const { metrics, weights, keptStep } = await outcome;
    expect(metrics['eval/accuracy']).toBe(1);
    expect(metrics['eval/accuracy/logical rigor']).toBe(1);
    expect(steps).toHaveLength(40);
    expect(steps[0]!.metrics['loss']).toBeCloseTo(Math.LN2, 5);
    expect(steps.at(-1)!.metrics['loss']!).toBeLessThan(0.2);
    for (const name of ['accuracy', 'margin', 'min_reward', 'mean_reward', 'max_reward', 'learning_rate'])
      expect(Number.isFinite(steps[5]!.metrics[name])).toBe(true);
    expect(steps.filter(({ metrics: m }) => 'eval/accuracy' in m)).toHaveLength(4);
    // The port is left with the weights that were kept.
    expect((await own.snapshot()).parameters).toEqual(weights);
    expect(keptStep % 10).toBe(0);
    expect((await evaluatePairs(own.scoreTokens, letters, letterPairs(30, 9))).accuracy).toBe(1);
  });

  it('learns from every token that differs', async () => {
    const dense = await train({ objective: { kind: 'pairs', margin: 0, centering: 0.01, dense: 1 } }).outcome;
    expect(dense.metrics['eval/accuracy']).toBe(1);
    // At a zero head each of the two comparisons costs ln 2.
    const steps: RewardProgress[] = [];
    await train({ objective: { kind: 'pairs', margin: 0, centering: 0, dense: 0.5 }, steps: 1 }, (progress) =>
      steps.push(progress),
    ).outcome;
    expect(steps[0]!.metrics['loss']).toBeCloseTo(1.5 * Math.LN2, 5);
  });

  it.each(['mse', 'bce'] as const)('learns from qualities by %s as well', async (loss) => {
    const { metrics } = await train({ objective: { kind: 'scores', loss }, steps: 60 }).outcome;
    expect(metrics['eval/accuracy']).toBe(1);
  });

  it('gives the same weights for the same seed, and others for another', async () => {
    const [a, b] = await Promise.all([train({ steps: 5 }).outcome, train({ steps: 5 }).outcome]);
    expect(a.weights).toEqual(b.weights);
    const other = await trainReward(
      port(),
      letters,
      startFromScratch(config, 3),
      fixedPairs(letterPairs(64, 1), 2),
      [],
      { ...settings, steps: 5 },
      () => {},
    );
    expect(other.weights).not.toEqual(a.weights);
  });

  it('stops when the accuracy no longer rises', async () => {
    const { steps, stoppedEarly, keptStep } = await train({ steps: 400, patience: 2 }).outcome;
    expect(stoppedEarly).toBe(true);
    expect(steps).toBeLessThan(200);
    expect(keptStep).toBeLessThanOrEqual(steps);
  });

  it('stops at once when told to', async () => {
    const abort = new AbortController();
    const training = trainReward(
      port(),
      letters,
      startFromScratch(config, 3),
      fixedPairs(letterPairs(8, 1), 1),
      [],
      settings,
      ({ step }) => {
        if (step === 2) abort.abort();
      },
      abort.signal,
    );
    await expect(training).rejects.toThrow(/abort/i);
  });

  it.each([
    ['loss', { loss: NaN, chosen: [0], rejected: [0] }],
    ['score', { loss: 1, chosen: [Infinity], rejected: [0] }],
  ])('refuses a %s that is no number', async (_, result: PairScores) => {
    const broken = { ...port(), train: async () => result };
    const training = trainReward(
      broken,
      letters,
      startFromScratch(config, 3),
      fixedPairs(letterPairs(8, 1), 1),
      [],
      settings,
      () => {},
    );
    await expect(training).rejects.toThrow(RewardDivergedError);
  });

  it('refuses NaN scores in the baseline too', async () => {
    const result: RatedScores = { loss: 1, scores: Array.from({ length: 16 }, () => NaN) };
    const training = trainReward(
      { ...port(), rate: async () => result },
      letters,
      startFromScratch(config, 3),
      fixedPairs(letterPairs(8, 1), 1),
      [],
      { ...settings, objective: { kind: 'scores', loss: 'mse' } },
      () => {},
    );
    await expect(training).rejects.toThrow(/score was not a finite number/);
  });
});

describe('scoring', () => {
  it('gives each text the score that training sees, however long its neighbours are', async () => {
    const own = port();
    const weights = startFromScratch(config, 3).map(
      (weight, i, all) => weight + (i < all.length - 16 ? 0 : 0.3),
    );
    await own.load({
      parameters: weights,
      momentum: weights.map(() => 0),
      variance: weights.map(() => 0),
      updates: 0,
    });
    const texts = [4, 16, 17, 9].map((length, i) => Array.from({ length }, (_, t) => (7 * t + 3 * i) % 100));
    const scores = await own.scoreTokens(texts);
    const rest = { margin: 0, centering: 0, dense: 0 };
    const pairs = [0, 2].map((i) => ({ chosen: texts[i]!, rejected: texts[i + 1]! }));
    const seen = await own.train(pairs, 0, 2, rest);
    expect(new Set(scores.map((score) => score.toFixed(3))).size).toBe(4);
    [seen.chosen[0], seen.rejected[0], seen.chosen[1], seen.rejected[1]].forEach((score, i) =>
      expect(scores[i]!).toBeCloseTo(score!, 4),
    );
  });
});

describe('pair sources', () => {
  it('draw the same for the same step, whatever was asked before', () => {
    const tasks = starterTasks().slice(0, 20);
    for (const source of [
      fixedPairs(letterPairs(50, 1), 4),
      freshPairs(EXACT, tasks, 4, () => DEFAULT_MIX),
    ]) {
      const third = source(3, 16);
      expect(third).toHaveLength(16);
      source(4, 16);
      expect(source(3, 16)).toEqual(third);
      expect(source(4, 16)).not.toEqual(third);
    }
    expect(() => fixedPairs([], 1)).toThrow(RangeError);
  });
});

describe('a curriculum', () => {
  const mixNamed = (name: string): ExactMix => ({ ...DEFAULT_MIX, operations: { [name]: 1 } });
  const [opening, later] = [mixNamed('opening'), mixNamed('later')];

  it('opens with its share of the steps, however many they are', () => {
    const at = mixOver({ kind: 'fresh', mix: later, opening: { share: 0.25, mix: opening } }, 8);
    expect([0, 1, 2, 7].map(at)).toEqual([opening, opening, later, later]);
    expect(mixOver({ kind: 'fresh', mix: later }, 8)(0)).toBe(later);
  });

  it('writes the pairs of the mix that a step asks for', () => {
    const only = (dimension: Dimension): ExactMix => ({
      ...DEFAULT_MIX,
      dimensions: { 'factual accuracy': 0, 'logical rigor': 0, 'logical coherence': 0, [dimension]: 1 },
    });
    const source = freshPairs(EXACT, starterTasks().slice(0, 20), 4, (step) =>
      only(step < 4 ? 'factual accuracy' : 'logical coherence'),
    );
    const dimensions = (step: number) =>
      new Set(
        source(step, 16).flatMap(({ kind, dimension }) => (kind === 'optimized>original' ? [] : [dimension])),
      );
    expect(dimensions(3)).toEqual(new Set(['factual accuracy']));
    expect(dimensions(4)).toEqual(new Set(['logical coherence']));
  });
});

describe('comparing at every token', () => {
  it('weighs the tokens from the first that differs to the end of the shorter text', () => {
    const weights = (chosen: number[], rejected: number[]) => [...differing([{ chosen, rejected }], 6)];
    expect(weights([1, 2, 3, 4], [1, 2, 5, 4])).toEqual([0, 0, 0.5, 0.5, 0, 0]);
    expect(weights([1, 2, 3, 4, 5], [1, 9])).toEqual([0, 1, 0, 0, 0, 0]);
    expect(weights([1, 2, 3], [1, 2])).toEqual([0, 1, 0, 0, 0, 0]);
    expect(weights([1, 2], [1, 2, 3])).toEqual([0, 1, 0, 0, 0, 0]);
  });

  it('is the loss of the formula, with the gradient of finite differences', () => {
    const graph = buildBradleyTerry(
      { config },
      { batch: 4, time: 4 },
      { margin: 0.1, centering: 0.02, dense: 0.7 },
    );
    const { size } = layout;
    const random = new Random(1, 0, 'weights');
    const parameters = Float64Array.from({ length: size }, () => 0.3 * random.normal());
    const ids = [5, 6, 7, 0, 9, 8, 7, 6, 5, 6, 3, 2, 9, 4, 7, 0];
    const last = [2, 7, 11, 14];
    const differs = [0, 0, 1, 0, 0, 0.5, 0.5, 0];
    const feeds = (data: Float64Array, at: readonly number[]) => ({
      ...tensorsOf(data),
      ids: { shape: [4, 4], data: Float64Array.from(ids) },
      last: { shape: [4], data: Float64Array.from(at) },
      differing: { shape: [2, 4], data: Float64Array.from(differs) },
      weight: { shape: [], data: Float64Array.of(0.5) },
    });
    const [loss, gradient] = evaluateNamed([graph.loss, gradientOf(graph)], feeds(parameters, last));
    // Scores of every token, read off by asking for each as if it were the last.
    const at = (t: number) => [
      ...evaluateNamed([graph.scores], feeds(parameters, [t, 4 + t, 8 + t, 12 + t]))[0]!.data,
    ];
    const scores = [0, 1, 2, 3].map(at);
    const softplus = (x: number) => Math.log1p(Math.exp(x));
    const pair = (i: number) => {
      const [high, low] = [scores[last[i]! % 4]![i]!, scores[last[i + 2]! % 4]![i + 2]!];
      const dense = [0, 1, 2, 3].map(
        (t) => differs[4 * i + t]! * softplus(scores[t]![i + 2]! - scores[t]![i]!),
      );
      return softplus(low - high + 0.1) + 0.02 * (high + low) ** 2 + 0.7 * dense.reduce((a, b) => a + b, 0);
    };
    expect(loss!.data[0]).toBeCloseTo((pair(0) + pair(1)) / 2, 10);
    const lossAt = (i: number, by: number) =>
      evaluateNamed([graph.loss], feeds(parameters.with(i, parameters[i]! + by), last))[0]!.data[0]!;
    for (const i of [7 * 16 + 3, 128 * 16 + 40, size - 3]) {
      const numeric = (lossAt(i, 1e-5) - lossAt(i, -1e-5)) / 2e-5;
      expect(gradient!.data[i]).toBeCloseTo(numeric, 7);
    }
  });
});

describe('what does not belong together', () => {
  it('is refused: vocabulary and shape', () => {
    expect(() => checkVocabulary({ vocabSize: config.vocabulary + 1 }, config)).toThrow(RewardModelError);
    // Rows without a token: many embeddings are padded to a round number.
    expect(() => checkVocabulary({ vocabSize: config.vocabulary - 1 }, config)).not.toThrow();
    expect(() => checkVocabulary(letters, config)).not.toThrow();
    expect(() => startFromPolicy(new Float32Array(10), config)).toThrow(/10 weights/);
  });

  it('starts from a policy’s body under a zero head', () => {
    const policy = initialWeights({ ...config, head: 'causal' }, 5);
    const start = startFromPolicy(policy, config);
    expect(start.subarray(0, policy.length)).toEqual(policy);
    expect(start.subarray(policy.length)).toEqual(new Float32Array(config.width));
    expect(() =>
      startFromPolicy(initialWeights({ ...config, head: 'causal', hidden: 48 }, 5), config),
    ).toThrow(RewardModelError);
  });

  it('leaves out pairs that the model cannot read whole', () => {
    const long = { prompt: 'x'.repeat(60), chosen: 'abc', rejected: 'd' };
    const { fitting, tooLong } = fittingPairs(letters, config, [...letterPairs(2, 1), long]);
    expect([fitting.length, tooLong]).toEqual([2, [2]]);
  });
});

describe('the baseline’s loss', () => {
  it('reads qualities off the kinds', () => {
    expect(qualitiesOf('optimized>original')).toEqual([1, 0.5]);
    expect(qualitiesOf('original>degraded')).toEqual([0.5, 0]);
    expect(qualitiesOf(undefined)).toEqual([1, 0]);
  });

  it.each(['mse', 'bce'] as const)(
    'is the %s of the formula, with the gradient of finite differences',
    (kind) => {
      const shape = { batch: 2, time: 4 };
      const graph = buildQuality({ config }, shape, kind);
      const { size } = layout;
      const random = new Random(1, 0, 'weights');
      const parameters = Float64Array.from({ length: size }, () => 0.3 * random.normal());
      const feeds = (data: Float64Array) => ({
        ...tensorsOf(data),
        ids: { shape: [2, 4], data: Float64Array.from([5, 6, 7, 0, 9, 8, 7, 6]) },
        last: { shape: [2], data: Float64Array.from([2, 7]) },
        targets: { shape: [2], data: Float64Array.from([0.5, 1]) },
        weight: { shape: [], data: Float64Array.of(0.5) },
      });
      const [loss, gradient, scores] = evaluateNamed(
        [graph.loss, gradientOf(graph), graph.scores],
        feeds(parameters),
      );
      const expected = [...scores!.data].map((s, i) => {
        const [y, p] = [[0.5, 1][i]!, 1 / (1 + Math.exp(-s))];
        return kind === 'mse' ? (p - y) ** 2 : -(y * Math.log(p) + (1 - y) * Math.log(1 - p));
      });
      expect(loss!.data[0]).toBeCloseTo((expected[0]! + expected[1]!) / 2, 10);
      const lossAt = (i: number, by: number) =>
        evaluateNamed([graph.loss], feeds(parameters.with(i, parameters[i]! + by)))[0]!.data[0]!;
      for (const i of [7 * 16 + 3, 128 * 16 + 40, size - 3]) {
        const numeric = (lossAt(i, 1e-5) - lossAt(i, -1e-5)) / 2e-5;
        expect(gradient!.data[i]).toBeCloseTo(numeric, 7);
      }
    },
  );
});
