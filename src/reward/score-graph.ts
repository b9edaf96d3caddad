/** The reward model as graphs: scores of texts, and Bradley–Terry training on pairs. */
import {
  add,
  embed,
  gradients,
  input,
  linear,
  mul,
  neg,
  reshape,
  sigmoid,
  slice,
  softplus,
  sub,
  sum,
  type Tensor,
} from '../graph/index.ts';
import type { ModelConfig } from '../model/config.ts';
import { parameterLayout, unpackParameters } from '../model/parameters.ts';
import type { SequenceShape } from '../model/supervised.ts';
import { forward, headWeight } from '../model/transformer.ts';

/** Raw scores [batch] of right-padded ids, read off at the last token of each: `last` [batch] counts flat rows. */
function scores(config: ModelConfig, flat: Tensor, ids: Tensor, last: Tensor): Tensor {
  const parameters = unpackParameters(flat, parameterLayout(config));
  const rows = embed(forward(config, parameters, ids), last);
  return reshape(linear(rows, headWeight(config, parameters)), [ids.shape[0]!]);
}

/**
 * Inputs `parameters`, `ids` [batch, time] (i32, padded on the right), `last` [batch] (i32: row · time + position of
 * the last token). Output `scores` [batch], unbounded.
 */
export function buildScorer(config: ModelConfig, { batch, time }: SequenceShape): Record<'scores', Tensor> {
  const flat = input('parameters', [parameterLayout(config).size]);
  return { scores: scores(config, flat, input('ids', [batch, time], 'i32'), input('last', [batch], 'i32')) };
}

export interface BradleyTerrySettings {
  /** Score difference that a pair must exceed. */
  readonly margin: number;
  /** Weight of mean((chosen + rejected)²), which anchors the otherwise shift-invariant scores. */
  readonly centering: number;
}

/**
 * One micro-batch of pairs. `ids` [2 · pairs, time] holds the chosen texts, then the rejected ones; `weight` [] is
 * 1 / (pairs of the whole batch). Loss −log σ(chosen − rejected − margin) + centering · (chosen + rejected)²
 * (arXiv 2508.05170; centring as in TRL). Outputs `loss` [], `gradient` [flat], `scores` [2 · pairs].
 */
export function buildBradleyTerry(
  config: ModelConfig,
  { batch, time }: SequenceShape,
  { margin, centering }: BradleyTerrySettings,
): Record<'loss' | 'gradient' | 'scores', Tensor> {
  const flat = input('parameters', [parameterLayout(config).size]);
  const all = scores(config, flat, input('ids', [batch, time], 'i32'), input('last', [batch], 'i32'));
  const pairs = batch / 2;
  const chosen = slice(all, 0, 0, pairs);
  const rejected = slice(all, 0, pairs, batch);
  const total = add(chosen, rejected);
  const perPair = add(softplus(neg(sub(sub(chosen, rejected), margin))), mul(mul(total, total), centering));
  const loss = mul(sum(perPair, [0]), input('weight', []));
  return { loss, gradient: gradients(loss, [flat])[0]!, scores: all };
}

/** Squared error of σ(score), or cross-entropy of the score as a logit. */
export type QualityLoss = 'mse' | 'bce';

/**
 * One micro-batch of single texts with a quality in [0, 1]: the paper's baseline, trained on scores instead of pairs.
 * `targets` [batch]; `weight` [] is 1 / (texts of the whole batch). Loss (σ(s) − y)² or log(1 + eˢ) − y·s. Outputs as
 * {@link buildBradleyTerry}.
 */
export function buildQuality(
  config: ModelConfig,
  { batch, time }: SequenceShape,
  kind: QualityLoss,
): Record<'loss' | 'gradient' | 'scores', Tensor> {
  const flat = input('parameters', [parameterLayout(config).size]);
  const all = scores(config, flat, input('ids', [batch, time], 'i32'), input('last', [batch], 'i32'));
  const targets = input('targets', [batch]);
  const error = sub(sigmoid(all), targets);
  const perText = kind === 'mse' ? mul(error, error) : sub(softplus(all), mul(targets, all));
  const loss = mul(sum(perText, [0]), input('weight', []));
  return { loss, gradient: gradients(loss, [flat])[0]!, scores: all };
}
