/** This project's engines with a pretrained model: generation as the trainer samples, and its training step with LoRA. */
import { servedModel } from '../../src/headless/served.ts';
import { type Feeds, freshState, type ModelHost, type Values } from '../../src/host/host.ts';
import { callsToSettle } from '../../src/host/tuner.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { everything, initialFactors, parameterLayout } from '../../src/model/parameters.ts';
import { readTensors } from '../../src/model/sources/source.ts';
import type { GenerateSpec, LogprobsSpec, UpdateSpec } from '../../src/programs/index.ts';
import { PLAIN_LOSS } from '../../src/programs/loss.ts';
import { openHost } from '../../workers/host.ts';
import { dependencies } from '../../package.json';
import type { Engine, OpenedTraining, OpenRequest, OpenTrainingRequest, TrainedStep } from './types.ts';
import { ADAMW, FACTORS_SEED, LEARNING_RATE, LORA } from './workload.ts';

/** Tokens per loop of the sampling graph; in a run of a large model it is 64. */
const CHUNK = 16;
/** As the page lets a pretrained model have. */
const ENGINE_BYTES = 2 ** 32;
/** No id at all, so that no text ends. */
const NO_END = -1;

export interface Ours extends Engine {
  openTraining(request: OpenTrainingRequest): Promise<OpenedTraining>;
  trainStep(): Promise<TrainedStep>;
}

export async function openOurs({ files, threads: cores }: OpenRequest): Promise<Ours> {
  const source = servedModel(files.model);
  const config = await source.config();
  const { host, threads } = await openHost('wasm', { threads: cores, engineBytes: ENGINE_BYTES });
  await host.loadFrozen(await readTensors(source));
  await host.load(parameterLayout(config, everything(config)), freshState(new Float32Array(0)));
  let training: Training | null = null;
  return {
    about: `onnxruntime-web ${dependencies['onnxruntime-web']}, float32, ${threads} engines × 1 thread`,
    warmUps: 1 + callsToSettle(threads),
    generate: async ({ prompts, newTokens }) => ({
      completions: await generate(
        host,
        config,
        threads,
        prompts.map(({ ids }) => ids),
        newTokens,
      ),
    }),
    async openTraining(request) {
      training = await Training.open(host, config, threads, request);
      return { oldLogprobs: training.oldLogprobs };
    },
    trainStep() {
      if (!training) throw new Error('The training was not opened.');
      return training.step();
    },
    dispose: () => host.dispose(),
  };
}

/** The items in as many parts as divide them evenly, one for each engine at most. */
function partsOf<T>(items: readonly T[], engines: number): (readonly T[])[] {
  const divides = (count: number) => items.length % count === 0;
  let count = Math.min(engines, items.length);
  while (!divides(count)) count--;
  const size = items.length / count;
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}

async function generate(
  host: ModelHost,
  config: ModelConfig,
  engines: number,
  prompts: readonly (readonly number[])[],
  newTokens: number,
): Promise<readonly (readonly number[])[]> {
  const parts = partsOf(prompts, engines);
  const promptTime = prompts[0]!.length;
  const spec: GenerateSpec = {
    kind: 'generate',
    config: { ...config, endIds: [NO_END] },
    frozen: everything(config),
    options: {
      prompts: parts[0]!.length,
      group: 1,
      promptTime,
      completionTime: newTokens,
      mode: 'greedy',
      chunk: CHUNK,
    },
  };
  const feeds = parts.map((part): Feeds => ({
    prompts: Int32Array.from(part.flat()),
    promptLengths: new Int32Array(part.length).fill(promptTime),
    inverseTemperature: Float32Array.of(1),
  }));
  const results = await host.run(spec, feeds);
  return results.flatMap(({ ids }) => rowsOf(ids!, newTokens));
}

const rowsOf = (values: Values[string], width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) =>
    Array.from(values.subarray(i * width, (i + 1) * width)),
  );

/** A policy-gradient step by LoRA, layer by layer. The completions are shared out over the engines, the prompt is read in each. */
class Training {
  readonly #host: ModelHost;
  readonly #spec: UpdateSpec;
  readonly #feeds: readonly Feeds[];

  private constructor(
    host: ModelHost,
    spec: UpdateSpec,
    feeds: readonly Feeds[],
    readonly oldLogprobs: readonly (readonly number[])[],
  ) {
    this.#host = host;
    this.#spec = spec;
    this.#feeds = feeds;
  }

  static async open(
    host: ModelHost,
    config: ModelConfig,
    engines: number,
    { batch: { prompt, completions, advantages } }: OpenTrainingRequest,
  ): Promise<Training> {
    await host.load(
      parameterLayout(config, [], LORA),
      freshState(initialFactors(config, LORA, FACTORS_SEED)),
    );
    const parts = partsOf(
      completions.map((ids, i) => ({ ids, advantage: advantages[i]! })),
      engines,
    );
    const [group, completionTime] = [parts[0]!.length, completions[0]!.length];
    const model = { config, lora: LORA, checkpointing: true };
    const shape = { prompts: 1, group, promptTime: prompt.length, completionTime };
    const inputs = parts.map((part): Feeds => ({
      prompts: Int32Array.from(prompt),
      promptLengths: Int32Array.of(prompt.length),
      completions: Int32Array.from(part.flatMap(({ ids }) => ids)),
      inverseTemperature: Float32Array.of(1),
    }));
    const scoring: LogprobsSpec = { kind: 'logprobs', ...model, shape };
    const scores = await host.run(scoring, inputs);
    const values = group * completionTime;
    const weight = 1 / (completions.length * completionTime);
    return new Training(
      host,
      { kind: 'update', ...model, shape, settings: SURROGATE },
      inputs.map((own, i) => ({
        ...own,
        mask: new Float32Array(values).fill(1),
        weights: new Float32Array(values).fill(weight),
        oldLogprobs: scores[i]!['logprobs']!,
        advantages: Float32Array.from(parts[i]!, ({ advantage }) => advantage),
      })),
      scores.flatMap(({ logprobs }) => rowsOf(logprobs!, completionTime)),
    );
  }

  async step(): Promise<TrainedStep> {
    const began = performance.now();
    const { values, gradNorm } = await this.#host.update(this.#spec, this.#feeds, LEARNING_RATE, ADAMW);
    const ms = performance.now() - began;
    return { loss: values.reduce((total, { loss }) => total + loss![0]!, 0), gradNorm, ms };
  }
}

/** GRPO's own: clipped, by the token, without a reference. */
const SURROGATE = {
  ...PLAIN_LOSS,
  importance: 'token',
  clipLow: 0.2,
  clipHigh: 0.2,
  beta: 0,
} as const satisfies UpdateSpec['settings'] & typeof PLAIN_LOSS;
