/** Compares the engine with the numbers of an independent implementation (the `expected.json` of a fixture). */
import * as v from 'valibot';
import { freshState } from '../host/host.ts';
import { LocalHost } from '../host/local-host.ts';
import { type ModelConfig, parseModelConfig } from '../model/config.ts';
import {
  gradientName,
  type NamedTensors,
  packWeights,
  parameterLayout,
  type ParameterLayout,
  unpackWeights,
  WeightsError,
} from '../model/parameters.ts';
import { buildProgram, buildStepped, type GenerateSpec, type SupervisedSpec } from '../programs/index.ts';
import { buildScores } from '../programs/supervised.ts';
import type { HostArray, Runtime } from '../runtime/runtime.ts';

const numbers = v.array(v.number());
const matrix = v.array(numbers);

const Expected = v.object({
  input_ids: matrix,
  loss_mask: matrix,
  logits_last: matrix,
  logprobs: matrix,
  loss: v.number(),
  grad_l2: v.record(v.string(), v.number()),
  grad_first8: v.record(v.string(), numbers),
  adamw: v.object({
    lr: v.number(),
    betas: v.tuple([v.number(), v.number()]),
    eps: v.number(),
    weight_decay: v.number(),
    clip_norm: v.number(),
    losses: numbers,
    grad_norms: numbers,
    params_first8_after: v.record(v.string(), numbers),
  }),
  greedy: v.object({ prompt: matrix, tokens: matrix }),
});

export class FixtureError extends Error {
  override readonly name = 'FixtureError';
}

export interface LargestErrors {
  /** Absolute. */
  readonly logits: number;
  readonly logprobs: number;
  readonly loss: number;
  /** Relative to the tensor's L2 norm. */
  readonly gradL2: number;
  readonly gradFirst8: number;
  /** Relative. */
  readonly adamwLoss: number;
  readonly adamwNorm: number;
  /** Absolute. */
  readonly adamwParams: number;
}

/** What float32 should reach. */
export const TOLERANCES: LargestErrors = {
  logits: 1e-4,
  logprobs: 1e-4,
  loss: 1e-4,
  gradL2: 1e-3,
  gradFirst8: 1e-3,
  adamwLoss: 1e-3,
  adamwNorm: 1e-3,
  adamwParams: 1e-3,
};

export interface ModelVerification {
  readonly ok: boolean;
  readonly largestErrors: LargestErrors;
  readonly greedyEqual: boolean;
  readonly tolerances: LargestErrors;
  /** A sentence for each comparison that failed. */
  readonly failures: readonly string[];
}

const largest = (values: Iterable<number>): number => {
  let top = 0;
  // NaN compares false with everything, so it has to be let through by hand.
  for (const x of values) if (!(x <= top)) top = x;
  return top;
};

const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length)
    throw new FixtureError(`expected.json has ${b.length} values where the model gives ${a.length}.`);
  return largest(Array.from(a, (x, i) => Math.abs(x - b[i]!)));
};

const relative = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  largest(Array.from(a, (x, i) => Math.abs(x - b[i]!) / Math.max(Math.abs(b[i]!), 1e-12)));

/**
 * Runs the fixture on a runtime: logits, log-probabilities, loss, gradients, AdamW steps, greedy tokens.
 * @throws FixtureError, ModelConfigError or WeightsError when the files do not fit together
 */
