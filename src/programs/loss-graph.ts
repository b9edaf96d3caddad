/** The clipped surrogate as a graph, and the graphs that apply it to a policy. The float64 reference is `loss.ts`. */
import {
  add,
  exp,
  input,
  maximum,
  minimum,
  mul,
  neg,
  reshape,
  sub,
  sum,
  div,
  type Tensor,
} from '../graph/index.ts';
import { completionRows, type CompletionShape, encodePrompts } from '../model/completions.ts';
import {
  declareParameters,
  type ModelSpec,
  parameterGradients,
  type Parameters,
} from '../model/parameters.ts';
import { headOf } from '../model/transformer.ts';
import type { ImportanceLevel } from './loss.ts';
import type { TrainingOutputs } from './spec.ts';

export interface SurrogateSettings {
  readonly importance: ImportanceLevel;
  readonly clipLow: number;
  readonly clipHigh: number;
  /** Coefficient of the k3 KL estimate; 0 leaves the reference policy out of the graph. */
  readonly beta: number;
}

export interface SurrogateInputs {
  /** [sequences, time], as are all but the advantages. */
  readonly logprobs: Tensor;
  readonly oldLogprobs: Tensor;
  /** Needed when beta is not 0. */
  readonly refLogprobs?: Tensor;
  /** 1 where a completion token counts. */
  readonly mask: Tensor;
  /** What each token contributes to the loss: the aggregation (see `tokenWeights`), 0 where it does not count. */
  readonly weights: Tensor;
  /** [sequences] */
  readonly advantages: Tensor;
}

/**
 * Σ weight · (−min(ρA, clip(ρ, 1 − ε_low, 1 + ε_high)·A) + β·k3), with ρ per token (PPO, GRPO) or
 * ρ = exp(mean log-ratio) per sequence (GSPO), and k3 = e^d − d − 1 for d = log π_ref − log π.
 */
export function surrogateLoss(inputs: SurrogateInputs, settings: SurrogateSettings): Tensor {
  const { logprobs, oldLogprobs, refLogprobs, mask, weights, advantages } = inputs;
  const { importance, clipLow, clipHigh, beta } = settings;
  const [sequences] = logprobs.shape as [number, number];
  const logRatio = sub(logprobs, oldLogprobs);
  const sequenceMean = () => div(sum(mul(logRatio, mask), [1], true), maximum(sum(mask, [1], true), 1));
  const ratio = exp(importance === 'token' ? logRatio : sequenceMean());
  const advantage = reshape(advantages, [sequences, 1]);
  const clipped = minimum(maximum(ratio, 1 - clipLow), 1 + clipHigh);
  let perToken = neg(minimum(mul(ratio, advantage), mul(clipped, advantage)));
  if (beta !== 0) {
    if (!refLogprobs)
      throw new Error('surrogateLoss: beta is not 0, so reference log-probabilities are needed.');
    const d = sub(refLogprobs, logprobs);
    perToken = add(perToken, mul(sub(sub(exp(d), d), 1), beta));
  }
  return sum(mul(perToken, weights), [0, 1]);
}

interface PolicyInputs {
  readonly parameters: Parameters;
  readonly logprobs: Tensor;
}

/** Log-probabilities [N, T] of completions under the policy at the sampling temperature. */
function policyLogprobs(model: ModelSpec, shape: CompletionShape, differentiable: boolean): PolicyInputs {
  const { config } = model;
  const { prompts, group, promptTime, completionTime } = shape;
  const n = prompts * group;
  const parameters = declareParameters(model);
  const ids = input('prompts', [prompts, promptTime], 'i32');
  const lengths = input('promptLengths', [prompts], 'i32');
  const completions = input('completions', [n, completionTime], 'i32');
  const encoded = encodePrompts(config, parameters, ids, lengths, completionTime);
  const rows = completionRows(config, parameters, encoded, completions, shape);
  const targets = reshape(completions, [n * completionTime]);
  const inverseTemperature = input('inverseTemperature', []);
  const logprobs = headOf(config, parameters).logprobs(rows, targets, {
    differentiable,
    inverseTemperature,
  });
  return { parameters, logprobs: reshape(logprobs, [n, completionTime]) };
}

/** Inputs: the weights, `prompts`, `promptLengths`, `completions`, `inverseTemperature`; output `logprobs` [N, T]. */
export function buildPolicyLogprobs(model: ModelSpec, shape: CompletionShape): Record<'logprobs', Tensor> {
  return { logprobs: policyLogprobs(model, shape, false).logprobs };
}

/**
 * One micro-batch of the policy gradient. Further inputs `oldLogprobs`, `mask`, `weights` [N, T], `advantages` [N] and,
 * when beta is not 0, `refLogprobs` [N, T]. Outputs `loss` [], `logprobs` [N, T] and the gradients.
 */
export function buildUpdate(
  model: ModelSpec,
  shape: CompletionShape,
  settings: SurrogateSettings,
): TrainingOutputs<'loss' | 'logprobs'> {
  const n = shape.prompts * shape.group;
  const matrix = (name: string) => input(name, [n, shape.completionTime]);
  const { parameters, logprobs } = policyLogprobs(model, shape, true);
  const loss = surrogateLoss(
    {
      logprobs,
      oldLogprobs: matrix('oldLogprobs'),
      ...(settings.beta !== 0 ? { refLogprobs: matrix('refLogprobs') } : {}),
      mask: matrix('mask'),
      weights: matrix('weights'),
      advantages: input('advantages', [n]),
    },
    settings,
  );
  return { loss, logprobs, ...parameterGradients(loss, parameters) };
}
