/** Shell of the reward model: its own engines, apart from the policy. */
import * as Comlink from 'comlink';
import type { ModelConfig } from '../src/model/config.ts';
import { ScoreCache } from '../src/reward/cache.ts';
import {
  type PairScores,
  type RatedScores,
  type RatedTokens,
  Scorer,
  type TokenPair,
} from '../src/reward/scorer.ts';
import type { BradleyTerrySettings, QualityLoss } from '../src/programs/score.ts';
import { checkVocabulary } from '../src/reward/train.ts';
import type { OptimizerState } from '../src/host/host.ts';
import { RuntimeError } from '../src/runtime/runtime.ts';
import { loadTokenizer, type Tokenizer } from '../src/model/tokenizer/index.ts';
import { openHost } from './host.ts';

/** Texts per run. */
const MICRO_BATCH = 16;
/** Several steps of a run with all their completions. */
const CACHED_TEXTS = 8192;

let scorer: Scorer | null = null;
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
      missing.map((text) => tokenizer!.encode(text)),
      MICRO_BATCH,
    ),
  );

const api = {
  /** A model this small is scored faster on WASM than a GPU is reached, so the device is always that. */
  async start(config: ModelConfig, tokenizerJson: unknown, cores?: number): Promise<void> {
    tokenizer = loadTokenizer(tokenizerJson, config);
    checkVocabulary(tokenizer, config);
    scorer = new Scorer((await openHost('wasm', { threads: cores })).host, { config });
  },
  async load(state: OptimizerState): Promise<void> {
    await started().load(state);
    cache.clear();
  },
  snapshot: (): Promise<OptimizerState> => started().snapshot(),
  /** Raw score of each text of prompt and reasoning. */
  scoreRaw: raw,
  /** Tokens of each text. */
  lengths: (texts: readonly string[]): number[] => texts.map((text) => tokenizer!.encode(text).length),
  scoreTokens: (texts: readonly (readonly number[])[]): Promise<number[]> =>
    started().score(texts, MICRO_BATCH),
  train: async (
    pairs: readonly TokenPair[],
    learningRate: number,
    microBatch: number,
    settings: BradleyTerrySettings,
  ): Promise<PairScores> => {
    const result = await started().train(pairs, learningRate, microBatch, settings);
    cache.clear();
    return result;
  },
  rate: async (
    texts: readonly RatedTokens[],
    learningRate: number,
    microBatch: number,
    loss: QualityLoss,
  ): Promise<RatedScores> => {
    const result = await started().rate(texts, learningRate, microBatch, loss);
    cache.clear();
    return result;
  },
};

export type RewardApi = typeof api;

Comlink.expose(api);
