/** The policy as the trainer uses it: sample, score, learn. Knows token ids and a {@link ModelHost}, no text and no worker. */
import { Random } from '../random.ts';
import { ADAMW_DEFAULTS } from '../host/adamw.ts';
import type { Feeds, Values } from '../host/host.ts';
import { HostedModel } from '../host/hosted-model.ts';
import { measureSpeed } from '../host/speed.ts';
import { isLarge, type ModelSpec } from '../model/parameters.ts';
import type { GenerateSpec, LogprobsSpec, SupervisedSpec, UpdateSpec } from '../programs/index.ts';
import { completionFeeds, microBatches, padRows, type PromptGroup, promptFeeds, roundUp } from './batches.ts';
import {
  type Advantage,
  type ClipFractions,
  clipFractions,
  type SurrogateSettings,
} from '../programs/loss.ts';
import { type Restriction, restrictionOf } from './restriction.ts';
import { tokenWeights } from './token-weights.ts';
import type { FullConfig } from './types.ts';

/** One sampled completion; the three lists are of one length. */
export interface Completion {
  /** Ids up to and including end-of-text. */
  readonly tokens: readonly number[];
  /** Log-probability of each under the distribution it was drawn from. */
  readonly logprobs: readonly number[];
  /** Entropy of that distribution, nats. */
  readonly entropies: readonly number[];
  readonly truncated: boolean;
}

/** A top-k of 0 and a top-p of 1, the defaults, restrict nothing. */
export interface SampleRequest extends Restriction {
  readonly prompts: readonly (readonly number[])[];
  readonly group: number;
  readonly maxPromptTokens: number;
  readonly maxCompletionTokens: number;
  readonly temperature: number;
  /** Sequences per run of the graph. */
  readonly microBatch: number;
  /** Keys of the random numbers. */
  readonly seed: number;
  readonly step: number;
  readonly purpose: string;
  /** Prompts before these, where the request is a part of a larger one (default 0): each draws as in the whole. */
  readonly skipped?: number;
}

export interface PolicyBatch {
  readonly groups: readonly PromptGroup[];
  /** Per completion, in order of the groups. */
  readonly advantages: readonly Advantage[];
  /** Of all tokens, whatever was sampled from. */
  readonly oldLogprobs: readonly (readonly number[])[];
  /** Null where the loss has no KL term. */
  readonly refLogprobs: readonly (readonly number[])[] | null;
  /** Whether each completion is learned from. */
  readonly learned: readonly boolean[];
}

export interface PolicyUpdate {
  /** Means over the updates that the batch was used for. */
  readonly loss: number;
  readonly gradNorm: number;
  readonly clipped: ClipFractions;
  /** Largest and mean |log-probability while training − old one|, before the first update. */
  readonly samplingDifference: { readonly mean: number; readonly max: number };
  /**
   * ln(π/π_old) of each token of each completion, with the π that its last update began from; absent after a single update, where
   * both are the policy that sampled.
   */
  readonly logRatios?: readonly (readonly number[])[];
}

export interface SupervisedExample {
  readonly prompt: readonly number[];
  /** Ids to learn, end-of-text included. */
  readonly completion: readonly number[];
}

/** What log-probabilities depend on. */
export type LogprobSettings = Pick<
  FullConfig,
  'microBatch' | 'temperature' | 'maxPromptTokens' | 'maxCompletionTokens'
>;

/** Settings of an update that come from the run's configuration. */
export type UpdateSettings = LogprobSettings &
  SurrogateSettings &
  Pick<
    FullConfig,
    | 'aggregation'
    | 'innerIterations'
    | 'miniBatches'
    | 'learningRate'
    | 'weightDecay'
    | 'maxGradNorm'
    | 'klIn'
  >;

/** Completion lengths are rounded up to this, so that a run compiles a handful of shapes. */
const TIME_STEP = 16;
/** Tokens of one sampling loop; see `GenerateOptions.chunk`. */
const SAMPLE_CHUNK = 16;
/**
 * The same where a model is large, whose weights take longer to read than what a loop carries to copy; and then the
 * sequences that are sampled at once, so that several engines have work.
 */
const [LARGE_CHUNK, LARGE_ROWS] = [64, 8];

