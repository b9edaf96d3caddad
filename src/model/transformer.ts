/**
 * The decoder as a graph: RMSNorm, rotary positions, grouped-query attention, SwiGLU (Llama; Qwen2 adds biases to q, k
 * and v; Qwen3 norms to each head's q and k). Activations are rows [batch · group · time, width], so that residual sums
 * fold into the matrix products.
 */
import {
  add,
  attention,
  checkpoint,
  concat,
  constant,
  embed,
  entropy,
  frozenHeadEntropy,
  frozenHeadLogprobs,
  GraphError,
  linear,
  matmul,
  mul,
  reshape,
  rmsNorm,
  scaledRmsNorm,
  slice,
  type Segment,
  silu,
  split,
  type Target,
  type Tensor,
  tokenLogprobs,
  transpose,
} from '../graph/index.ts';
import {
  type Angles,
  angleTable,
  type Extent,
  fromHeads,
  headNorms,
  type HeadTensors,
  joinedHeads,
  joinedTokenHeads,
  lastAngles,
  toHeads,
} from './attention-heads.ts';
import type { ModelConfig } from './config.ts';
import type { Adapter, Parameters } from './parameters.ts';

/** Computes one layer's attention result in the layout of the queries, for each part of the rows. */
export type Attend = (layer: number, heads: readonly HeadTensors[]) => readonly Tensor[];

/** Rows of sequences of one extent, and where their tokens stand. */
export interface Part {
  readonly extent: Extent;
  readonly angles: Angles;
}

/** Attention of queries to keys that were turned by angles of {@link angleTable}. */
export const attendTo = (target: Target, queries: Tensor, segments: readonly Segment[]): Tensor =>
  target === 'webgpu' ? attention(queries, segments, 1) : attention(queries, segments);

/** A weight [out, in] and what it is to be multiplied with, given normalised rows [n, in]. */
interface Reader {
  readonly weight: Tensor;
  readonly rows: (normalised: Tensor) => Tensor;
}

/** Rows as {@link reader} expects them: on a GPU scaled in the kernel that normalises them. */
const normalise = (parameters: Parameters, x: Tensor, norm: string, epsilon: number): Tensor =>
  parameters.target === 'webgpu' ? scaledRmsNorm(x, parameters.tensor(norm), epsilon) : rmsNorm(x, epsilon);

/**
 * Where a norm's scale goes on the CPU: into the weight that reads the normalised rows, which touches parameters and not
 * activations; but a frozen weight is left alone, so that nothing of its size is computed, and the rows are scaled.
 */
