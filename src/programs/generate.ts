/**
 * Sampling as one graph: prefill, then loops with a KV cache and inverse-CDF sampling inside. Uniform numbers come from
 * the host, so the same numbers give the same tokens on every device.
 */
import {
  add,
  argmax,
  broadcastTo,
  cast,
  concat,
  constant,
  cumsum,
  div,
  embed,
  equal,
  exp,
  input,
  iota,
  less,
  log,
  logSoftmax,
  loop,
  max,
  maximum,
  minimum,
  mul,
  neg,
  not,
  or,
  pick,
  reshape,
  scalar,
  type Segment,
  select,
  sub,
  sum,
  type Tensor,
  writePosition,
} from '../graph/index.ts';
import { type CompletionShape, encodePrompts } from '../model/completions.ts';
import type { ModelConfig } from '../model/config.ts';
import { declareParameters, type ModelSpec } from '../model/parameters.ts';
import { anglesAt } from '../model/attention-heads.ts';
import { attendTo, decode, embedRows, type Head, headOf, MASKED } from '../model/transformer.ts';
import { restrict, type Weights } from './restrict.ts';
import type { SamplerSettings } from './sampler.ts';

export interface GenerateOptions extends CompletionShape, SamplerSettings {
  /**
   * Tokens per loop. A loop copies what it carries at every step, so it carries only the keys and values of its own
   * tokens; those of earlier loops are read in place.
   */
  readonly chunk: number;
}

/** Names and types of the graph's inputs and outputs. N = prompts · group, T = completionTime. */
export interface GenerateOutputs {
  /** [N, T] (i32): sampled ids; padding after end-of-text. */
  readonly ids: Tensor;
  /** [N, T]: log-probability of each id under the distribution it was drawn from, temperature included. */
  readonly logprobs: Tensor;
  /** [N, T]: entropy of that distribution in nats. */
  readonly entropies: Tensor;
}

interface Draw {
  readonly ids: Tensor;
  readonly logprobs: Tensor;
  readonly entropies: Tensor;
}

/**
 * Draws one token per row from normalised rows [n, width], of those that top-k and top-p leave: the first id whose
 * cumulative probability reaches u.
 */
function draw(
  rows: Tensor,
  head: Head,
  inverseTemperature: Tensor,
  uniforms: Tensor,
  settings: SamplerSettings,
): Draw {
  const n = rows.shape[0]!;
  const logits = mul(head.applyInLoop(rows), inverseTemperature);
  const restricted = restrict(logits, settings);
  if (restricted) return drawSome(restricted, uniforms, settings.mode);
  const logprobs = logSoftmax(logits);
  const probabilities = exp(logprobs);
  const below = () => sum(cast(less(cumsum(probabilities), reshape(uniforms, [n, 1])), 'f32'), [1]);
  // Rounding may leave the last cumulative value under u.
  const ids =
    settings.mode === 'greedy' ? argmax(logprobs) : cast(minimum(below(), logprobs.shape[1]! - 1), 'i32');
  return { ids, logprobs: pick(logprobs, ids), entropies: neg(sum(mul(probabilities, logprobs), [1])) };
}

/** The same for what may be drawn alone. */
function drawSome({ weights, logs }: Weights, uniforms: Tensor, mode: SamplerSettings['mode']): Draw {
  const n = weights.shape[0]!;
  const sums = cumsum(weights);
  const whole = max(sums, [1], true);
  // Some id that may be drawn is the first to reach a number above 0, and no other is where that is at most the whole.
  const goal = minimum(maximum(mul(reshape(uniforms, [n, 1]), whole), 1e-30), whole);
  const below = () => sum(cast(less(sums, goal), 'f32'), [1]);
  const ids = mode === 'greedy' ? argmax(weights) : cast(below(), 'i32');
  const total = sum(weights, [1]);
  const mean = div(sum(mul(weights, logs), [1]), total);
  return { ids, logprobs: sub(pick(logs, ids), log(total)), entropies: sub(log(total), mean) };
}

/** Which of the ids [n] end a text. */
const isEnd = ({ endIds }: ModelConfig, ids: Tensor): Tensor =>
  endIds.map((end) => equal(ids, constant([], [end], 'i32'))).reduce((a, b) => or(a, b));

/** Writes a column [n] into a matrix [n, width] at the column where `here` [width] is true. */
const writeColumn = (matrix: Tensor, here: Tensor, column: Tensor): Tensor =>
  select(here, reshape(column, [column.shape[0]!, 1]), matrix);

/**
 * Builds the sampling graph. Inputs: the weights, `prompts` [P, Tp] (i32, left-padded), `promptLengths` [P] (i32),
 * `uniforms` [T, N], `inverseTemperature` [].
 */
