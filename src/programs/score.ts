/** The reward model as graphs: scores of texts, and Bradley–Terry training on pairs. */
import {
  add,
  embed,
  input,
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
import { encodePrompts } from '../model/completions.ts';
import {
  declareParameters,
  type ModelSpec,
  parameterGradients,
  type Parameters,
} from '../model/parameters.ts';
import type { TrainingOutputs } from './spec.ts';
import type { SequenceShape } from './supervised.ts';
import { forward, headOf } from '../model/transformer.ts';

/** Raw scores [batch] of right-padded ids, read off at the last token of each: `last` [batch] counts flat rows. */
function scores({ config }: ModelSpec, parameters: Parameters, ids: Tensor, last: Tensor): Tensor {
  const everywhere = headOf(config, parameters).apply(forward(config, parameters, ids));
  return reshape(embed(everywhere, last), [ids.shape[0]!]);
}

/**
 * Inputs: the weights, `ids` [batch, time] (i32, padded on the left), `lengths` [batch] (i32: tokens of each). Output
 * `scores` [batch], unbounded. With all last tokens in one column the last layer computes that column alone.
 */
export function buildScorer(model: ModelSpec, { batch, time }: SequenceShape): Record<'scores', Tensor> {
  const { config } = model;
  const parameters = declareParameters(model, { differentiable: false });
  const ids = input('ids', [batch, time], 'i32');
  const { last } = encodePrompts(config, parameters, ids, input('lengths', [batch], 'i32'), 0);
  return { scores: reshape(headOf(config, parameters).apply(last), [batch]) };
}

export interface BradleyTerrySettings {
  /** Score difference that a pair must exceed. */
  readonly margin: number;
  /** Weight of mean((chosen + rejected)²), which anchors the otherwise shift-invariant scores. */
  readonly centering: number;
  /**
   * Weight of the same comparison at each token from the first that differs: what is wrong is then learned where it
   * stands, and not only from the end of the text. 0 compares the ends alone, as the paper does.
   */
  readonly dense: number;
}

/**
 * One micro-batch of pairs. `ids` [2 · pairs, time] holds the chosen texts, then the rejected ones; `weight` [] is
 * 1 / (pairs of the whole batch). Loss −log σ(chosen − rejected − margin) + centering · (chosen + rejected)²
 * (arXiv 2508.05170; centring as in TRL), and where `dense` is above 0 also dense · Σ_t w_t · −log σ(chosen_t − rejected_t)
 * with the input `differing` [pairs, time] as w. Outputs `loss` [], `scores` [2 · pairs] and the gradients.
 */
export function buildBradleyTerry(
  model: ModelSpec,
  { batch, time }: SequenceShape,
  { margin, centering, dense }: BradleyTerrySettings,
): TrainingOutputs<'loss' | 'scores'> {
  const { config } = model;
  const parameters = declareParameters(model);
  const hidden = forward(config, parameters, input('ids', [batch, time], 'i32'));
  const last = input('last', [batch], 'i32');
  const head = headOf(config, parameters);
  const pairs = batch / 2;
  // The head at every token is needed only where every token counts.
  const everywhere = dense > 0 ? head.apply(hidden) : null;
  const all = reshape(everywhere ? embed(everywhere, last) : head.apply(embed(hidden, last)), [batch]);
  const [chosen, rejected] = sides(all, pairs);
  const total = add(chosen, rejected);
  let perPair = add(softplus(neg(sub(sub(chosen, rejected), margin))), mul(mul(total, total), centering));
  if (everywhere) {
    const [better, worse] = sides(reshape(everywhere, [batch, time]), pairs);
    const perToken = mul(softplus(sub(worse, better)), input('differing', [pairs, time]));
    perPair = add(perPair, mul(sum(perToken, [1]), dense));
  }
  const loss = mul(sum(perPair, [0]), input('weight', []));
  return { loss, scores: all, ...parameterGradients(loss, parameters) };
}

/** The chosen texts' part of the first axis, and the rejected ones'. */
const sides = (all: Tensor, pairs: number): [Tensor, Tensor] => [
  slice(all, 0, 0, pairs),
  slice(all, 0, pairs, 2 * pairs),
];

/** Squared error of σ(score), or cross-entropy of the score as a logit. */
export type QualityLoss = 'mse' | 'bce';

/**
 * One micro-batch of single texts with a quality in [0, 1]: the paper's baseline, trained on scores instead of pairs.
 * `targets` [batch]; `weight` [] is 1 / (texts of the whole batch). Loss (σ(s) − y)² or log(1 + eˢ) − y·s. Outputs as
 * {@link buildBradleyTerry}.
 */
export function buildQuality(
  model: ModelSpec,
  { batch, time }: SequenceShape,
  kind: QualityLoss,
): TrainingOutputs<'loss' | 'scores'> {
  const parameters = declareParameters(model);
  const all = scores(model, parameters, input('ids', [batch, time], 'i32'), input('last', [batch], 'i32'));
  const targets = input('targets', [batch]);
  const error = sub(sigmoid(all), targets);
  const perText = kind === 'mse' ? mul(error, error) : sub(softplus(all), mul(targets, all));
  const loss = mul(sum(perText, [0]), input('weight', []));
  return { loss, scores: all, ...parameterGradients(loss, parameters) };
}
