/**
 * The decoder as a graph: RMSNorm, rotary positions, grouped-query attention, SwiGLU (Llama; Qwen2 adds biases to q, k
 * and v). Activations are rows [batch · group · time, width], so that residual sums fold into the matrix products.
 */
import {
  add,
  attention,
  concat,
  constant,
  embed,
  entropy,
  frozenHeadEntropy,
  frozenHeadLogprobs,
  linear,
  matmul,
  mul,
  reshape,
  rmsNorm,
  rope,
  slice,
  type Segment,
  silu,
  split,
  type Target,
  type Tensor,
  tokenLogprobs,
  transpose,
} from '../graph/index.ts';
import type { ModelConfig } from './config.ts';
import type { Parameters } from './parameters.ts';

/** Sequences of one length, `group` of them for each row of positions. */
export interface Extent {
  readonly batch: number;
  readonly group: number;
  readonly time: number;
}

export interface HeadTensors {
  /** [batch, kvHeads, group, (heads / kvHeads) · time, headWidth] */
  readonly queries: Tensor;
  /** [batch, kvHeads, group, time, headWidth] */
  readonly keys: Tensor;
  readonly values: Tensor;
}

/** Computes one layer's attention result in the layout of the queries. */
export type Attend = (layer: number, heads: HeadTensors) => Tensor;

export interface Angles {
  /** [batch or 1, time, headWidth / 2] */
  readonly cos: Tensor;
  readonly sin: Tensor;
}

