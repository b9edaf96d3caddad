/** Graphs over whole right-padded sequences: next-token log-probabilities and supervised fine-tuning. */
import { div, input, mul, neg, reshape, slice, sum, type Tensor } from '../graph/index.ts';
import {
  declareParameters,
  type ModelSpec,
  parameterGradients,
  type Parameters,
} from '../model/parameters.ts';
import { forward, headOf } from '../model/transformer.ts';
import type { TrainingOutputs } from './spec.ts';

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
export function scoreSequences(
  { config }: ModelSpec,
  parameters: Parameters,
  ids: Tensor,
  differentiable: boolean,
): SequenceScores {
  const [batch, time] = ids.shape as [number, number];
  const rows = forward(config, parameters, ids);
  const head = headOf(config, parameters);
  const logits = reshape(head.apply(rows), [batch, time, config.vocabulary]);
  const { width } = config;
  const predicting = reshape(slice(reshape(rows, [batch, time, width]), 1, 0, time - 1), [
    batch * (time - 1),
    width,
  ]);
  const targets = reshape(slice(ids, 1, 1, time), [batch * (time - 1)]);
  return {
    logits,
    logprobs: reshape(head.logprobs(predicting, targets, { differentiable }), [batch, time - 1]),
  };
}

/**
 * −Σ mask·logp / divisor and its gradient. Inputs: the weights, `ids` [batch, time] (i32), `mask` [batch, time − 1]
 * over the targets, `divisor` [] (the mask's sum over the whole batch, so that micro-batches add up). Outputs: `loss` []
 * and the gradients.
 */
export function buildSupervised(model: ModelSpec, { batch, time }: SequenceShape): TrainingOutputs<'loss'> {
  const parameters = declareParameters(model);
  const { logprobs } = scoreSequences(model, parameters, input('ids', [batch, time], 'i32'), true);
  const total = sum(mul(logprobs, input('mask', [batch, time - 1])), [0, 1]);
  const loss = neg(div(total, input('divisor', [])));
  return { loss, ...parameterGradients(loss, parameters) };
}

/** Inputs: the weights, `ids`; outputs `logitsLast` [batch, vocabulary] and `logprobs` [batch, time − 1]. */
export function buildScores(
  model: ModelSpec,
  { batch, time }: SequenceShape,
): Record<'logitsLast' | 'logprobs', Tensor> {
  const { logits, logprobs } = scoreSequences(
    model,
    declareParameters(model, { differentiable: false }),
    input('ids', [batch, time], 'i32'),
    false,
  );
  return {
    logitsLast: reshape(slice(logits, 1, time - 1, time), [batch, model.config.vocabulary]),
    logprobs,
  };
}
