/** The clipped surrogate as a graph, and the graphs that apply it to a policy. The float64 reference is `loss.ts`. */
import {
  add,
  detach,
  exp,
  input,
  less,
  maximum,
  minimum,
  mul,
  neg,
  reshape,
  select,
  sub,
  sum,
  div,
  type Tensor,
} from '../graph/index.ts';
import { completionRows, type CompletionShape } from '../model/completions.ts';
import {
  declareParameters,
  type ModelSpec,
  parameterGradients,
  type Parameters,
} from '../model/parameters.ts';
import { headOf } from '../model/transformer.ts';
import type { KlEstimator, SurrogateSettings } from './loss.ts';
import type { TrainingOutputs } from './spec.ts';

export interface SurrogateInputs {
  /** [sequences, time], as are all but the advantages of sequences. */
  readonly logprobs: Tensor;
  readonly oldLogprobs: Tensor;
  /** Needed when beta is not 0. */
  readonly refLogprobs?: Tensor;
  /** Needed for an entropy bonus. */
  readonly entropies?: Tensor;
  /** 1 where a completion token counts. */
  readonly mask: Tensor;
  /** What each token contributes to the loss: the aggregation (see `tokenWeights`), 0 where it does not count. */
  readonly weights: Tensor;
  /** [sequences], or [sequences, time] where each token has its own. */
  readonly advantages: Tensor;
}

/** Σ weight · ℓ with the ℓ of each token that `policyLoss` has, which is the reference in float64. */
export function surrogateLoss(inputs: SurrogateInputs, settings: SurrogateSettings): Tensor {
  const { logprobs, refLogprobs, entropies, weights } = inputs;
  const { beta, klEstimator, entropyCoefficient } = settings;
  let perToken = neg(gain(inputs, settings));
  if (beta !== 0) {
    if (!refLogprobs)
      throw new Error('surrogateLoss: beta is not 0, so reference log-probabilities are needed.');
    perToken = add(perToken, mul(klEstimate(klEstimator, sub(refLogprobs, logprobs)), beta));
  }
  if (entropyCoefficient !== 0) {
    if (!entropies) throw new Error('surrogateLoss: there is an entropy bonus, so entropies are needed.');
    perToken = sub(perToken, mul(entropies, entropyCoefficient));
  }
  return sum(mul(perToken, weights), [0, 1]);
}

/** What the surrogate maximises, [sequences, time] or, where all tokens of a sequence have the same, [sequences, 1]. */
function gain(inputs: SurrogateInputs, settings: SurrogateSettings): Tensor {
  const { logprobs, oldLogprobs, mask, advantages } = inputs;
  const { importance, surrogate, clipLow, clipHigh, dualClip } = settings;
  const [sequences] = logprobs.shape as [number, number];
  const perToken = advantages.shape.length === 2;
  const logRatio = sub(logprobs, oldLogprobs);
  const sequenceMean = () => div(sum(mul(logRatio, mask), [1], true), maximum(sum(mask, [1], true), 1));
  // Its value is the sequence's, and its gradient the token's own (GSPO-token, arXiv 2507.18071, section 4.3).
  const ofToken = (mean: Tensor) => (perToken ? add(detach(mean), sub(logprobs, detach(logprobs))) : mean);
  const ratio = exp(importance === 'token' ? logRatio : ofToken(sequenceMean()));
  const advantage = perToken ? advantages : reshape(advantages, [sequences, 1]);
  if (surrogate === 'cispo') return mul(mul(detach(minimum(ratio, 1 + clipHigh)), advantage), logprobs);
  const clipped = minimum(maximum(ratio, 1 - clipLow), 1 + clipHigh);
  const bounded = dualClip === 0 ? ratio : select(less(advantage, 0), minimum(ratio, dualClip), ratio);
  return minimum(mul(bounded, advantage), mul(clipped, advantage));
}

function klEstimate(estimator: KlEstimator, d: Tensor): Tensor {
  switch (estimator) {
    case 'k1':
      return neg(d);
    case 'k2':
      return mul(mul(d, d), 0.5);
    case 'k3':
      return sub(sub(exp(d), d), 1);
  }
}

interface PolicyOutputs {
  readonly parameters: Parameters;
  readonly logprobs: Tensor;
  /** Built when asked for. */
  readonly entropies: () => Tensor;
}

/** Log-probabilities and entropies [N, T] of completions under the policy at the sampling temperature. */
function policyOutputs(model: ModelSpec, shape: CompletionShape, differentiable: boolean): PolicyOutputs {
  const { config } = model;
  const { prompts, group, promptTime, completionTime } = shape;
  const n = prompts * group;
  const parameters = declareParameters(model, { differentiable });
  const ids = input('prompts', [prompts, promptTime], 'i32');
  const lengths = input('promptLengths', [prompts], 'i32');
  const completions = input('completions', [n, completionTime], 'i32');
  const rows = completionRows(config, parameters, ids, lengths, completions, shape);
  const targets = reshape(completions, [n * completionTime]);
  const inverseTemperature = input('inverseTemperature', []);
  const head = headOf(config, parameters);
  const options = { differentiable, inverseTemperature };
  const byToken = (values: Tensor) => reshape(values, [n, completionTime]);
  return {
    parameters,
    logprobs: byToken(head.logprobs(rows, targets, options)),
    entropies: () => byToken(head.entropies(rows, options)),
  };
}

/** Inputs: the weights, `prompts`, `promptLengths`, `completions`, `inverseTemperature`; output `logprobs` [N, T]. */
export function buildPolicyLogprobs(model: ModelSpec, shape: CompletionShape): Record<'logprobs', Tensor> {
  return { logprobs: policyOutputs(model, shape, false).logprobs };
}

/**
 * One micro-batch of the policy gradient. Further inputs `oldLogprobs`, `mask`, `weights` [N, T], `advantages` [N], or
 * [N, T] where each token has its own, and, when beta is not 0, `refLogprobs` [N, T]. Outputs `loss` [], `logprobs` [N, T]
 * and the gradients.
 */
export function buildUpdate(
  model: ModelSpec,
  shape: CompletionShape,
  settings: SurrogateSettings,
  advantagesOf: 'sequence' | 'token' = 'sequence',
): TrainingOutputs<'loss' | 'logprobs'> {
  const n = shape.prompts * shape.group;
  const matrix = (name: string) => input(name, [n, shape.completionTime]);
  const { parameters, logprobs, entropies } = policyOutputs(model, shape, true);
  const loss = surrogateLoss(
    {
      logprobs,
      oldLogprobs: matrix('oldLogprobs'),
      ...(settings.beta !== 0 ? { refLogprobs: matrix('refLogprobs') } : {}),
      ...(settings.entropyCoefficient !== 0 ? { entropies: entropies() } : {}),
      mask: matrix('mask'),
      weights: matrix('weights'),
      advantages: advantagesOf === 'token' ? matrix('advantages') : input('advantages', [n]),
    },
    settings,
  );
  return { loss, logprobs, ...parameterGradients(loss, parameters) };
}