function reader(parameters: Parameters, weightName: string, normName: string): Reader {
  const [weight, norm] = [parameters.tensor(weightName), parameters.tensor(normName)];
  if (parameters.target === 'webgpu') return { weight, rows: (normalised) => normalised };
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

/** The last position's row of every sequence: [batch · group, width]. */
function lastRows(rows: Tensor, { batch, group, time }: Extent): Tensor {
  const width = rows.shape[1]!;
  const apart = reshape(rows, [batch * group, time, width]);
  return reshape(slice(apart, 1, time - 1, time), [batch * group, width]);
}

/** The rows of each part. */
const rowsOf = (rows: Tensor, parts: readonly Part[]): readonly Tensor[] =>
  split(
    rows,
    0,
    parts.map(({ extent: { batch, group, time } }) => batch * group * time),
  );

/**
 * Runs all layers and the last norm over embedded rows, the parts one below the other: what is done to each row alone is
 * done to all at once. With `wanted` `last`, which takes a single part, only the rows of the last position come out,
 * [batch · group, width]: the last layer then computes keys and values of the others, and nothing else.
 * On the CPU the last norm is without its scale, which the head takes in.
 */
export function decode(
  config: ModelConfig,
  parameters: Parameters,
  embedded: Tensor,
  parts: readonly Part[],
  attend: Attend,
  wanted: 'all' | 'last' = 'all',
): Tensor {
  const { heads, kvHeads, normEpsilon, hidden } = config;
  const [only] = parts.length === 1 ? parts : [];
  if (wanted === 'last' && !only) throw new GraphError('decode: the last rows of several parts.');
  const isToken = only?.extent.time === 1;
  const isOnGpu = parameters.target === 'webgpu';
  const keep = (rows: Tensor): Tensor => (parameters.checkpointing ? checkpoint(rows) : rows);
  let x = keep(embedded);
  for (let layer = 0; layer < config.layers; layer++) {
    const name = (part: string) => `model.layers.${layer}.${part}`;
    const p = (part: string) => parameters.tensor(name(part));
    // Where the number of kernels matters more than the copies of joined weights; but what is frozen may be large, and
    // is never copied.
    const isTrained = (...tensors: string[]) => tensors.every((part) => !parameters.isFrozen(name(part)));
    const through = (rows: Tensor, part: string, weight: Tensor, bias?: Tensor) =>
      adapted(parameters.adapterOf(name(part)), rows, linear(rows, weight, bias));
    const write = (rows: Tensor, part: string) =>
      isToken && isTrained(part) ? project(rows, p(part)) : through(rows, part, p(part));

    const projections = ['q', 'k', 'v'].map((part) => `self_attn.${part}_proj.weight`);
    const readers = projections.map((part) => reader(parameters, name(part), name('input_layernorm.weight')));
    const biases =
      config.family === 'qwen2' ? ['q', 'k', 'v'].map((part) => p(`self_attn.${part}_proj.bias`)) : [];
    const norms = headNorms(config, parameters, layer);
    const h = normalise(parameters, x, name('input_layernorm.weight'), normEpsilon);
    const short = wanted === 'last' && layer === config.layers - 1 && !isToken ? only! : null;
    const asking = short
      ? [{ extent: { ...short.extent, time: 1 }, angles: lastAngles(short.angles) }]
      : parts;
    const normed = [norms?.queries, norms?.keys];
    const rowsFrom = (i: number, rows: Tensor): Tensor => {
      const own = through(readers[i]!.rows(rows), projections[i]!, readers[i]!.weight, biases[i]);
      return normed[i] ? normed[i](own) : own;
    };
    const headsOf = (i: number, n: number, isTurned: boolean, of = parts, rows = h): readonly Tensor[] =>
      rowsOf(rowsFrom(i, rows), of).map((own, j) =>
        toHeads(own, n, config, of[j]!.extent, isTurned ? of[j]!.angles : null),
      );
    const own = (): readonly HeadTensors[] => {
      if (!short && (isToken || isOnGpu) && isTrained(...projections)) {
        const bias = biases.length ? concat(biases, 0) : undefined;
        const joined = (isToken ? project : linear)(h, joinedWeight(readers), bias);
        const apart = isOnGpu ? joinedHeads : joinedTokenHeads;
        return rowsOf(joined, parts).map((rows, i) =>
          apart(rows, config, parts[i]!.extent, parts[i]!.angles, norms),
        );
      }
      const queries = headsOf(0, heads, true, asking, short ? lastRows(h, short.extent) : h);
      const [keys, values] = [headsOf(1, kvHeads, true), headsOf(2, kvHeads, false)];
      return queries.map((q, i) => ({ queries: q, keys: keys[i]!, values: values[i]! }));
    };
    const y = attend(layer, own()).map((result, i) => fromHeads(result, config, asking[i]!.extent));
    if (short) x = lastRows(x, short.extent);
    x = add(write(concat(y, 0), 'self_attn.o_proj.weight'), x);

    const inner = ['mlp.gate_proj.weight', 'mlp.up_proj.weight'];
    const after = inner.map((part) =>
      reader(parameters, name(part), name('post_attention_layernorm.weight')),
    );
    const m = normalise(parameters, x, name('post_attention_layernorm.weight'), normEpsilon);
    const [gate, up] =
      isToken && isTrained(...inner)
        ? split(project(m, joinedWeight(after)), 1, [hidden, hidden])
        : after.map(({ weight, rows }, i) => through(rows(m), inner[i]!, weight));
    x = keep(add(write(mul(silu(gate!), up!), 'mlp.down_proj.weight'), x));
  }
  return normalise(parameters, x, 'model.norm.weight', normEpsilon);
}

/** What a frozen weight made of rows [n, in], and what LoRA adds to it. */
const adapted = (adapter: Adapter | null, rows: Tensor, y: Tensor): Tensor =>
  adapter ? add(matmul(linear(rows, adapter.a), adapter.b, { transB: true, scale: adapter.scale }), y) : y;

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
): (layer: number, heads: HeadTensors) => Tensor {
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
      const y = attendTo(target, block, [...past, own]);
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
  const { cos, sin } = angleTable(config, parameters.target, time);
  const shared: Angles = { cos: reshape(cos, [1, ...cos.shape]), sin: reshape(sin, [1, ...sin.shape]) };
  const attend = causalAttend(config, parameters.target, time);
  return decode(
    config,
    parameters,
    embedRows(config, parameters, ids),
    [{ extent: { batch, group: 1, time }, angles: shared }],
    (layer, [heads]) => [attend(layer, heads!)],
  );
}
