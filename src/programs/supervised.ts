/** Graphs over whole right-padded sequences: next-token log-probabilities and supervised fine-tuning. */
import {
  div,
  gradients,
  input,
  linear,
  mul,
  neg,
  reshape,
  slice,
  sum,
  type Tensor,
  tokenLogprobs,
} from '../graph/index.ts';
import type { ModelConfig } from '../model/config.ts';
import { parameterLayout, unpackParameters } from '../model/parameters.ts';
import { forward, headWeight } from '../model/transformer.ts';

export interface SequenceShape {
  readonly batch: number;
  readonly time: number;
}

export interface SequenceScores {
  /** [batch, time, vocabulary] */
  readonly logits: Tensor;
  /** [batch, time − 1]: of each token after the first, given those before it. */
  readonly logprobs: Tensor;
}

/** Log-probabilities of ids [batch, time] under the model. */
export function scoreSequences(config: ModelConfig, flat: Tensor, ids: Tensor): SequenceScores {
  const [batch, time] = ids.shape as [number, number];
  const parameters = unpackParameters(flat, parameterLayout(config));
  const rows = forward(config, parameters, ids);
  const head = headWeight(config, parameters);
  const logits = reshape(linear(rows, head), [batch, time, config.vocabulary]);
  const { width } = config;
  const predicting = reshape(slice(reshape(rows, [batch, time, width]), 1, 0, time - 1), [
    batch * (time - 1),
    width,
  ]);
  const targets = reshape(slice(ids, 1, 1, time), [batch * (time - 1)]);
  return { logits, logprobs: reshape(tokenLogprobs(linear(predicting, head), targets), [batch, time - 1]) };
}

/**
 * −Σ mask·logp / divisor and its gradient. Inputs: `parameters` [flat], `ids` [batch, time] (i32), `mask`
 * [batch, time − 1] over the targets, `divisor` [] (the mask's sum over the whole batch, so that micro-batches add up).
 * Outputs: `loss` [] and `gradient` [flat].
 */
export function buildSupervised(
  config: ModelConfig,
  { batch, time }: SequenceShape,
): Record<'loss' | 'gradient', Tensor> {
  const layout = parameterLayout(config);
  const flat = input('parameters', [layout.size]);
  const { logprobs } = scoreSequences(config, flat, input('ids', [batch, time], 'i32'));
  const total = sum(mul(logprobs, input('mask', [batch, time - 1])), [0, 1]);
  const loss = neg(div(total, input('divisor', [])));
  return { loss, gradient: gradients(loss, [flat])[0]! };
}

/** Inputs `parameters`, `ids`; outputs `logitsLast` [batch, vocabulary] and `logprobs` [batch, time − 1]. */
export function buildScores(
  config: ModelConfig,
  { batch, time }: SequenceShape,
): Record<'logitsLast' | 'logprobs', Tensor> {
  const flat = input('parameters', [parameterLayout(config).size]);
  const { logits, logprobs } = scoreSequences(config, flat, input('ids', [batch, time], 'i32'));
  return { logitsLast: reshape(slice(logits, 1, time - 1, time), [batch, config.vocabulary]), logprobs };
}
