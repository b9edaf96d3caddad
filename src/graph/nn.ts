/** Operators of neural networks that have one kernel in ONNX Runtime or a gradient cheaper than the chain rule's. */
import { reshape, sum } from './broadcast.ts';
import { concat, slice, split } from './layout.ts';
import { add, div, exp, mul, neg, sigmoid, sub } from './elementwise.ts';
import { embed, pick, put } from './indexing.ts';
import { matmul } from './matmul.ts';
import { mean } from './mean.ts';
import {
  GraphError,
  makeNode,
  makeTensor,
  type NdArray,
  type Operator,
  requireDType,
  ShapeError,
  type Tensor,
} from './tensor.ts';

/** Applies f to each row (last axis). */
function mapRows(x: NdArray, f: (row: Float64Array) => Float64Array): NdArray {
  const width = x.shape.at(-1)!;
  const data = new Float64Array(x.data.length);
  for (let i = 0; i < data.length; i += width) data.set(f(x.data.subarray(i, i + width)), i);
  return { shape: x.shape, data };
}

function logSumExp(row: Float64Array): number {
  const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
  return top + Math.log(row.reduce((total, v) => total + Math.exp(v - top), 0));
}

/** What an operator makes of x, in x's shape. */
function rowwise(operator: Operator, x: Tensor): Tensor {
  requireDType(operator.name, x, 'f32');
  return makeTensor(operator, [x], x.shape, 'f32');
}

const softmaxOperator: Operator = {
  name: 'softmax',
  gradient: ({ outputs: [y] }, [g]) => {
    const weighted = mul(g!, y!);
    return [sub(weighted, mul(y!, sum(weighted, [-1], true)))];
  },
  evaluate: (_node, [x]) => [mapRows(x!, (row) => row.map((v) => Math.exp(v - logSumExp(row))))],
};

/** Softmax over the last axis. */
export const softmax = (x: Tensor): Tensor => rowwise(softmaxOperator, x);

const logSoftmaxOperator: Operator = {
  name: 'logSoftmax',
  gradient: ({ outputs: [y] }, [g]) => [sub(g!, mul(exp(y!), sum(g!, [-1], true)))],
  evaluate: (_node, [x]) => [mapRows(x!, (row) => row.map((v) => v - logSumExp(row)))],
};

/** Logarithm of the softmax over the last axis. */
export const logSoftmax = (x: Tensor): Tensor => rowwise(logSoftmaxOperator, x);

/** Rows divided by √(mean(x²) + ε), and those deviations. */
function normalise(x: NdArray, epsilon: number): { normalised: NdArray; deviations: Float64Array } {
  const width = x.shape.at(-1)!;
  const deviations = Float64Array.from({ length: x.data.length / width }, (_, i) => {
    const row = x.data.subarray(i * width, (i + 1) * width);
    return Math.sqrt(row.reduce((t, v) => t + v * v, 0) / width + epsilon);
  });
  const data = x.data.map((v, i) => v / deviations[Math.floor(i / width)]!);
  return { normalised: { shape: x.shape, data }, deviations };
}

const rmsNormOperator: Operator = {
  name: 'rmsNorm',
  gradient: ({ outputs: [y, inverse] }, [g, gInverse]) => {
    if (gInverse) throw new Error('rmsNorm: the inverse deviation is not differentiable.');
    return [mul(sub(g!, mul(y!, mean(mul(g!, y!), [-1], true))), inverse!)];
  },
  evaluate: (node, [x]) => {
    const { normalised, deviations } = normalise(x!, node.attributes['epsilon'] as number);
    return [normalised, { shape: node.outputs[1]!.shape, data: deviations.map((d) => 1 / d) }];
  },
};

/**
 * x / √(mean(x²) + ε) over the last axis (Zhang & Sennrich 2019), without the learned scale: scale the weight that
 * reads the result instead, which touches parameters and not activations.
 */
export function rmsNorm(x: Tensor, epsilon: number): Tensor {
  requireDType('rmsNorm', x, 'f32');
  const outputs = [x.shape, x.shape.with(x.shape.length - 1, 1)].map((shape) => ({
    shape,
    dtype: 'f32' as const,
  }));
  return makeNode(rmsNormOperator, [x], outputs, { epsilon })[0]!;
}

