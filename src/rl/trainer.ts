/**
 * One step of Posterior-GRPO (arXiv 2508.05170), start to end: sample, execute, score, reward, update. Every arrow is
 * one call on a port; what is behind the ports (workers, sandbox) is not known here. All randomness is keyed by
 * (seed, step, purpose), so a step can be repeated from the weights before it.
 */
import { Random } from '../random.ts';
import { DEFAULT_SCALING, scaleGroup, type Scaling } from './scaling.ts';
import type { Domain, Task, TaskSet, Verifier } from '../domains/domain.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import { advantages } from './advantages.ts';
import { mapInSlices } from './breathe.ts';
import { passedShare, totalReward } from './gate.ts';
import { k3 } from '../programs/loss.ts';
import { evalMetrics, stepMetrics } from './metrics.ts';
import { type ParsedCompletion, reasoningText } from '../domains/completion.ts';
import {
  decodeAll,
  EVAL_SEED,
  evaluationTasks,
  SAMPLE_BATCH,
  type SamplingPort,
  sampleStrictly,
} from './sampling.ts';
import type { PolicyBatch, PolicyUpdate, UpdateSettings } from './policy.ts';
import type { PromptGroup } from './batches.ts';
import { rewardParts } from './rewards/index.ts';
import { groupsOf } from '../statistics/samples.ts';
import type { EvalRecord, Metrics, Phase, Rollout, StepRecord, TrainConfig, TrainEvent } from './types.ts';

export interface PolicyPort extends SamplingPort {
  logprobs(
    groups: readonly PromptGroup[],
    settings: UpdateSettings,
    weights: 'current' | 'reference',
  ): Promise<number[][]>;
  update(batch: PolicyBatch, settings: UpdateSettings): Promise<PolicyUpdate>;
}

export interface RewardPort {
  /** Raw, unbounded score of each text of prompt and reasoning. */
  scoreRaw(texts: readonly string[]): Promise<number[]>;
}

export interface TrainerPorts {
  readonly policy: PolicyPort;
  readonly reward: RewardPort;
  readonly domain: Domain;
  readonly verifier: Verifier;
  readonly tokenizer: Tokenizer;
  readonly tasks: TaskSet;
  readonly emit: (event: TrainEvent) => void;
}

export class Trainer {
  readonly #config: TrainConfig;
  readonly #ports: TrainerPorts;
  readonly #scaling: Scaling;
  readonly #evalTasks: readonly Task[];

  constructor(config: TrainConfig, ports: TrainerPorts, scaling: Scaling = DEFAULT_SCALING) {
    this.#config = config;
    this.#scaling = scaling;
    this.#ports = ports;
    if (ports.tasks.train.length === 0) throw new RangeError('There are no tasks to train on.');
    this.#evalTasks = evaluationTasks(ports.tasks.heldOut).slice(0, config.evalTasks);
  }

