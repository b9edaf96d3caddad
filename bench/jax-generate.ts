/**
 * Sampling with a KV cache for jax-js, the way `src/programs/generate.ts` does it: one jitted prefill, one jitted decoding
 * step with static shapes that draws the token as well, and a cache in chunks, so that a step rewrites only its own.
 */
import { blockUntilReady, jit, nn, numpy as np, tree } from '@jax-js/jax';
import { angles, type Angles, hidden, logits, type Weights } from './jax-model.ts';
import { COMPLETION_TIME, COMPLETIONS, MODEL, PROMPT_TIME, type Workload } from './workload.ts';

/** Keys and values: [prompts, heads, time, headWidth] if a group shares them, else [prompts, heads, group, time, headWidth]. */
type Segment = { keys: np.Array; values: np.Array };

/** For each layer: what is read only, and what the current chunk has written. */
type Caches = { past: Segment[][]; own: Segment[] };

type Drawn = { ids: np.Array; logprobs: np.Array; entropies: np.Array };

const CHUNK = 16;
/** Cumulative sums are quadratic in jax-js, so they are taken of blocks and then of the blocks' totals. */
const BLOCK = 16;
const SHUT_OUT = -1e9;
const { heads, headWidth, layers, vocabulary, width } = MODEL;

/** Inverse-CDF sampling from rows [n, width]: the first id whose cumulative probability exceeds u. */
function draw(weights: Weights, rows: np.Array, uniforms: np.Array): Drawn {
  const n = rows.shape[0]!;
  const logprobs = nn.logSoftmax(logits(weights, rows), -1);
  const probabilities = np.exp(logprobs.ref);
  const entropies = np.sum(probabilities.ref.mul(logprobs.ref), -1).mul(-1);
  const within = np.cumsum(probabilities.reshape([n, vocabulary / BLOCK, BLOCK]), 2);
  const totals = within.ref.slice([], [], BLOCK - 1);
  const before = np.cumsum(totals.ref, 1).sub(totals);
  const cumulative = within.add(before.reshape([n, vocabulary / BLOCK, 1])).reshape([n, vocabulary]);
  const below = np.sum(np.less(cumulative, uniforms.reshape([n, 1])).astype(np.int32), -1);
  const ids = np.minimum(below, vocabulary - 1);
  const isDrawn = np.equal(ids.ref.reshape([n, 1]), np.arange(vocabulary));
  return { ids, logprobs: np.sum(np.where(isDrawn, logprobs, 0), -1), entropies };
}

/** softmax(q kᵀ / √d + bias) v over several segments: queries [prompts, heads, group, headWidth] → the same. */
function attend(queries: np.Array, segments: readonly (Segment & { bias?: np.Array })[]): np.Array {
  const [prompts, , group] = queries.shape as [number, number, number];
  const apart = (x: np.Array) => x.reshape([prompts, heads, group, 1, headWidth]);
  const scores = segments.map(({ keys, bias }) => {
    const time = keys.shape.at(-2)!;
    const raw =
      keys.ndim === 4
        ? np.einsum('phgd,phtd->phgt', queries.ref, keys)
        : np.einsum('phgxd,phgtd->phgxt', apart(queries.ref), keys).reshape([prompts, heads, group, time]);
    const scaled = raw.mul(1 / Math.sqrt(headWidth));
    return bias ? scaled.add(bias) : scaled;
  });
  queries.dispose();
  const top = scores.map((s) => np.max(s.ref, -1, { keepdims: true })).reduce((a, b) => np.maximum(a, b));
  const exps = scores.map((s) => np.exp(s.sub(top.ref)));
  top.dispose();
  const total = exps.map((e) => np.sum(e.ref, -1, { keepdims: true })).reduce((a, b) => a.add(b));
  const parts = exps.map((e, i) => {
    const { values } = segments[i]!;
    if (values.ndim === 4) return np.einsum('phgt,phtd->phgd', e, values);
    const rows = e.reshape([prompts, heads, group, 1, values.shape[3]!]);
    return np.einsum('phgxt,phgtd->phgxd', rows, values).reshape([prompts, heads, group, headWidth]);
  });
  return parts.reduce((a, b) => a.add(b)).div(total);
}

/** [batch, time, heads, headWidth] → [batch, heads, time, headWidth] */
const toHeads = (x: np.Array): np.Array => x.transpose([0, 2, 1, 3]);

/**
 * Rows of attention's result [batch, time, width], returned from the jitted function besides being used. Otherwise
 * jax-js fuses the change of layout into the product that follows, whose kernel then gathers its input element by
 * element: a prefill takes three times as long.
 */
function kept(y: np.Array, materialized: np.Array[]): np.Array {
  const [batch, time] = y.shape as [number, number];
  const rows = y.reshape([batch, time, width]);
  materialized.push(rows.ref);
  return rows;
}

const prefill = jit((weights: Weights, prompts: np.Array, table: Angles) => {
  const [count, time] = prompts.shape as [number, number];
  const segments: Segment[] = [];
  const materialized: np.Array[] = [];
  const rows = hidden(weights, prompts, table, (_layer, queries, keys, values) => {
    segments.push({ keys: toHeads(keys.ref), values: toHeads(values.ref) });
    return kept(nn.dotProductAttention(queries, keys, values, { isCausal: true }), materialized);
  });
  const last = rows.slice([], [time - 1, time], []).reshape([count, width]);
  tree.dispose([weights, table] as never);
  return { last, segments, materialized };
});