const scaledRmsNormOperator: Operator = {
  name: 'scaledRmsNorm',
  gradient: ({ inputs: [x, scale], outputs: [, normalised, deviation] }, [g, ...others]) => {
    if (others.some((other) => other))
      throw new Error('scaledRmsNorm: only the scaled rows are differentiable.');
    const width = x!.shape[1]!;
    const along = mul(g!, normalised!);
    const mean = matmul(along, reshape(scale!, [width, 1]), { scale: 1 / width });
    const rows = div(sub(mul(g!, scale!), mul(normalised!, mean)), deviation!);
    return [rows, sum(along, [0])];
  },
  evaluate: (node, [x, scale]) => {
    const { normalised, deviations } = normalise(x!, node.attributes['epsilon'] as number);
    const width = scale!.data.length;
    const scaled = normalised.data.map((v, i) => v * scale!.data[i % width]!);
    return [
      { shape: x!.shape, data: scaled },
      normalised,
      { shape: node.outputs[2]!.shape, data: deviations },
    ];
  },
};

/**
 * {@link rmsNorm} of rows [n, width] times a scale [width], for where the number of kernels counts and not the work that
 * each does: scaling the rows is one kernel, scaling each of the weights that read them one for every weight and
 * several for their gradients.
 */
export function scaledRmsNorm(x: Tensor, scale: Tensor, epsilon: number): Tensor {
  for (const operand of [x, scale]) requireDType('scaledRmsNorm', operand, 'f32');
  const [n, width] = x.shape;
  if (x.shape.length !== 2 || scale.shape.length !== 1 || scale.shape[0] !== width)
    throw new ShapeError('scaledRmsNorm', [x.shape, scale.shape], 'rows [n, width] take a scale [width]');
  const outputs = [x.shape, x.shape, [n!, 1]].map((shape) => ({ shape, dtype: 'f32' as const }));
  return makeNode(scaledRmsNormOperator, [x, scale], outputs, { epsilon })[0]!;
}

const siluOperator: Operator = {
  name: 'silu',
  gradient: ({ inputs: [x], outputs: [y] }, [g]) => {
    const gate = sigmoid(x!);
    return [mul(g!, add(y!, sub(gate, mul(y!, gate))))];
  },
  evaluate: (_node, [x]) => [mapRows(x!, (row) => row.map((v) => v / (1 + Math.exp(-v))))],
};

/** x · σ(x). */
export const silu = (x: Tensor): Tensor => rowwise(siluOperator, x);

const ropeOperator: Operator = {
  name: 'rope',
  gradient: ({ inputs: [, cos, sin] }, [g]) => [rope(g!, cos!, neg(sin!)), null, null],
  evaluate: (_node, [x, cos, sin]) => {
    const [batch, heads, time, width] = x!.shape as [number, number, number, number];
    const half = width / 2;
    const data = new Float64Array(x!.data.length);
    for (let b = 0; b < batch; b++)
      for (let h = 0; h < heads; h++)
        for (let t = 0; t < time; t++)
          for (let d = 0; d < half; d++) {
            const at = ((b * heads + h) * time + t) * width + d;
            const angle = ((cos!.shape[0] === 1 ? 0 : b) * time + t) * half + d;
            const [left, right] = [x!.data[at]!, x!.data[at + half]!];
            data[at] = left * cos!.data[angle]! - right * sin!.data[angle]!;
            data[at + half] = right * cos!.data[angle]! + left * sin!.data[angle]!;
          }
    return [{ shape: x!.shape, data }];
  },
};

/**
 * Rotary position embedding in the half-rotation form (Su et al. 2021, as Hugging Face lays it out): x
 * [batch, heads, time, width], cos and sin [batch or 1, time, width/2]. Its gradient is the rotation backwards.
 */