/** The program of an update on one micro-batch. */
export function updateSpec(
  model: ModelSpec,
  shape: UpdateSpec['shape'],
  settings: Omit<UpdateSpec['settings'], 'beta'> & Pick<FullConfig, 'beta' | 'klIn'>,
  advantagesOf: 'completion' | 'token',
): UpdateSpec {
  const { importance, surrogate, clipLow, clipHigh, dualClip, klEstimator, entropyCoefficient } = settings;
  const beta = settings.klIn === 'loss' ? settings.beta : 0;
  return {
    kind: 'update',
    ...model,
    shape,
    settings: { importance, surrogate, clipLow, clipHigh, dualClip, beta, klEstimator, entropyCoefficient },
    ...(advantagesOf === 'token' ? { advantagesOf } : {}),
  };
}

/** Prompts whose completions an update or a scoring computes at once. */
export const promptsAtOnce = (
  { microBatch }: Pick<FullConfig, 'microBatch'>,
  group: number,
  prompts: number,
): number => Math.max(1, Math.min(Math.floor(microBatch / group), prompts));

/** The sampling program for so many prompts. */
export function generateSpec(
  model: ModelSpec,
  request: Pick<SampleRequest, 'group' | 'maxPromptTokens' | 'maxCompletionTokens' | 'microBatch'> &
    Restriction & { readonly prompts: number },
): GenerateSpec {
  const { prompts, group, maxPromptTokens, maxCompletionTokens, microBatch } = request;
  const large = isLarge(model.config);
  const rows = large ? Math.min(microBatch, LARGE_ROWS) : microBatch;
  return {
    kind: 'generate',
    ...model,
    options: {
      prompts: promptsAtOnce({ microBatch: rows }, group, prompts),
      group,
      promptTime: maxPromptTokens,
      completionTime: maxCompletionTokens,
      mode: 'sample',
      chunk: large ? LARGE_CHUNK : SAMPLE_CHUNK,
      ...restrictionOf(request),
    },
  };
}

export class Policy extends HostedModel {
  loadReference(parameters: Float32Array): Promise<void> {
    return this.host.loadReference(parameters);
  }

