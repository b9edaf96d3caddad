/**
 * The decoder as a graph: RMSNorm, rotary positions, grouped-query attention, SwiGLU (Llama; Qwen2 adds biases to q, k
 * and v; Qwen3 norms to each head's q and k). Activations are rows [batch · group · time, width], so that residual sums
 * fold into the matrix products.
 */
import {
  add,
  attention,
  broadcastTo,
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
  rope,
  scaledRmsNorm,
  slice,
  type Segment,
  silu,
  sizeOf,
  split,
  type Target,
  type Tensor,
  tokenLogprobs,
  transpose,
} from '../graph/index.ts';
import type { ModelConfig } from './config.ts';
import type { Adapter, Parameters } from './parameters.ts';
import { ropeFrequencies } from './rotation.ts';

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

/** Computes one layer's attention result in the layout of the queries, for each part of the rows. */
export type Attend = (layer: number, heads: readonly HeadTensors[]) => readonly Tensor[];

export interface Angles {
  /** [batch or 1, time, headWidth / 2] */
  readonly cos: Tensor;
  readonly sin: Tensor;
}

/** Rows of sequences of one extent, and where their tokens stand. */
export interface Part {
  readonly extent: Extent;
  readonly angles: Angles;
}

/**
 * Angles of every position, [positions, headWidth / 2], to be looked up by position id. On a GPU the two parts of a
 * score's scale 1/√headWidth are in them, one for the queries and one for the keys: a scale anywhere else is a kernel.
 */
export function angleTable(config: ModelConfig, target: Target, positions: number): Angles {
  const half = config.headWidth / 2;
  const size = target === 'webgpu' ? config.headWidth ** -0.25 : 1;
  const frequencies = ropeFrequencies(config.headWidth, config.ropeTheta, config.ropeScaling);
  const angle = (i: number) => Math.floor(i / half) * frequencies[i % half]!;
  const table = (f: (x: number) => number) =>
    constant(
      [positions, half],
      Float64Array.from({ length: positions * half }, (_, i) => size * f(angle(i))),
    );
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

/** Attention of queries to keys that were turned by angles of {@link angleTable}. */
export const attendTo = (target: Target, queries: Tensor, segments: readonly Segment[]): Tensor =>
  target === 'webgpu' ? attention(queries, segments, 1) : attention(queries, segments);

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

/** Norms of each head's queries and keys before they are rotated; what comes out has the shape of what goes in. */
interface HeadNorms {
  /** Of rows [n, heads · headWidth]. */
  readonly queries: (rows: Tensor) => Tensor;
  /** Of rows [n, kvHeads · headWidth]. */
  readonly keys: (rows: Tensor) => Tensor;
  /** Of both side by side, [n, heads + kvHeads, ..., headWidth]. */
  readonly joined: (x: Tensor) => Tensor;
}

function headNorms(config: ModelConfig, parameters: Parameters, layer: number): HeadNorms | null {
  if (config.family !== 'qwen3') return null;
  const { heads, kvHeads, headWidth, normEpsilon } = config;
  const isOnGpu = parameters.target === 'webgpu';
  const scaleOf = (part: string) => parameters.tensor(`model.layers.${layer}.self_attn.${part}_norm.weight`);
  const [queries, keys] = [scaleOf('q'), scaleOf('k')];
  const alone = (x: Tensor, scale: Tensor): Tensor => {
    const rows = reshape(x, [sizeOf(x.shape) / headWidth, headWidth]);
    const normalised = isOnGpu
      ? scaledRmsNorm(rows, scale, normEpsilon)
      : mul(rmsNorm(rows, normEpsilon), scale);
    return reshape(normalised, x.shape);
  };
  return {
    queries: (rows) => alone(rows, queries),
    keys: (rows) => alone(rows, keys),
    joined(x) {
      // One norm and a product are fewer kernels than two norms, whose gradients take many.
      const ones = constant([headWidth], new Float32Array(headWidth).fill(1));
      const normalised = isOnGpu ? alone(x, ones) : rmsNorm(x, normEpsilon);
      const scales = [broadcastTo(queries, [heads, headWidth]), broadcastTo(keys, [kvHeads, headWidth])];
      const between = x.shape.slice(2, -1).map(() => 1);
      return mul(normalised, reshape(concat(scales, 0), [heads + kvHeads, ...between, headWidth]));
    },
  };
}

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
function joinedTokenHeads(
  rows: Tensor,
  config: ModelConfig,
  extent: Extent,
  angles: Angles,
  norms: HeadNorms | null,
): HeadTensors {
  const { heads, kvHeads, headWidth } = config;
  const { batch, group } = extent;
  const [turning, values] = split(rows, 1, [(heads + kvHeads) * headWidth, kvHeads * headWidth]);
  const apart = reshape(turning!, [batch * group, heads + kvHeads, headWidth]);
  const ready = norms ? norms.joined(apart) : apart;
  const flat = reshape(ready, [batch, group * (heads + kvHeads), 1, headWidth]);
  const turned = reshape(rope(flat, angles.cos, angles.sin), turning!.shape);
  const [queries, keys] = split(turned, 1, [heads * headWidth, kvHeads * headWidth]);
  return {
    queries: toHeads(queries!, heads, config, extent, null),
    keys: toHeads(keys!, kvHeads, config, extent, null),
    values: toHeads(values!, kvHeads, config, extent, null),
  };
}

/** The same for any number of tokens with fewer kernels, which on the CPU are slower. */
function joinedHeads(
  rows: Tensor,
  config: ModelConfig,
  extent: Extent,
  angles: Angles,
  norms: HeadNorms | null,
): HeadTensors {
  const { heads, kvHeads, headWidth } = config;
  const { batch, group, time } = extent;
  const apart = reshape(rows, [batch, group, time, heads + 2 * kvHeads, headWidth]);
  const ordered = transpose(apart, [0, 3, 1, 2, 4]);
  const [turning, values] = split(ordered, 1, [heads + kvHeads, kvHeads]);
  const ready = norms ? norms.joined(turning!) : turning!;
  const flat = reshape(ready, [batch, (heads + kvHeads) * group, time, headWidth]);
  const turned = reshape(rope(flat, angles.cos, angles.sin), turning!.shape);
  const [queries, keys] = split(turned, 1, [heads, kvHeads]);
  const repeat = heads / kvHeads;
  const asking = reshape(queries!, [batch, kvHeads, repeat, group, time, headWidth]);
  // Where one of the two is 1, their order is nothing to a kernel.
  const grouped = repeat === 1 || group === 1 ? asking : transpose(asking, [0, 1, 3, 2, 4, 5]);
  return {
    queries: reshape(grouped, [batch, kvHeads, group, repeat * time, headWidth]),
    keys: keys!,
    values: values!,
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
