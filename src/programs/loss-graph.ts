/** The clipped surrogate as a graph, and the graphs that apply it to a policy. The float64 reference is `loss.ts`. */
import {
  add,
  exp,
  gradients,
  input,
  linear,
  maximum,
  minimum,
  mul,
  neg,
  reshape,
  sub,
  sum,
  div,
  type Tensor,
  tokenLogprobs,
} from '../graph/index.ts';
import { completionRows, type CompletionShape, encodePrompts } from '../model/completions.ts';
import type { ModelConfig } from '../model/config.ts';
import { parameterLayout, unpackParameters } from '../model/parameters.ts';
import { headWeight } from '../model/transformer.ts';
import type { ImportanceLevel } from './loss.ts';

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
  readonly flat: Tensor;
  readonly logprobs: Tensor;
}

/** Log-probabilities [N, T] of completions under the policy at the sampling temperature. */
function policyLogprobs(config: ModelConfig, shape: CompletionShape): PolicyInputs {
  const { prompts, group, promptTime, completionTime } = shape;
  const n = prompts * group;
  const layout = parameterLayout(config);
  const flat = input('parameters', [layout.size]);
  const parameters = unpackParameters(flat, layout);
  const ids = input('prompts', [prompts, promptTime], 'i32');
  const lengths = input('promptLengths', [prompts], 'i32');
  const completions = input('completions', [n, completionTime], 'i32');
  const encoded = encodePrompts(config, parameters, ids, lengths, completionTime);
  const rows = completionRows(config, parameters, encoded, completions, shape);
  const logits = mul(linear(rows, headWeight(config, parameters)), input('inverseTemperature', []));
  const logprobs = tokenLogprobs(logits, reshape(completions, [n * completionTime]));
  return { flat, logprobs: reshape(logprobs, [n, completionTime]) };
}

/** Inputs `parameters`, `prompts`, `promptLengths`, `completions`, `inverseTemperature`; output `logprobs` [N, T]. */
export function buildPolicyLogprobs(config: ModelConfig, shape: CompletionShape): Record<'logprobs', Tensor> {
  return { logprobs: policyLogprobs(config, shape).logprobs };
}

/**
 * One micro-batch of the policy gradient. Further inputs `oldLogprobs`, `mask`, `weights` [N, T], `advantages` [N] and,
 * when beta is not 0, `refLogprobs` [N, T]. Outputs `loss` [], `gradient` [flat] and `logprobs` [N, T].
 */
export function buildUpdate(
  config: ModelConfig,
  shape: CompletionShape,
  settings: SurrogateSettings,
): Record<'loss' | 'gradient' | 'logprobs', Tensor> {
  const n = shape.prompts * shape.group;
  const matrix = (name: string) => input(name, [n, shape.completionTime]);
  const { flat, logprobs } = policyLogprobs(config, shape);
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
  return { loss, gradient: gradients(loss, [flat])[0]!, logprobs };
}