  /**
   * `group` completions for each prompt, in order. The random numbers of a completion depend on its place alone, so
   * the size of the micro-batches changes nothing.
   */
  async sample(request: SampleRequest): Promise<Completion[]> {
    const { prompts, group, maxPromptTokens, maxCompletionTokens: time, temperature } = request;
    const spec = generateSpec(this.model, { ...request, prompts: prompts.length });
    const { prompts: perBatch } = spec.options;
    const rows = perBatch * group;
    const uniforms = new Random(request.seed, request.step, request.purpose)
      .skip((request.skipped ?? 0) * group * time)
      .fill(new Float32Array(roundUp(prompts.length, perBatch) * group * time));
    const feeds = microBatches(prompts, perBatch).map((batch, i): Feeds => {
      const own = uniforms.subarray(i * rows * time, (i + 1) * rows * time);
      const byTime = new Float32Array(rows * time);
      for (let row = 0; row < rows; row++)
        for (let t = 0; t < time; t++) byTime[t * rows + row] = own[row * time + t]!;
      return {
        ...promptFeeds(batch, maxPromptTokens, this.model.config.padId),
        uniforms: byTime,
        inverseTemperature: Float32Array.of(1 / temperature),
      };
    });
    const results = await this.host.run(spec, feeds);
    const completions = results.flatMap((values) => this.#readCompletions(values, rows, time));
    return completions.slice(0, prompts.length * group);
  }

  /** Log-probability of each completion token under the current or the reference weights. */
  async logprobs(
    groups: readonly PromptGroup[],
    settings: LogprobSettings,
    weights: 'current' | 'reference',
  ): Promise<number[][]> {
    const { shape, batches } = this.#layOut(groups, settings);
    const feeds = batches.map((batch) =>
      completionFeeds(batch, shape, this.model.config.padId, settings.temperature),
    );
    const spec: LogprobsSpec = { kind: 'logprobs', ...this.model, shape };
    const results = await this.host.run(spec, feeds, weights);
    return unpadLike(results, groups, shape.completionTime);
  }

  /**
   * The policy-gradient step: `innerIterations` rounds over the batch, each of `miniBatches` AdamW updates on as many
   * parts of its groups.
   */
  async update(batch: PolicyBatch, settings: UpdateSettings): Promise<PolicyUpdate> {
    const parts = partsOf(batch, settings.miniBatches);
    const { maxGradNorm, weightDecay, learningRate, innerIterations } = settings;
    const adamw = { ...ADAMW_DEFAULTS, weightDecay, maxGradNorm };
    const { spec, feeds } = this.#updateProgram(parts, settings);
    const rounds: Pick<PolicyUpdate, 'loss' | 'gradNorm' | 'clipped'>[] = [];
    const logRatios: number[][][] = [];
    let samplingDifference = { mean: 0, max: 0 };
    for (let i = 0; i < innerIterations; i++) {
      for (const [p, part] of parts.entries()) {
        const { values, gradNorm } = await this.host.update(spec, feeds[p]!, learningRate, adamw);
        const logp = unpadLike(values, part.groups, spec.shape.completionTime);
        if (rounds.length === 0) samplingDifference = differenceOf(logp, part.oldLogprobs);
        logRatios[p] = logp.map((row, c) => row.map((value, t) => value - part.oldLogprobs[c]![t]!));
        const learned = <T>(rows: readonly T[]): T[] => rows.filter((_, row) => part.learned[row]);
        const clipped = clipFractions(
          {
            logp: learned(logp),
            oldLogp: learned(part.oldLogprobs),
            advantages: learned(part.advantages),
          },
          settings,
        );
        rounds.push({ loss: values.reduce((total, { loss }) => total + loss![0]!, 0), gradNorm, clipped });
      }
    }
    const average = (pick: (round: (typeof rounds)[number]) => number) =>
      rounds.reduce((total, round) => total + pick(round), 0) / rounds.length;
    return {
      loss: average((r) => r.loss),
      gradNorm: average((r) => r.gradNorm),
      clipped: {
        low: average((r) => r.clipped.low),
        high: average((r) => r.clipped.high),
        dual: average((r) => r.clipped.dual),
      },
      samplingDifference,
      ...(rounds.length > 1 && { logRatios: logRatios.flat() }),
    };
  }

  /**
   * One step of supervised fine-tuning on completions (prompts are not learned); the mean loss per token.
   * @param minTokens that the examples are padded to at least
   */
  async supervise(
    examples: readonly SupervisedExample[],
    learningRate: number,
    microBatch: number,
    minTokens = 0,
  ): Promise<number> {
    const sequences = examples.map(({ prompt, completion }) => [...prompt, ...completion]);
    const time = roundUp(Math.max(minTokens, ...sequences.map((ids) => ids.length)), TIME_STEP);
    const batch = Math.min(microBatch, examples.length);
    const targets = examples.reduce((total, { completion }) => total + completion.length, 0);
    const feeds = microBatches(
      examples.map((_, i) => i),
      batch,
    ).map((indices, part): Feeds => {
      const mask = new Float32Array(batch * (time - 1));
      indices.forEach((index, row) => {
        const { prompt, completion } = examples[index]!;
        const isCopy = part * batch + row >= examples.length;
        const first = row * (time - 1) + prompt.length - 1;
        if (!isCopy) mask.fill(1, first, first + completion.length);
      });
      return {
        ids: padRows(
          indices.map((index) => sequences[index]!),
          time,
          this.model.config.padId,
          'i32',
        ),
        mask,
        divisor: Float32Array.of(targets),
      };
    });
    const spec: SupervisedSpec = { kind: 'supervised', ...this.model, shape: { batch, time } };
    const { values } = await this.host.update(spec, feeds, learningRate, ADAMW_DEFAULTS);
    return values.reduce((total, { loss }) => total + loss![0]!, 0);
  }

  /** Floating-point operations a second of each of so many engines, in products of so many rows; once weights are loaded. */
  speed(rows: number, engines: number): Promise<number> {
    return measureSpeed(this.host, this.model.config, rows, engines);
  }

  /** One graph for all parts, and what each feeds it with. */
  #updateProgram(parts: readonly PolicyBatch[], settings: UpdateSettings) {
    const { prompts } = this.#layOut(parts[0]!.groups, settings).shape;
    const { shape } = this.#layOut(
      parts.flatMap(({ groups }) => groups),
      settings,
    );
    const perToken = parts.some(({ advantages }) => advantages.some((own) => typeof own !== 'number'));
    const spec = updateSpec(this.model, { ...shape, prompts }, settings, perToken ? 'token' : 'completion');
    return { spec, feeds: parts.map((part) => this.#updateFeeds(part, spec, settings)) };
  }

  #updateFeeds(
    part: PolicyBatch,
    { shape, settings: { beta }, advantagesOf }: UpdateSpec,
    settings: UpdateSettings,
  ): Feeds[] {
    const { groups, advantages, oldLogprobs, refLogprobs, learned } = part;
    const { aggregation, maxCompletionTokens, temperature } = settings;
    const batches = microBatches(groups, shape.prompts);
    const time = shape.completionTime;
    const rows = shape.prompts * shape.group;
    const lengths = groups
      .flatMap((g) => g.completions.map((ids) => ids.length))
      .map((length, i) => (learned[i] ? length : 0));
    // Padding groups come after the real ones and weigh nothing.
    const full = <T extends Float32Array>(data: T) => {
      const out = new Float32Array(batches.length * rows * time);
      out.set(data);
      return out;
    };
    const padded = (values: readonly (readonly number[])[]) =>
      full(padRows(values, time, 0, 'f32') as Float32Array);
    const mask = padded(lengths.map((n) => Array.from({ length: n }, () => 1)));
    const weights = full(
      tokenWeights(lengths, time, { aggregation, constantLength: maxCompletionTokens, microBatch: rows }),
    );
    const old = padded(oldLogprobs);
    const reference = refLogprobs && padded(refLogprobs);
    const width = advantagesOf === 'token' ? time : 1;
    const allAdvantages = new Float32Array(batches.length * rows * width);
    advantages.forEach((own, row) => {
      if (typeof own === 'number') allAdvantages.fill(own, row * width, (row + 1) * width);
      else allAdvantages.set(own, row * width);
    });
    return batches.map((batch, i): Feeds => {
      const cut = (data: Float32Array, columns: number) =>
        data.slice(i * rows * columns, (i + 1) * rows * columns);
      return {
        ...completionFeeds(batch, shape, this.model.config.padId, temperature),
        mask: cut(mask, time),
        weights: cut(weights, time),
        oldLogprobs: cut(old, time),
        advantages: cut(allAdvantages, width),
        ...(reference && beta !== 0 ? { refLogprobs: cut(reference, time) } : {}),
      };
    });
  }