export async function verifyModel(
  runtime: Runtime,
  configJson: unknown,
  tensors: NamedTensors,
  expectedJson: unknown,
): Promise<ModelVerification> {
  const config = parseModelConfig(configJson);
  const parsed = v.safeParse(Expected, expectedJson);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new FixtureError(`expected.json: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}.`);
  }
  const expected = parsed.output;
  const layout = parameterLayout(config);
  const parameters = packWeights(layout, tensors);
  const batch = expected.input_ids.length;
  const time = expected.input_ids[0]?.length ?? 0;
  const ids = Int32Array.from(expected.input_ids.flat());
  const mask = Float32Array.from(expected.loss_mask.flatMap((row) => row.slice(1)));
  if (time < 2 || ids.length !== batch * time || mask.length !== batch * (time - 1))
    throw new FixtureError(
      'expected.json: input_ids and loss_mask must be rectangles of one size, two tokens wide at least.',
    );

  const weights = weightFeeds(layout, parameters);
  const model = { config, target: runtime.kind };
  const scores = await once(runtime, buildScores(model, { batch, time }), { ...weights, ids });
  const { greedy, steps } = await onHost(runtime, layout, parameters, async (host) => ({
    greedy: await greedyTokens(host, config, expected.greedy.prompt, expected.greedy.tokens[0]?.length ?? 0),
    steps: await adamwRun(host, config, { ids, mask, batch, time }, expected.adamw),
  }));
  const after = weightFeeds(layout, steps.parameters);
  const names = layout.trainable.map(({ name }) => name);
  const need = <T>(record: Record<string, T>, name: string): T => {
    const value = record[name];
    if (value === undefined) throw new WeightsError(`expected.json says nothing about ${name}.`);
    return value;
  };
  const gradientOf = (name: string) => steps.firstGradient[gradientName(name)]!;
  const norm = (name: string) => Math.hypot(...gradientOf(name));
  const largestErrors: LargestErrors = {
    logits: difference(scores['logitsLast']!, expected.logits_last.flat()),
    logprobs: difference(scores['logprobs']!, expected.logprobs.flat()),
    loss: Math.abs(steps.losses[0]! - expected.loss),
    gradL2: largest(names.map((name) => Math.abs(norm(name) / need(expected.grad_l2, name) - 1))),
    gradFirst8: largest(
      names.map((name) => {
        const values = need(expected.grad_first8, name);
        return difference(gradientOf(name).subarray(0, values.length), values) / need(expected.grad_l2, name);
      }),
    ),
    adamwLoss: relative(steps.losses, expected.adamw.losses),
    adamwNorm: relative(steps.norms, expected.adamw.grad_norms),
    adamwParams: largest(
      names.map((name) => {
        const values = need(expected.adamw.params_first8_after, name);
        return difference(after[name]!.subarray(0, values.length), values);
      }),
    ),
  };
  const greedyEqual = expected.greedy.tokens.every((row, i) => {
    // After end-of-text we generate nothing; an implementation that goes on is compared up to there.
    const end = row.findIndex((id) => config.endIds.includes(id));
    const stop = end < 0 ? row.length : end + 1;
    return row.slice(0, stop).every((id, t) => greedy[i * row.length + t] === id);
  });
  const failures = (Object.keys(TOLERANCES) as (keyof LargestErrors)[])
    .filter((key) => !(largestErrors[key] <= TOLERANCES[key]))
    .map((key) => `${key}: the largest error is ${largestErrors[key]}, more than ${TOLERANCES[key]}.`);
  if (!greedyEqual) failures.push('greedy: the tokens differ.');
  return { ok: failures.length === 0, largestErrors, greedyEqual, tolerances: TOLERANCES, failures };
}

/** The tensors of a flat vector as a graph is fed with them. */
const weightFeeds = (layout: ParameterLayout, flat: Float32Array): Readonly<Record<string, Float32Array>> =>
  Object.fromEntries([...unpackWeights(layout, flat)].map(([name, { data }]) => [name, data]));

async function once(
  runtime: Runtime,
  outputs: Parameters<Runtime['compile']>[0],
  feeds: Record<string, HostArray>,
) {
  const program = await runtime.compile(outputs);
  try {
    return (await program.run(feeds)).values;
  } finally {
    await program.release();
  }
}

interface SupervisedBatch {
  readonly ids: Int32Array;
  readonly mask: Float32Array;
  readonly batch: number;
  readonly time: number;
}

/** Does the work as a run does it on this runtime. */
async function onHost<T>(
  runtime: Runtime,
  layout: ParameterLayout,
  start: Float32Array,
  work: (host: LocalHost) => Promise<T>,
): Promise<T> {
  const host = new LocalHost(runtime, buildProgram, runtime.kernels ? { stepped: buildStepped } : {});
  try {
    await host.load(layout, freshState(start));
    return await work(host);
  } finally {
    await host.dispose();
  }
}

async function adamwRun(
  host: LocalHost,
  config: ModelConfig,
  { ids, mask, batch, time }: SupervisedBatch,
  reference: v.InferOutput<typeof Expected>['adamw'],
) {
  const settings = {
    beta1: reference.betas[0],
    beta2: reference.betas[1],
    epsilon: reference.eps,
    weightDecay: reference.weight_decay,
    maxGradNorm: reference.clip_norm,
  };
  const spec: SupervisedSpec = { kind: 'supervised', config, shape: { batch, time } };
  const feeds = { ids, mask, divisor: Float32Array.of(mask.reduce((a, b) => a + b, 0)) };
  const [firstGradient] = await host.run(spec, [feeds]);
  const losses: number[] = [];
  const norms: number[] = [];
  for (let step = 0; step < reference.losses.length; step++) {
    const { values, gradNorm } = await host.update(spec, [feeds], reference.lr, settings);
    losses.push(values[0]!['loss']![0]!);
    norms.push(gradNorm);
  }
  const { parameters } = await host.snapshot();
  return { losses, norms, firstGradient: firstGradient!, parameters };
}

async function greedyTokens(
  host: LocalHost,
  config: ModelConfig,
  prompts: readonly (readonly number[])[],
  completionTime: number,
): Promise<HostArray> {
  const promptTime = prompts[0]?.length ?? 0;
  const shape = { prompts: prompts.length, group: 1, promptTime, completionTime };
  const spec: GenerateSpec = { kind: 'generate', config, options: { ...shape, mode: 'greedy', chunk: 8 } };
  const [values] = await host.run(spec, [
    {
      prompts: Int32Array.from(prompts.flat()),
      promptLengths: Int32Array.from(prompts, (row) => row.length),
      inverseTemperature: Float32Array.of(1),
    },
  ]);
  return values!['ids']!;
}
