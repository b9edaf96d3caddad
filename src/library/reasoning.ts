/** What scores the reasoning of a run: a reward model, a function of the caller, or nothing. */
import type { ModelHost, OptimizerState } from '../host/host.ts';
import { encodeOpened } from '../model/tokenizer/index.ts';
import { Scorer } from '../reward/scorer.ts';
import type { RewardPort } from '../rl/trainer.ts';
import type { RewardWeightsPort } from '../run/training.ts';
import { checkKind, Model } from './models.ts';

/**
 * A reward model, or a function that scores a text of prompt and reasoning, `PROMPT<think>REASONING</think>`. A score is
 * any number; the setting `rewardScaling` says how it becomes R_t in [0, 1].
 */
export type ReasoningScore = Model | ((text: string) => number | Promise<number>);

export interface OpenReasoning extends RewardPort, RewardWeightsPort {
  /** Of the reward model; none for a function. */
  readonly weights: Float32Array;
  dispose(): Promise<void>;
}

/** Texts in one run of a reward model. */
const SCORE_BATCH = 16;

/** @throws ModelKindError for a policy */
export function openReasoning(score: ReasoningScore | undefined, open: () => ModelHost): OpenReasoning {
  if (score instanceof Model) return openModel(score, open);
  const none = {
    weights: new Float32Array(0),
    load: async (_: OptimizerState) => {},
    dispose: async () => {},
  };
  if (score === undefined) return { ...none, scoreRaw: async (texts) => texts.map(() => 0) };
  return { ...none, scoreRaw: (texts) => Promise.all(texts.map((text) => score(text))) };
}

function openModel(model: Model, open: () => ModelHost): OpenReasoning {
  checkKind(model, 'reward');
  const { config, weights } = model.loaded;
  const scorer = new Scorer(open(), { config });
  return {
    weights,
    load: (state) => scorer.load(state),
    scoreRaw: (texts) =>
      scorer.score(
        texts.map((text) => encodeOpened(model.tokenizer, text)),
        SCORE_BATCH,
      ),
    dispose: () => scorer.dispose(),
  };
}