/** Angles of every position, [positions, headWidth / 2], to be looked up by position id. */
export function angleTable(config: ModelConfig, positions: number): Angles {
  const half = config.headWidth / 2;
  const angle = (i: number) => Math.floor(i / half) * config.ropeTheta ** (-(i % half) / half);
  const table = (f: (x: number) => number) =>
    constant(
      [positions, half],
      Float64Array.from({ length: positions * half }, (_, i) => f(angle(i))),
    );
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

/** Angles at the given positions [batch, time] (i32). */
export const anglesAt = ({ cos, sin }: Angles, positions: Tensor): Angles => ({
  cos: embed(cos, positions),
  sin: embed(sin, positions),
});

const lastAngles = ({ cos, sin }: Angles): Angles => {
  const time = cos.shape[1]!;
  return { cos: slice(cos, 1, time - 1, time), sin: slice(sin, 1, time - 1, time) };
};

/** A weight [out, in] and what it is to be multiplied with, given normalised rows [n, in]. */
interface Reader {
  readonly weight: Tensor;
  readonly rows: (normalised: Tensor) => Tensor;
}

/**
 * Where a norm's scale goes: into the weight that reads the normalised rows, which touches parameters and not
 * activations; but a frozen weight is left alone, so that nothing of its size is computed, and the rows are scaled.
 */
function reader(parameters: Parameters, weightName: string, normName: string): Reader {
  const [weight, norm] = [parameters.tensor(weightName), parameters.tensor(normName)];
  return parameters.isFrozen(weightName)
    ? { weight, rows: (normalised) => mul(normalised, norm) }
    : { weight: mul(weight, norm), rows: (normalised) => normalised };
}

/** The weights as one, their outputs side by side; for readers of the same rows. */
const joinedWeight = (readers: readonly Reader[]): Tensor =>
  concat(
    readers.map(({ weight }) => weight),
    0,
  );

/** Rows [batch · group · time, n · headWidth] → [batch, kvHeads, group, (n / kvHeads) · time, headWidth], rotated. */
function toHeads(
  rows: Tensor,
  heads: number,
  config: ModelConfig,
  extent: Extent,
  angles: Angles | null,
): Tensor {
  const { batch, group, time } = extent;
  const { kvHeads, headWidth } = config;
  const repeat = heads / kvHeads;
  const apart = reshape(rows, [batch, group, time, kvHeads, repeat, headWidth]);
  const ordered = transpose(apart, [0, 3, 1, 4, 2, 5]);
  const shape = [batch, kvHeads, group, repeat * time, headWidth];
  if (!angles) return reshape(ordered, shape);
  const flat = reshape(ordered, [batch, kvHeads * group * repeat, time, headWidth]);
  return reshape(rope(flat, angles.cos, angles.sin), shape);
}

/** Heads of rows that hold q, k and v of one token per sequence side by side; q and k are rotated in one go. */
function joinedHeads(rows: Tensor, config: ModelConfig, extent: Extent, angles: Angles): HeadTensors {
  const { heads, kvHeads, headWidth } = config;
  const { batch, group } = extent;
  const [turning, values] = split(rows, 1, [(heads + kvHeads) * headWidth, kvHeads * headWidth]);
  const flat = reshape(turning!, [batch, group * (heads + kvHeads), 1, headWidth]);
  const turned = reshape(rope(flat, angles.cos, angles.sin), turning!.shape);
  const [queries, keys] = split(turned, 1, [heads * headWidth, kvHeads * headWidth]);
  return {
    queries: toHeads(queries!, heads, config, extent, null),
    keys: toHeads(keys!, kvHeads, config, extent, null),
    values: toHeads(values!, kvHeads, config, extent, null),
  };
}

function fromHeads(y: Tensor, config: ModelConfig, { batch, group, time }: Extent): Tensor {
  const { heads, kvHeads, headWidth } = config;
  const apart = reshape(y, [batch, kvHeads, group, heads / kvHeads, time, headWidth]);
  return reshape(transpose(apart, [0, 2, 4, 1, 3, 5]), [batch * group * time, heads * headWidth]);
}

/** The last position's row of every sequence: [batch · group, width]. */
function lastRows(rows: Tensor, { batch, group, time }: Extent): Tensor {
  const width = rows.shape[1]!;
  const apart = reshape(rows, [batch * group, time, width]);
  return reshape(slice(apart, 1, time - 1, time), [batch * group, width]);
}

/**
 * Runs all layers and the last norm (without its scale) over embedded rows. With `wanted` `last` only the rows of the
 * last position come out, [batch · group, width]: the last layer then computes keys and values of the others, and
 * nothing else.
 */
export function decode(
  config: ModelConfig,
  parameters: Parameters,
  embedded: Tensor,
  extent: Extent,
  angles: Angles,
  attend: Attend,
  wanted: 'all' | 'last' = 'all',
): Tensor {
  const { heads, kvHeads, normEpsilon, hidden } = config;
  let x = embedded;
  for (let layer = 0; layer < config.layers; layer++) {
    const name = (part: string) => `model.layers.${layer}.${part}`;
    const p = (part: string) => parameters.tensor(name(part));
    // One token per sequence: few rows, so that the number of kernels matters more than the copies of joined weights;
    // but what is frozen may be large, and is never copied.
    const joins = (...parts: string[]) =>
      extent.time === 1 && parts.every((part) => !parameters.isFrozen(name(part)));
    const write = (rows: Tensor, part: string) =>
      joins(part) ? project(rows, p(part)) : linear(rows, p(part));

    const projections = ['q', 'k', 'v'].map((part) => `self_attn.${part}_proj.weight`);
    const readers = projections.map((part) => reader(parameters, name(part), name('input_layernorm.weight')));
    const biases =
      config.family === 'qwen2' ? ['q', 'k', 'v'].map((part) => p(`self_attn.${part}_proj.bias`)) : [];
    const h = rmsNorm(x, normEpsilon);
    const shorter = wanted === 'last' && layer === config.layers - 1 && extent.time > 1;
    const asking = shorter ? { ...extent, time: 1 } : extent;
    const projected = (i: number, rows = h) => linear(readers[i]!.rows(rows), readers[i]!.weight, biases[i]);
    const own = joins(...projections)
      ? joinedHeads(
          project(h, joinedWeight(readers), biases.length ? concat(biases, 0) : undefined),
          config,
          extent,
          angles,
        )
      : {
          queries: shorter
            ? toHeads(projected(0, lastRows(h, extent)), heads, config, asking, lastAngles(angles))
            : toHeads(projected(0), heads, config, extent, angles),
          keys: toHeads(projected(1), kvHeads, config, extent, angles),
          values: toHeads(projected(2), kvHeads, config, extent, null),
        };
    const y = attend(layer, own);
    if (shorter) x = lastRows(x, extent);
    x = add(write(fromHeads(y, config, asking), 'self_attn.o_proj.weight'), x);

    const inner = ['mlp.gate_proj.weight', 'mlp.up_proj.weight'];
    const after = inner.map((part) =>
      reader(parameters, name(part), name('post_attention_layernorm.weight')),
    );
    const m = rmsNorm(x, normEpsilon);
    const [gate, up] = joins(...inner)
      ? split(project(m, joinedWeight(after)), 1, [hidden, hidden])
      : after.map(({ weight, rows }) => linear(rows(m), weight));
    x = add(write(mul(silu(gate!), up!), 'mlp.down_proj.weight'), x);
  }
  return rmsNorm(x, normEpsilon);
}

/** `linear` with the weight turned round beforehand, which a loop does once and not at every step. */
function project(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const y = matmul(x, transpose(weight, [1, 0]));
  return bias ? add(y, bias) : y;
}

/** Embeds ids [...] to rows [n, width]. */
export function embedRows(config: ModelConfig, parameters: Parameters, ids: Tensor): Tensor {
  const rows = embed(parameters.tensor('model.embed_tokens.weight'), ids);
  return reshape(rows, [rows.shape.slice(0, -1).reduce((a, b) => a * b, 1), config.width]);
}

export interface LogprobsOptions {
  /** Whether a gradient will be asked for. */
  readonly differentiable: boolean;
  /** What logits are multiplied with. */
  readonly inverseTemperature?: Tensor;
}

/** What reads normalised rows [n, width]. */
export interface Head {
  /** Logits [n, vocabulary] or scores [n, 1]. */
  readonly apply: (normalised: Tensor) => Tensor;
  /** The same for few rows at a time, many times over. */
  readonly applyInLoop: (normalised: Tensor) => Tensor;
  /** Log-probabilities [n] of ids [n]. */
  readonly logprobs: (normalised: Tensor, ids: Tensor, options: LogprobsOptions) => Tensor;
  /** Entropies [n] of the distributions that ids are drawn from, nats. */
  readonly entropies: (normalised: Tensor, options: LogprobsOptions) => Tensor;
}

const scaled = (x: Tensor, factor: Tensor | undefined): Tensor => (factor ? mul(x, factor) : x);

export function headOf(config: ModelConfig, parameters: Parameters): Head {
  const name =
    config.head === 'score' ? 'score.weight' : config.tied ? 'model.embed_tokens.weight' : 'lm_head.weight';
  const { weight, rows } = reader(parameters, name, 'model.norm.weight');
  const isFrozen = parameters.isFrozen(name);
  const apply = (normalised: Tensor) => linear(rows(normalised), weight);
  return {
    apply,
    applyInLoop: isFrozen ? apply : (normalised) => project(normalised, weight),
    logprobs(normalised, ids, { differentiable, inverseTemperature }) {
      return isFrozen
        ? frozenHeadLogprobs(scaled(rows(normalised), inverseTemperature), weight, ids, { differentiable })
        : tokenLogprobs(scaled(apply(normalised), inverseTemperature), ids);
    },
    entropies(normalised, { differentiable, inverseTemperature }) {
      return isFrozen
        ? frozenHeadEntropy(scaled(rows(normalised), inverseTemperature), weight, { differentiable })
        : entropy(scaled(apply(normalised), inverseTemperature));
    },
  };
}

/** Score that shuts a key out; large enough for float32, finite so that a row of them is harmless. */
export const MASKED = -1e9;

/** Bias [1, 1, 1, repeat · rows, columns] that hides later positions; the first row stands at position `start`. */
export function causalBias(repeat: number, rows: number, columns = rows, start = 0): Tensor {
  const value = (i: number) => (i % columns > start + (Math.floor(i / columns) % rows) ? MASKED : 0);
  const size = repeat * rows * columns;
  return constant(
    [1, 1, 1, repeat * rows, columns],
    Float32Array.from({ length: size }, (_, i) => value(i)),
  );
}

/**
 * On the CPU queries of at least this many positions are handled apart, each part with only the keys it can see. On a
 * GPU the kernels that this takes cost more than the products that it saves.
 */
const CAUSAL_BLOCK = 32;

/** Plain causal attention within each sequence, over extra earlier segments if there are any. */
export function causalAttend(
  config: ModelConfig,
  target: Target,
  time: number,
  earlier?: (layer: number) => Segment,
): Attend {
  const repeat = config.heads / config.kvHeads;
  const blocks = target === 'wasm' ? Math.max(1, Math.floor(time / CAUSAL_BLOCK)) : 1;
  const bounds = Array.from({ length: blocks + 1 }, (_, i) => Math.round((i * time) / blocks));
  return (layer, { queries, keys, values }) => {
    const [batch, kvHeads, group, , headWidth] = queries.shape as [number, number, number, number, number];
    const apart = reshape(queries, [batch, kvHeads, group * repeat, time, headWidth]);
    const past = earlier ? [earlier(layer)] : [];
    const parts = bounds.slice(1).map((end, i) => {
      const start = bounds[i]!;
      const rows = end - start;
      const own: Segment = {
        keys: slice(keys, 3, 0, end),
        values: slice(values, 3, 0, end),
        bias: causalBias(repeat, rows, end, start),
      };
      const block = reshape(slice(apart, 3, start, end), [batch, kvHeads, group, repeat * rows, headWidth]);
      const y = attention(block, [...past, own]);
      return reshape(y, [batch, kvHeads, group * repeat, rows, headWidth]);
    });
    return reshape(concat(parts, 3), queries.shape);
  };
}

/**
 * Normalised last hidden states of right-padded (or unpadded) sequences: ids [batch, time] → rows
 * [batch · time, width]. Padding on the right needs no mask under causal attention.
 */
export function forward(config: ModelConfig, parameters: Parameters, ids: Tensor): Tensor {
  const [batch, time] = ids.shape as [number, number];
  const { cos, sin } = angleTable(config, time);
  const shared: Angles = { cos: reshape(cos, [1, ...cos.shape]), sin: reshape(sin, [1, ...sin.shape]) };
  const extent: Extent = { batch, group: 1, time };
  return decode(
    config,
    parameters,
    embedRows(config, parameters, ids),
    extent,
    shared,
    causalAttend(config, parameters.target, time),
  );
}