export function rope(x: Tensor, cos: Tensor, sin: Tensor): Tensor {
  for (const operand of [x, cos, sin]) requireDType('rope', operand, 'f32');
  const [batch, , time, width] = x.shape;
  const fits = [cos, sin].every(
    ({ shape: [b, t, w] }) =>
      (b === 1 || b === batch) && t === time && w === width! / 2 && x.shape.length === 4,
  );
  if (!fits)
    throw new ShapeError('rope', [x.shape, cos.shape], 'the angles must be [batch or 1, time, width/2]');
  return makeTensor(ropeOperator, [x, cos, sin], x.shape, 'f32');
}

const customOperator: Operator = {
  name: 'withGradient',
  gradient: (node, [g]) => [null, ...(node.payload as GradientRule)(g!)],
  evaluate: (_node, [y]) => [y!],
};

type GradientRule = (g: Tensor) => readonly (Tensor | null)[];

/** The value `y`, with a gradient written by hand for the inputs it was made from. */
export function withGradient(y: Tensor, inputs: readonly Tensor[], rule: GradientRule): Tensor {
  return makeTensor(customOperator, [y, ...inputs], y.shape, y.dtype, {}, rule);
}

/**
 * Log-probability of one id per row: logits [n, vocabulary], ids [n] → [n]. The gradient, g·(1 − p) at the id and −g·p
 * everywhere else, is written directly.
 */
export function tokenLogprobs(logits: Tensor, ids: Tensor): Tensor {
  const all = logSoftmax(logits);
  return withGradient(pick(all, ids), [logits], (g) => {
    const p = exp(all);
    const others = mul(p, reshape(neg(g), [g.shape[0]!, 1]));
    return [put(others, ids, mul(sub(1, pick(p, ids)), g))];
  });
}

/**
 * Entropy of each row's distribution in nats: logits [n, vocabulary] → [n]. The gradient, −g·p·(log p + H), is written
 * directly.
 */
export function entropy(logits: Tensor): Tensor {
  const all = logSoftmax(logits);
  const p = exp(all);
  const result = neg(sum(mul(p, all), [1]));
  return withGradient(result, [logits], (g) => {
    const [h, slope] = [result, neg(g)].map((row) => reshape(row, [row.shape[0]!, 1])) as [Tensor, Tensor];
    return [mul(mul(p, add(all, h)), slope)];
  });
}

/** Most logits that are held at a time, 64 MiB of them. */
const HELD_LOGITS = 2 ** 24;

export interface FrozenHeadOptions {
  /** Whether a gradient will be asked for; where not, half of the work falls away. */
  readonly differentiable: boolean;
  readonly heldLogits?: number;
}

/**
 * {@link tokenLogprobs} of the logits rows·weightᵀ where the weight is not trained: rows [n, width], weight
 * [vocabulary, width], ids [n] → [n]. Since d logp / d row = weight[id] − p·weight does not depend on what becomes of
 * the result, it is computed beside it, and no logits outlive their chunk of rows.
 */
export function frozenHeadLogprobs(
  rows: Tensor,
  weight: Tensor,
  ids: Tensor,
  options: FrozenHeadOptions,
): Tensor {
  return throughFrozenHead(rows, weight, options, (all, start, end) => {
    const own = slice(ids, 0, start, end);
    return {
      values: pick(all, own),
      slope: () => sub(embed(weight, own), matmul(exp(all), weight)),
    };
  });
}

/** {@link entropy} of the logits rows·weightᵀ where the weight is not trained, in the same way: d H / d row = −(p·(log p + H))·weight. */
export function frozenHeadEntropy(rows: Tensor, weight: Tensor, options: FrozenHeadOptions): Tensor {
  return throughFrozenHead(rows, weight, options, (all) => {
    const p = exp(all);
    const values = neg(sum(mul(p, all), [1]));
    const h = reshape(values, [values.shape[0]!, 1]);
    return { values, slope: () => neg(matmul(mul(p, add(all, h)), weight)) };
  });
}

/** What is made of the log-probabilities [rows, vocabulary] of some rows: a value for each, and its derivative by the row. */
type ReadChunk = (
  all: Tensor,
  start: number,
  end: number,
) => { readonly values: Tensor; readonly slope: () => Tensor };

