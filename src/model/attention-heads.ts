/**
 * Rows of a layer and the heads of its attention: how q, k and v are laid out by head, normalised (Qwen3) and turned by the
 * angles of their positions (RoPE), and back.
 */
import {
  broadcastTo,
  concat,
  constant,
  embed,
  mul,
  reshape,
  rmsNorm,
  rope,
  scaledRmsNorm,
  slice,
  sizeOf,
  split,
  type Target,
  type Tensor,
  transpose,
} from '../graph/index.ts';
import type { ModelConfig } from './config.ts';
import type { Parameters } from './parameters.ts';
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

export interface Angles {
  /** [batch or 1, time, headWidth / 2] */
  readonly cos: Tensor;
  readonly sin: Tensor;
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

/** Angles at the given positions [batch, time] (i32). */
export const anglesAt = ({ cos, sin }: Angles, positions: Tensor): Angles => ({
  cos: embed(cos, positions),
  sin: embed(sin, positions),
});

export const lastAngles = ({ cos, sin }: Angles): Angles => {
  const time = cos.shape[1]!;
  return { cos: slice(cos, 1, time - 1, time), sin: slice(sin, 1, time - 1, time) };
};

/** Norms of each head's queries and keys before they are rotated; what comes out has the shape of what goes in. */
export interface HeadNorms {
  /** Of rows [n, heads · headWidth]. */
  readonly queries: (rows: Tensor) => Tensor;
  /** Of rows [n, kvHeads · headWidth]. */
  readonly keys: (rows: Tensor) => Tensor;
  /** Of both side by side, [n, heads + kvHeads, ..., headWidth]. */
  readonly joined: (x: Tensor) => Tensor;
}

export function headNorms(config: ModelConfig, parameters: Parameters, layer: number): HeadNorms | null {
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
export function toHeads(
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
export function joinedTokenHeads(
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
export function joinedHeads(
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

export function fromHeads(y: Tensor, config: ModelConfig, { batch, group, time }: Extent): Tensor {
  const { heads, kvHeads, headWidth } = config;
  const apart = reshape(y, [batch, kvHeads, group, heads / kvHeads, time, headWidth]);
  return reshape(transpose(apart, [0, 2, 4, 1, 3, 5]), [batch * group * time, heads * headWidth]);
}
