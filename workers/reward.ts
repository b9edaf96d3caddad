/** Shell of the reward model: its own engines, apart from the policy. */
import * as Comlink from 'comlink';
import type { ModelConfig } from '../src/model/config.ts';
import { Scorer, toThinkingReward, type PairScores, type TokenPair } from '../src/reward/scorer.ts';
import type { BradleyTerrySettings } from '../src/reward/score-graph.ts';
import type { OptimizerState } from '../src/runtime/host.ts';
import { openHost } from '../src/runtime/open-host.ts';
import { RuntimeError } from '../src/runtime/runtime.ts';
import { loadTokenizer, type Tokenizer } from '../src/tokenizer/index.ts';

/** Texts per run. */
const MICRO_BATCH = 16;

let scorer: Scorer | null = null;
let tokenizer: Tokenizer | null = null;

function started(): Scorer {
  if (!scorer) throw new RuntimeError('The reward worker was used before it was started.');
  return scorer;
}

const api = {
  /** A model this small is scored faster on WASM than a GPU is reached, so the device is always that. */
  async start(config: ModelConfig, tokenizerJson: unknown): Promise<void> {
    scorer = new Scorer((await openHost('wasm')).host, config);
    tokenizer = loadTokenizer(tokenizerJson);
  },
  load: (state: OptimizerState): Promise<void> => started().load(state),
  snapshot: (): Promise<OptimizerState> => started().snapshot(),
  /** R_t in (0, 1) of each text of prompt and reasoning. */
  async score(texts: readonly string[]): Promise<number[]> {
    const ids = texts.map((text) => tokenizer!.encode(text));
    return (await started().score(ids, MICRO_BATCH)).map(toThinkingReward);
  },
  scoreTokens: (texts: readonly (readonly number[])[]): Promise<number[]> =>
    started().score(texts, MICRO_BATCH),
  train: (
    pairs: readonly TokenPair[],
    learningRate: number,
    microBatch: number,
    settings: BradleyTerrySettings,
  ): Promise<PairScores> => started().train(pairs, learningRate, microBatch, settings),
};

export type RewardApi = typeof api;

Comlink.expose(api);