function throughFrozenHead(
  rows: Tensor,
  weight: Tensor,
  { differentiable, heldLogits = HELD_LOGITS }: FrozenHeadOptions,
  read: ReadChunk,
): Tensor {
  const [n, width] = rows.shape as [number, number];
  const chunk = Math.max(1, Math.floor(heldLogits / weight.shape[0]!));
  const parts = Array.from({ length: Math.ceil(n / chunk) }, (_, i) => {
    const [start, end] = [i * chunk, Math.min(n, (i + 1) * chunk)];
    const all = logSoftmax(matmul(slice(rows, 0, start, end), weight, { transB: true }));
    const { values, slope } = read(all, start, end);
    const column = reshape(values, [end - start, 1]);
    // In one tensor, so that a chunk is done with before the next begins.
    return differentiable ? concat([column, slope()], 1) : column;
  });
  const whole = concat(parts, 0);
  if (!differentiable) return reshape(whole, [n]);
  const [values, slope] = split(whole, 1, [1, width]);
  return withGradient(reshape(values!, [n]), [rows], (g) => [mul(slope!, reshape(g, [n, 1]))]);
}

export interface Segment {
  /**
   * [...batch, time, width] like the queries, or without the queries' last batch axis (the group), when all members
   * of a group read the same keys.
   */
  readonly keys: Tensor;
  readonly values: Tensor;
  /** The keys are [...batch, width, time], turned round beforehand; then there is no gradient. */
  readonly turned?: true;
  /** Added to the scores, broadcastable to [...batch, queries, time]: 0 or a large negative number. */
  readonly bias?: Tensor;
}

/** Folds the last batch axis into the rows: [...b, g, n, w] → [...b, g·n, w]. */
const mergeGroup = ({ shape }: Tensor): number[] => [
  ...shape.slice(0, -3),
  shape.at(-3)! * shape.at(-2)!,
  shape.at(-1)!,
];

/**
 * Scaled dot-product attention of queries [...batch, n, width] over one or more segments of keys and values; by default
 * the scale is 1/√width.
 * Segments meet in the scores only, so that a cache is never copied into one tensor, and a segment shared by a group
 * is multiplied with all of the group's queries at once.
 */
export function attention(
  queries: Tensor,
  segments: readonly Segment[],
  scale = 1 / Math.sqrt(queries.shape.at(-1)!),
): Tensor {
  const rank = queries.shape.length;
  const isShared = (segment: Segment) => segment.keys.shape.length < rank;
  /** x as the segment sees it. */
  const towards = (segment: Segment, x: Tensor) => (isShared(segment) ? reshape(x, mergeGroup(x)) : x);
  const back = (x: Tensor) => reshape(x, [...queries.shape.slice(0, -1), x.shape.at(-1)!]);

  const scores = segments.map((segment) => {
    const raw = back(matmul(towards(segment, queries), segment.keys, { transB: !segment.turned, scale }));
    return segment.bias ? add(raw, segment.bias) : raw;
  });
  const weights = softmax(concat(scores, -1));
  const sizes = segments.map(({ values }) => values.shape.at(-2)!);
  const parts = split(weights, -1, sizes);
  const y = segments
    .map((segment, i) => back(matmul(towards(segment, parts[i]!), segment.values)))
    .reduce((a, b) => add(a, b));
  const inputs = [queries, ...segments.flatMap(({ keys, values }) => [keys, values])];
  return withGradient(y, inputs, (g) => {
    if (segments.some(({ turned }) => turned))
      throw new GraphError('attention: keys that were turned round have no gradient.');
    // Σ g·p over keys equals Σ g·y over features (Dao et al. 2022), a far smaller tensor.
    const offset = sum(mul(g, y), [-1], true);
    const pieces = segments.map((segment, i) => {
      const gWeights = back(matmul(towards(segment, g), segment.values, { transB: true }));
      const gScores = towards(segment, mul(parts[i]!, sub(gWeights, offset)));
      return {
        queries: back(matmul(gScores, segment.keys, { scale })),
        keys: matmul(gScores, towards(segment, queries), { transA: true, scale }),
        values: matmul(towards(segment, parts[i]!), towards(segment, g), { transA: true }),
      };
    });
    const gQueries = pieces.map((piece) => piece.queries).reduce((a, b) => add(a, b));
    return [gQueries, ...pieces.flatMap(({ keys, values }) => [keys, values])];
  });
}