const first = jit((weights: Weights, last: np.Array, uniforms: np.Array) => {
  const group = uniforms.shape[0]! / last.shape[0]!;
  const drawn = draw(weights, np.repeat(last, group, 0), uniforms);
  tree.dispose(weights);
  return drawn;
});

interface StepInputs {
  weights: Weights;
  caches: Caches;
  /** [n] */
  previous: np.Array;
  uniforms: np.Array;
  /** Column of the own chunk, []. */
  column: np.Array;
  table: Angles;
}

function decodeStep({ weights, caches, previous, uniforms, column, table }: StepInputs) {
  const n = previous.shape[0]!;
  const prompts = caches.past[0]![0]!.keys.shape[0]!;
  const group = n / prompts;
  const here = np.equal(np.arange(CHUNK), column.ref).reshape([CHUNK, 1]);
  const bias = np.where(np.less(column, np.arange(CHUNK)), SHUT_OUT, 0);
  const own: Segment[] = [];
  const materialized: np.Array[] = [];
  /** [n, 1, heads, headWidth] → [prompts, heads, group, headWidth] */
  const grouped = (x: np.Array) => x.reshape([prompts, group, heads, headWidth]).transpose([0, 2, 1, 3]);
  const row = (x: np.Array) =>
    group === 1 ? grouped(x) : grouped(x).reshape([prompts, heads, group, 1, headWidth]);
  const rows = hidden(weights, previous.reshape([n, 1]), table, (layer, queries, keys, values) => {
    const old = caches.own[layer]!;
    const segment = {
      keys: np.where(here.ref, row(keys), old.keys),
      values: np.where(here.ref, row(values), old.values),
    };
    own.push(tree.ref(segment));
    const y = attend(grouped(queries), [...caches.past[layer]!, { ...segment, bias: bias.ref }]);
    return kept(y.transpose([0, 2, 1, 3]).reshape([n, 1, heads, headWidth]), materialized);
  });
  const drawn = draw(weights, rows.reshape([n, width]), uniforms);
  tree.dispose([weights, table, here, bias] as never);
  return { drawn, own, materialized };
}

const decode = jit(decodeStep as never) as unknown as ((inputs: StepInputs) => {
  drawn: Drawn;
  own: Segment[];
  materialized: np.Array[];
}) & {
  dispose(): void;
};

/** Completions of the first COMPLETIONS / group prompts: ids [COMPLETIONS, COMPLETION_TIME]. Weights are kept. */
export async function generate(weights: Weights, workload: Workload, group: number): Promise<Int32Array> {
  const count = COMPLETIONS / group;
  const promptIds = np.array(workload.prompts.slice(0, count * PROMPT_TIME)).reshape([count, PROMPT_TIME]);
  const promptAngles = angles(Array.from({ length: PROMPT_TIME }, (_, i) => i));
  const uniformsAt = (t: number) => np.array(workload.uniforms.slice(t * COMPLETIONS, (t + 1) * COMPLETIONS));
  const { last, segments, materialized } = prefill(tree.ref(weights), promptIds, promptAngles);
  tree.dispose(materialized);
  const drawn: Drawn[] = [first(tree.ref(weights), last, uniformsAt(0))];
  let past: Segment[][] = segments.map((segment) => [segment]);
  const emptyShape = group === 1 ? [count, heads, CHUNK, headWidth] : [count, heads, group, CHUNK, headWidth];

  for (let begin = 1; begin < COMPLETION_TIME; begin += CHUNK) {
    let own: Segment[] = Array.from({ length: layers }, () => ({
      keys: np.zeros(emptyShape),
      values: np.zeros(emptyShape),
    }));
    for (let t = begin; t < Math.min(begin + CHUNK, COMPLETION_TIME); t++) {
      const result = decode({
        weights: tree.ref(weights),
        caches: { past: tree.ref(past as never), own },
        previous: drawn.at(-1)!.ids.ref,
        uniforms: uniformsAt(t),
        column: np.array(t - begin, { dtype: np.int32 }),
        table: angles([PROMPT_TIME + t - 1]),
      });
      drawn.push(result.drawn);
      tree.dispose(result.materialized);
      own = result.own;
    }
    // Keeps the queue of pending kernels short, as jax-js recommends.
    await blockUntilReady(own as never);
    past = past.map((read, layer) => lengthen(read, own[layer]!, group));
  }
  tree.dispose(past as never);
  const ids = new Int32Array(COMPLETIONS * COMPLETION_TIME);
  for (const [t, step] of drawn.entries()) {
    const [column] = await Promise.all([step.ids.data(), step.logprobs.data(), step.entropies.data()]);
    for (let i = 0; i < COMPLETIONS; i++) ids[i * COMPLETION_TIME + t] = column[i]!;
  }
  return ids;
}

/** Joins what a chunk has written to what is read: to the prompt itself, unless a group shares that. */
function lengthen(read: Segment[], own: Segment, group: number): Segment[] {
  const join = (a: Segment, b: Segment, axis: number): Segment => ({
    keys: np.concatenate([a.keys, b.keys], axis),
    values: np.concatenate([a.values, b.values], axis),
  });
  const [prompt, earlier] = read as [Segment, Segment?];
  if (group === 1) return [join(prompt, own, 2)];
  return [prompt, earlier ? join(earlier, own, 3) : own];
}

export function disposeGenerate(): void {
  for (const f of [prefill, first, decode]) f.dispose();
}