export function buildGenerate(model: ModelSpec, options: GenerateOptions): GenerateOutputs {
  const { config } = model;
  const { prompts, group, promptTime, completionTime, chunk } = options;
  const { kvHeads, headWidth, layers } = config;
  const n = prompts * group;
  const parameters = declareParameters({ ...model, checkpointing: false }, { differentiable: false });
  const inverseTemperature = input('inverseTemperature', []);
  const uniforms = input('uniforms', [completionTime, n]);
  const promptIds = input('prompts', [prompts, promptTime], 'i32');
  const promptLengths = input('promptLengths', [prompts], 'i32');
  const encoded = encodePrompts(config, parameters, promptIds, promptLengths, completionTime);
  const head = headOf(config, parameters);
  const start = broadcastTo(reshape(encoded.last, [prompts, 1, config.width]), [
    prompts,
    group,
    config.width,
  ]);
  const first = draw(
    reshape(start, [n, config.width]),
    head,
    inverseTemperature,
    embed(uniforms, constant([], [0], 'i32')),
    options,
  );
  let previous = first.ids;
  let finished = isEnd(config, first.ids);
  const column = (x: Tensor) => reshape(x, [n, 1]);
  const collected = {
    ids: [column(first.ids)],
    logprobs: [column(first.logprobs)],
    entropies: [column(first.entropies)],
  };
  /** Keys and values of the loops that are done, per layer. */
  let earlier: Cache | null = null;

  for (let begin = 1; begin < completionTime; begin += chunk) {
    const steps = Math.min(chunk, completionTime - begin);
    const zeros = (shape: readonly number[], dtype: 'f32' | 'i32' = 'f32') =>
      broadcastTo(scalar(0, dtype), shape);
    const cacheShape = [prompts, kvHeads, group, steps, headWidth];
    const padding = broadcastTo(constant([], [config.padId], 'i32'), [n, steps]);
    const carried = [previous, finished, padding, zeros([n, steps]), zeros([n, steps])];
    const caches = Array.from({ length: 2 * layers }, () => zeros(cacheShape));
    const past: Cache | null = earlier;
    const before = segmentsBefore(encoded.segments, past, group);
    const results = loop(
      steps,
      unfinished(finished),
      [...carried, ...caches],
      (step, [last, done, ids, logprobs, entropies, ...cache]) => {
        const here = equal(iota(steps), step);
        const future = reshape(select(less(step, iota(steps)), scalar(MASKED), scalar(0)), [
          1,
          1,
          1,
          1,
          steps,
        ]);
        const position = add(encoded.lengths, add(step, begin - 1));
        const next: Tensor[] = [];
        const rows = decode(
          config,
          parameters,
          embedRows(config, parameters, last!),
          [{ extent: { batch: prompts, group, time: 1 }, angles: anglesAt(encoded.angles, position) }],
          (layer, [heads]) => {
            const { queries, keys, values } = heads!;
            const [ownKeys, ownValues] = [keys, values].map((x, i) =>
              writePosition(cache[2 * layer + i]!, step, x),
            ) as [Tensor, Tensor];
            next.push(ownKeys, ownValues);
            const own: Segment = { keys: ownKeys, values: ownValues, bias: future };
            return [attendTo(parameters.target, queries, [...before[layer]!, own])];
          },
        );
        const drawn = draw(rows, head, inverseTemperature, embed(uniforms, add(step, begin)), options);
        const kept = select(done!, constant([], [config.padId], 'i32'), drawn.ids);
        const nowDone = or(done!, isEnd(config, kept));
        return {
          goOn: unfinished(nowDone),
          carried: [
            kept,
            nowDone,
            writeColumn(ids!, here, kept),
            writeColumn(logprobs!, here, drawn.logprobs),
            writeColumn(entropies!, here, drawn.entropies),
            ...next,
          ],
        };
      },
    );
    previous = results[0]!;
    finished = results[1]!;
    collected.ids.push(results[2]!);
    collected.logprobs.push(results[3]!);
    collected.entropies.push(results[4]!);
    earlier = lengthen(past, results.slice(5));
  }
  return {
    ids: concat(collected.ids, 1),
    logprobs: concat(collected.logprobs, 1),
    entropies: concat(collected.entropies, 1),
  };
}

/** Keys and values of each layer. */
type Cache = readonly (readonly [Tensor, Tensor])[];

/**
 * What each layer reads besides the tokens of the loop at hand: the prompt, which a group shares, and the loops that
 * are done. A prompt that nobody shares is joined with them, since every segment costs two products a step.
 */
function segmentsBefore(prompts: readonly Segment[], past: Cache | null, group: number): Segment[][] {
  return prompts.map((prompt, layer) => {
    if (!past) return [prompt];
    const [keys, values] = past[layer]!;
    if (group > 1 || !prompt.bias) return [prompt, { keys, values }];
    const [count, kvHeads, , time, headWidth] = keys.shape as [number, number, number, number, number];
    const apart = (x: Tensor) => reshape(x, [count, kvHeads, 1, x.shape[2]!, headWidth]);
    return [
      {
        keys: concat([apart(prompt.keys), keys], 3),
        values: concat([apart(prompt.values), values], 3),
        bias: concat([prompt.bias, broadcastTo(scalar(0), [count, 1, 1, 1, time])], 4),
      },
    ];
  });
}

/** Appends what one loop has collected: keys and values alternate, layer by layer. */
function lengthen(past: Cache | null, fresh: readonly Tensor[]): Cache {
  const layers = Array.from(
    { length: fresh.length / 2 },
    (_, i) => [fresh[2 * i]!, fresh[2 * i + 1]!] as const,
  );
  if (!past) return layers;
  return layers.map(([k, v], i) => [concat([past[i]![0], k], 3), concat([past[i]![1], v], 3)] as const);
}

/** Whether any sequence is still open (bool scalar). */
function unfinished(finished: Tensor): Tensor {
  return less(scalar(0), max(cast(not(finished), 'f32'), [0]));
}
