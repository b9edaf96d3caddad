/** Shell of the reward model: its own engines, apart from the policy. */
import * as Comlink from 'comlink';
import {
  isLarge,
  type NamedTensors,
  type ParameterLayout,
  parameterLayout,
  unpackWeights,
} from '../src/model/parameters.ts';
import { type PolicyShape, specOf } from '../src/model/policy-shape.ts';
import type { LoadedModel } from '../src/model/sources/source.ts';
import { ScoreCache } from '../src/reward/cache.ts';
import {
  type PairScores,
  type RatedScores,
  type RatedTokens,
  Scorer,
  type TokenPair,
} from '../src/reward/scorer.ts';
import { REWARD_BATCH } from '../src/rl/memory.ts';
import type { BradleyTerrySettings, QualityLoss } from '../src/programs/score.ts';
import { checkVocabulary } from '../src/reward/train.ts';
import type { OptimizerState } from '../src/host/host.ts';
import { RuntimeError } from '../src/runtime/runtime.ts';
import { encodeOpened, loadTokenizer, type Tokenizer } from '../src/model/tokenizer/index.ts';
import { engineBytesFor, openHost } from './host.ts';

/** Texts per run, of a small model. */
const MICRO_BATCH = 16;
/** Several steps of a run with all their completions. */
const CACHED_TEXTS = 8192;

let scorer: Scorer | null = null;
let microBatch = MICRO_BATCH;
let tokenizer: Tokenizer | null = null;
const cache = new ScoreCache(CACHED_TEXTS);

function started(): Scorer {
  if (!scorer) throw new RuntimeError('The reward worker was used before it was started.');
  return scorer;
}

/** Unbounded scores of texts of prompt and reasoning. */
const raw = (texts: readonly string[]): Promise<number[]> =>
  cache.score(texts, (missing) =>
    started().score(
      missing.map((text) => encodeOpened(tokenizer!, text)),
      microBatch,
    ),
  );

/** All but what a policy makes of its last rows, which a reward model has no place for. */
const bodyOf = (layout: ParameterLayout, weights: Float32Array): NamedTensors =>
  new Map([...unpackWeights(layout, weights)].filter(([name]) => name !== 'lm_head.weight'));

const api = {
  /** The shipped model is scored faster on WASM than a GPU is reached, so the device is always that. */
  async start(shape: PolicyShape, tokenizerJson: unknown, cores?: number): Promise<void> {
    const { config } = shape;
    tokenizer = loadTokenizer(tokenizerJson, config);
    checkVocabulary(tokenizer, config);
    microBatch = isLarge(config) ? REWARD_BATCH : MICRO_BATCH;
    const { host } = await openHost('wasm', { threads: cores, engineBytes: engineBytesFor(config) });
    scorer = new Scorer(host, specOf(shape));
  },
  /** The weights beside which factors are trained: those of a policy, which may be read by others at the same time. */
  loadBase: ({ config, weights }: LoadedModel): Promise<void> =>
    started().loadFrozen(bodyOf(parameterLayout(config), weights)),
  async load(state: OptimizerState): Promise<void> {
    await started().load(state);
    cache.clear();
  },
  snapshot: (): Promise<OptimizerState> => started().snapshot(),
  /** Raw score of each text of prompt and reasoning. */
  scoreRaw: raw,
  /** Tokens of each text. */
  lengths: (texts: readonly string[]): number[] => texts.map((text) => encodeOpened(tokenizer!, text).length),
  scoreTokens: (texts: readonly (readonly number[])[]): Promise<number[]> =>
    started().score(texts, microBatch),
  train: async (
    pairs: readonly TokenPair[],
    learningRate: number,
    atOnce: number,
    settings: BradleyTerrySettings,
  ): Promise<PairScores> => {
    const result = await started().train(pairs, learningRate, atOnce, settings);
    cache.clear();
    return result;
  },
  rate: async (
    texts: readonly RatedTokens[],
    learningRate: number,
    atOnce: number,
    loss: QualityLoss,
  ): Promise<RatedScores> => {
    const result = await started().rate(texts, learningRate, atOnce, loss);
    cache.clear();
    return result;
  },
};

export type RewardApi = typeof api;

Comlink.expose(api);