  #layOut(groups: readonly PromptGroup[], settings: LogprobSettings) {
    const group = groups[0]!.completions.length;
    const longest = Math.max(...groups.flatMap((g) => g.completions.map((ids) => ids.length)));
    const prompts = promptsAtOnce(settings, group, groups.length);
    const completionTime = Math.min(roundUp(longest, TIME_STEP), settings.maxCompletionTokens);
    const shape = { prompts, group, promptTime: settings.maxPromptTokens, completionTime };
    return { shape, batches: microBatches(groups, prompts) };
  }

  #readCompletions(values: Values, rows: number, time: number): Completion[] {
    const ids = values['ids']!;
    return Array.from({ length: rows }, (_, row) => {
      const all = Array.from(ids.subarray(row * time, (row + 1) * time));
      const end = all.findIndex((id) => this.model.config.endIds.includes(id));
      const length = end < 0 ? time : end + 1;
      const part = (name: string) => Array.from(values[name]!.subarray(row * time, row * time + length));
      return {
        tokens: all.slice(0, length),
        logprobs: part('logprobs'),
        entropies: part('entropies'),
        truncated: end < 0,
      };
    });
  }
}

/** The batch in so many parts of whole groups, as equal as can be; none is larger than the first. */
function partsOf(batch: PolicyBatch, parts: number): PolicyBatch[] {
  const { groups } = batch;
  const size = groups[0]!.completions.length;
  const count = Math.min(parts, groups.length);
  const bounds = Array.from({ length: count + 1 }, (_, i) => Math.ceil((i * groups.length) / count));
  return bounds.slice(1).map((end, i) => {
    const start = bounds[i]!;
    const cut = <T>(items: readonly T[]): readonly T[] => items.slice(start * size, end * size);
    return {
      groups: groups.slice(start, end),
      advantages: cut(batch.advantages),
      oldLogprobs: cut(batch.oldLogprobs),
      refLogprobs: batch.refLogprobs && cut(batch.refLogprobs),
      learned: cut(batch.learned),
    };
  });
}

/** Rows of the `logprobs` output, cut to each completion's length; padding groups fall away. */
function unpadLike(results: readonly Values[], groups: readonly PromptGroup[], time: number): number[][] {
  const rows = results.flatMap(({ logprobs }) => {
    const data = logprobs!;
    return Array.from({ length: data.length / time }, (_, i) => data.subarray(i * time, (i + 1) * time));
  });
  const lengths = groups.flatMap((g) => g.completions.map((ids) => ids.length));
  return lengths.map((n, i) => Array.from(rows[i]!.subarray(0, n)));
}

function differenceOf(a: readonly (readonly number[])[], b: readonly (readonly number[])[]) {
  let total = 0;
  let count = 0;
  let max = 0;
  a.forEach((row, i) =>
    row.forEach((value, t) => {
      const difference = Math.abs(value - b[i]![t]!);
      total += difference;
      count++;
      max = Math.max(max, difference);
    }),
  );
  return { mean: count > 0 ? total / count : 0, max };
}
