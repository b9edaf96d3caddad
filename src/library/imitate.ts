/** A small policy from nothing but demonstrations: a start for tasks that no model is at hand for. */
import { completionText } from '../domains/completion.ts';
import { freshState } from '../host/host.ts';
import { LocalHost } from '../host/local-host.ts';
import { checkModelConfig, type ModelConfig } from '../model/config.ts';
import { initialWeights } from '../model/parameters.ts';
import { loadTokenizer, type Tokenizer } from '../model/tokenizer/index.ts';
import { trainTokenizer } from '../model/tokenizer/train.ts';
import { buildProgram } from '../programs/index.ts';
import { fineTune } from '../rl/fine-tune.ts';
import { Policy } from '../rl/policy.ts';
import { createPlainRuntime } from '../runtime/ort/plain.ts';
import { Model } from './models.ts';

/** A completion as the policy should write it. */
export interface Demonstration {
  /** What the policy reads, ending in a newline. */
  readonly prompt: string;
  readonly reasoning: string;
  readonly answer: string;
}

export interface ImitateOptions {
  readonly demonstrations: readonly Demonstration[];
  readonly seed?: number;
  /** Updates; default 400. */
  readonly steps?: number;
  /** Demonstrations in an update, drawn at random; default 32. */
  readonly batch?: number;
  /** Highest learning rate, reached after a twentieth of the steps; default 2e-3. */
  readonly learningRate?: number;
  /** Width of the model, a multiple of 32, and its layers; default 64 and 2. */
  readonly width?: number;
  readonly layers?: number;
  /** Longest text of prompt and completion, in tokens; default 128. */
  readonly maxTokens?: number;
  /** Tokens of the vocabulary, which is made of the demonstrations; default 320, at least 262. */
  readonly vocabulary?: number;
  /** Hears of every update. */
  readonly onProgress?: (progress: { readonly step: number; readonly loss: number }) => void;
  readonly signal?: AbortSignal;
  /** Address of the folder with ONNX Runtime’s own files, where a bundler does not find them. */
  readonly runtimeFiles?: string;
}

const HEAD_WIDTH = 32;

function shapeOf(
  tokenizer: Tokenizer,
  { width = 64, layers = 2, maxTokens = 128 }: ImitateOptions,
): ModelConfig {
  const heads = Math.max(1, Math.floor(width / HEAD_WIDTH));
  return checkModelConfig({
    family: 'llama',
    vocabulary: tokenizer.vocabSize,
    width,
    layers,
    heads,
    kvHeads: heads,
    headWidth: HEAD_WIDTH,
    hidden: 3 * width,
    maxPositions: maxTokens,
    ropeTheta: 10_000,
    normEpsilon: 1e-5,
    tied: true,
    head: 'causal',
    padId: tokenizer.padId,
    endIds: [tokenizer.endId],
  });
}

/**
 * Trains a fresh policy, with a vocabulary of its own, to write as the demonstrations do (supervised fine-tuning on the
 * completions). Demonstrations that are sometimes wrong leave something to reinforce. The same options give the same
 * weights.
 * @throws ModelConfigError for sizes that make no model; RangeError without demonstrations; AbortError
 */
export async function imitate(options: ImitateOptions): Promise<Model> {
  const {
    demonstrations,
    seed = 1,
    steps = 400,
    batch = 32,
    learningRate = 2e-3,
    vocabulary = 320,
  } = options;
  if (demonstrations.length === 0) throw new RangeError('There are no demonstrations to imitate.');
  const texts = demonstrations.map(
    ({ prompt, reasoning, answer }) => [prompt, completionText(reasoning, answer)] as const,
  );
  const tokenizerJson = trainTokenizer(texts.flat(), { vocabSize: vocabulary });
  const tokenizer = loadTokenizer(tokenizerJson);
  const config = shapeOf(tokenizer, options);
  const policy = new Policy(new LocalHost(createPlainRuntime(options.runtimeFiles), buildProgram), {
    config,
  });
  try {
    const examples = texts.map(([prompt, completion]) => ({
      prompt: tokenizer.encode(prompt),
      completion: tokenizer.encode(completion),
    }));
    await policy.load(freshState(initialWeights(config, seed)));
    const tuning = { seed, steps, batch, rate: learningRate, microBatch: batch };
    options.signal?.throwIfAborted();
    await fineTune(
      policy,
      (random) => random.pick(examples),
      tuning,
      (step, loss) => {
        options.onProgress?.({ step, loss });
        options.signal?.throwIfAborted();
      },
    );
    const { parameters } = await policy.snapshot();
    return new Model({ config, weights: parameters }, tokenizerJson);
  } finally {
    await policy.dispose();
  }
}
