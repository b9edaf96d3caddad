/**
 * The model of `src/model` written for jax-js: the same formulas on named weights in Hugging Face layout. Arrays are
 * reference-counted: using one consumes it, `.ref` keeps it for another use.
 */
import { nn, numpy as np, tree } from '@jax-js/jax';
import { type ParameterLayout, unpackWeights } from '../src/model/parameters.ts';
import { MODEL } from './workload.ts';

export type Weights = { [name: string]: np.Array };

/** Keys and values, each [prompts, heads, time, headWidth] or [prompts, heads, group, time, headWidth]. */
export type KeysValues = { keys: np.Array; values: np.Array };

const { vocabulary, layers, heads, headWidth, normEpsilon, ropeTheta } = MODEL;

export function toJaxWeights(layout: ParameterLayout, flat: Float32Array): Weights {
  const named = [...unpackWeights(layout, flat)];
  return Object.fromEntries(
    named.map(([name, { shape, data }]) => [name, np.array(data.slice()).reshape([...shape])]),
  );
}

/** x / √(mean x² + ε) · scale */
function rmsNorm(x: np.Array, scale: np.Array): np.Array {
  const inverse = np.sqrt(np.mean(np.square(x.ref), -1, { keepdims: true }).add(normEpsilon));
  return x.div(inverse).mul(scale);
}

/** x Wᵀ for W [out, in]. */
const linear = (x: np.Array, weight: np.Array): np.Array => np.matmul(x, weight.transpose());

export type Angles = { cos: np.Array; sin: np.Array };

/** Cosines and signed sines [positions, 1, 2, headWidth / 2] of the half-rotation. */
export function angles(positions: readonly number[]): Angles {
  const half = headWidth / 2;
  const table = (f: (angle: number, part: number) => number) =>
    np
      .array(
        Float32Array.from(
          positions.flatMap((position) =>
            [0, 1].flatMap((part) =>
              Array.from({ length: half }, (_, i) => f(position * ropeTheta ** (-i / half), part)),
            ),
          ),
        ),
      )
      .reshape([positions.length, 1, 2, half]);
  return {
    cos: table((angle) => Math.cos(angle)),
    sin: table((angle, part) => (part === 0 ? -1 : 1) * Math.sin(angle)),
  };
}

/**
 * Half-rotation of [batch, time, heads · headWidth] to [batch, time, heads, headWidth]: (a, b) ↦
 * (a cos − b sin, b cos + a sin). Turning the halves round is a view here, where joining them would be a kernel.
 */
function rope(rows: np.Array, { cos, sin }: Angles): np.Array {
  const [batch, time] = rows.shape as [number, number];
  const halves = rows.reshape([batch, time, heads, 2, headWidth / 2]);
  const turned = np.flip(halves.ref, 3);
  return halves.mul(cos).add(turned.mul(sin)).reshape([batch, time, heads, headWidth]);
}

/** Computes attention of queries, keys and values [batch, time, heads, headWidth] in the layout of the queries. */
export type Attend = (layer: number, queries: np.Array, keys: np.Array, values: np.Array) => np.Array;

/** All layers and the last norm: ids [batch, time] → [batch, time, width]. Weights and angles are kept. */
export function hidden(weights: Weights, ids: np.Array, angle: Angles, attend: Attend): np.Array {
  const [batch, time] = ids.shape as [number, number];
  const w = (name: string) => weights[name]!.ref;
  let x = w('model.embed_tokens.weight').slice(ids);
  for (let layer = 0; layer < layers; layer++) {
    const p = (name: string) => w(`model.layers.${layer}.${name}.weight`);
    const h = rmsNorm(x.ref, p('input_layernorm'));
    const queries = rope(linear(h.ref, p('self_attn.q_proj')), tree.ref(angle));
    const keys = rope(linear(h.ref, p('self_attn.k_proj')), tree.ref(angle));
    const values = linear(h, p('self_attn.v_proj')).reshape([batch, time, heads, headWidth]);
    const y = attend(layer, queries, keys, values).reshape([batch, time, heads * headWidth]);
    x = x.add(linear(y, p('self_attn.o_proj')));
    const m = rmsNorm(x.ref, p('post_attention_layernorm'));
    const gate = nn.silu(linear(m.ref, p('mlp.gate_proj')));
    x = x.add(linear(gate.mul(linear(m, p('mlp.up_proj'))), p('mlp.down_proj')));
  }
  return rmsNorm(x, w('model.norm.weight'));
}

export const causalAttention: Attend = (_layer, queries, keys, values) =>
  nn.dotProductAttention(queries, keys, values, { isCausal: true });

export const logits = (weights: Weights, rows: np.Array): np.Array =>
  linear(rows, weights['lm_head.weight']!.ref);

/**
 * Mean −log p of every token after the first. The last position's row takes part with weight 0: 2048 rows suit the
 * kernels better than 2032.
 */
export function crossEntropy(weights: Weights, ids: np.Array, angle: Angles): np.Array {
  const [batch, time] = ids.shape as [number, number];
  const logprobs = nn.logSoftmax(logits(weights, hidden(weights, ids.ref, angle, causalAttention)), -1);
  const targets = np.concatenate([ids.ref.slice([], [1]), ids.slice([], [0, 1]).mul(0).sub(1)], 1);
  const isTarget = np.equal(targets.reshape([batch, time, 1]), np.arange(vocabulary));
  return np.sum(np.where(isTarget, logprobs, 0)).mul(-1 / (batch * (time - 1)));
}