  /** Performs step `step` (from 1) and changes the policy. */
  async step(step: number, signal?: AbortSignal): Promise<{ record: StepRecord; rollouts: Rollout[] }> {
    const { policy, tokenizer, domain, verifier } = this.#ports;
    const config = this.#config;
    const begin = performance.now();
    const clock = new PhaseClock(step, this.#ports.emit, signal);

    const tasks = new Random(config.seed, step, 'tasks')
      .shuffle(this.#ports.tasks.train)
      .slice(0, config.promptsPerStep);
    const prompts = await mapInSlices(tasks, (task) => tokenizer.encode(domain.promptOf(task)));
    const completions = await clock.time('sample', () =>
      policy.sample({
        ...this.#sampling(prompts, config.groupSize),
        step,
        seed: config.seed,
        purpose: 'sample',
      }),
    );

    const taskOf = (i: number) => tasks[Math.floor(i / config.groupSize)]!;
    const texts = await decodeAll(tokenizer, completions);
    const parsed = texts.map((text) => domain.parse(text));
    const verifications = await clock.time('execute', () =>
      verifier.verify(
        parsed.map(({ answer, reasoning }, i) => ({ task: taskOf(i), answer, reasoning })),
        'visible',
        signal,
      ),
    );
    const thinking = await clock.time('score', () => this.#think(parsed, tasks));

    const parts = parsed.map((each, i) =>
      rewardParts({ parsed: each, verification: verifications[i]!, reasoningScore: thinking[i]! }),
    );
    const rewards = parts.map((part, i) => totalReward(part, config.gate, passedShare(verifications[i]!)));
    const A = advantages(rewards, config.groupSize, config.advantage);
    const groups = tasks.map((_, g): PromptGroup => {
      const own = completions.slice(g * config.groupSize, (g + 1) * config.groupSize);
      return { prompt: prompts[g]!, completions: own.map(({ tokens }) => tokens) };
    });
    const { update, reference } = await clock.time('update', async () => {
      const reference = await this.#referenceLogprobs(groups);
      const refLogprobs = config.beta === 0 ? null : reference;
      const oldLogprobs = completions.map(({ logprobs }) => logprobs);
      return {
        update: await policy.update({ groups, advantages: A, oldLogprobs, refLogprobs }, config),
        reference,
      };
    });

    const rollouts = await mapInSlices(completions, (completion, i): Rollout => {
      const { reasoning, answer } = parsed[i]!;
      const measures =
        reasoning === null || answer === null
          ? undefined
          : domain.measures?.(taskOf(i), reasoning, answer, verifications[i]!);
      return {
        step,
        group: Math.floor(i / config.groupSize),
        index: i % config.groupSize,
        taskId: taskOf(i).id,
        tokens: completion.tokens,
        logprobs: completion.logprobs,
        text: texts[i]!,
        reasoning,
        answer,
        truncated: completion.truncated,
        verification: verifications[i]!,
        rewards: parts[i]!,
        reward: rewards[i]!,
        advantage: A[i]!,
        entropy: meanOf(completion.entropies),
        kl: reference[i] ? meanOf(reference[i].map((ref, t) => k3(ref - completion.logprobs[t]!))) : null,
        agreement:
          reasoning === null || answer === null ? null : domain.agreement(taskOf(i), reasoning, answer),
        ...(measures === undefined ? {} : { measures }),
      };
    });
    const tokens = completions.reduce((total, c) => total + c.tokens.length, 0);
    const seconds = (performance.now() - begin) / 1000;
    const record = {
      step,
      metrics: stepMetrics(rollouts, config.gate, {
        ...updateMetrics(update, config),
        num_tokens: tokens,
        step_time: seconds,
        tokens_per_second: tokens / seconds,
        ...clock.seconds,
      }),
    };
    return { record, rollouts };
  }

  /** pass@1 on held-out compositions, after `step` steps. */
  async evaluate(step: number, signal?: AbortSignal): Promise<EvalRecord> {
    const clock = new PhaseClock(step, this.#ports.emit, signal);
    const metrics = await clock.time('eval', async () => {
      const sampling = { ...this.#config, samples: 1, seed: EVAL_SEED };
      const samples = await sampleStrictly(this.#ports, this.#evalTasks, sampling, 0, signal);
      return evalMetrics(
        samples.map(({ task, verification }) => ({
          taskId: task.id,
          visible: verification.passesVisible,
          heldOut: verification.passes,
        })),
      );
    });
    return { step, metrics: { ...metrics, ...clock.seconds } };
  }

  #sampling(prompts: readonly (readonly number[])[], group: number) {
    const { maxPromptTokens, maxCompletionTokens, temperature } = this.#config;
    return { prompts, group, maxPromptTokens, maxCompletionTokens, temperature, microBatch: SAMPLE_BATCH };
  }

  /** R_t of each completion, 0 where there is no reasoning to score; equal texts are scored once. */
  async #think(parsed: readonly ParsedCompletion[], tasks: readonly Task[]): Promise<number[]> {
    const { groupSize } = this.#config;
    const { domain } = this.#ports;
    const texts = parsed.map(({ reasoning }, i) =>
      reasoning === null
        ? null
        : reasoningText(domain.promptOf(tasks[Math.floor(i / groupSize)]!), reasoning),
    );
    const references = tasks.map((task) => this.#reference(task));
    const unique = [...new Set([...texts, ...references].filter((text) => text !== null))];
    const scores = await this.#ports.reward.scoreRaw(unique);
    const byText = new Map(unique.map((text, i) => [text, scores[i]!]));
    const scoreOf = (text: string | null): number | null => (text === null ? null : byText.get(text)!);
    return groupsOf(texts.map(scoreOf), groupSize).flatMap((group, g) =>
      scaleGroup(group, this.#scaling, scoreOf(references[g]!)),
    );
  }

  /** The text whose score anchors a task's rewards, where the scaling wants one. */
  #reference(task: Task): string | null {
    const { reference } = task;
    if (this.#scaling.kind !== 'reference' || reference === undefined) return null;
    return reasoningText(this.#ports.domain.promptOf(task), reference);
  }

  /**
   * Log-probabilities under the policy that the run started from: of all completions when the loss needs them, else of
   * the first micro-batch, which is enough to watch the drift.
   */
  async #referenceLogprobs(groups: readonly PromptGroup[]): Promise<readonly (readonly number[])[]> {
    const { beta, microBatch, groupSize } = this.#config;
    const watched = beta === 0 ? groups.slice(0, Math.max(1, Math.floor(microBatch / groupSize))) : groups;
    return this.#ports.policy.logprobs(watched, this.#config, 'reference');
  }
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

function updateMetrics(update: PolicyUpdate, config: TrainConfig): Metrics {
  return {
    loss: update.loss,
    grad_norm: update.gradNorm,
    learning_rate: config.learningRate,
    'clip_ratio/low_mean': update.clipLow,
    'clip_ratio/high_mean': update.clipHigh,
    'clip_ratio/region_mean': update.clipLow + update.clipHigh,
    'sampling/sampling_logp_difference/mean': update.samplingDifference.mean,
    'sampling/sampling_logp_difference/max': update.samplingDifference.max,
  };
}

/** Tells the views which phase runs, and how long each took. */
class PhaseClock {
  readonly seconds: Record<string, number> = {};

  constructor(
    readonly step: number,
    readonly emit: (event: TrainEvent) => void,
    readonly signal: AbortSignal | undefined,
  ) {}

  async time<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    this.signal?.throwIfAborted();
    this.emit({ type: 'phase', step: this.step, phase, state: 'start' });
    const start = performance.now();
    const result = await work();
    const ms = performance.now() - start;
    this.seconds[`time/${phase}`] = ms / 1000;
    this.emit({ type: 'phase', step: this.step, phase, state: 'end', ms });
    this.signal?.throwIfAborted();
    return result;
  }
}
