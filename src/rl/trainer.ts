/**
 * One step of Posterior-GRPO (arXiv 2508.05170), start to end: sample, execute, score, reward, update. Every arrow is
 * one call on a port; what is behind the ports (workers, sandbox) is not known here. All randomness is keyed by
 * (seed, step, purpose), so a step can be repeated from the weights before it.
 */
import { DEFAULT_SCALING, scaleGroup, type Scaling } from './scaling.ts';
import type { Domain, Task, TaskSet, Verifier } from '../domains/domain.ts';
import type { Prompting } from '../domains/prompting.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import { advantageParts } from './advantages.ts';
import { mapInSlices } from './breathe.ts';
import { configAt, fullConfig } from './config.ts';
import { isCreditSplit, tokenAdvantages } from './credit.ts';
import { counted, orderOfTasks, type PassCounts } from './curriculum.ts';
import { passedShare, totalReward } from './gate.ts';
import { type Attempted, type Collected, collectGroups, promptGroup, type SampledGroup } from './groups.ts';
import { k3 } from '../programs/loss.ts';
import { isRestricted, restrictionOf } from './restriction.ts';
import { evalMetrics, stepMetrics } from './metrics.ts';
import { reasoningText } from '../domains/completion.ts';
import {
  decodeAll,
  EVAL_SEED,
  evaluationTasks,
  SAMPLE_BATCH,
  type SamplingPort,
  sampleStrictly,
} from './sampling.ts';
import type { LogprobSettings, PolicyBatch, PolicyUpdate, UpdateSettings } from './policy.ts';
import type { PromptGroup } from './batches.ts';
import { asksModel, type ReasonedGroup, reasoningRewards, refuseUncheckable } from './reasoning-reward.ts';
import { PhaseClock } from './phase-clock.ts';
import { rewardParts, type RewardRule } from './rewards/index.ts';
import { scheduledRate } from './schedule.ts';
import { isKlInReward, isShaped, klInReward, overlongPunishment } from './shaping.ts';
import { groupsOf, mean } from '../statistics/samples.ts';
import type {
  EvalRecord,
  FullConfig,
  Metrics,
  Phase,
  Rollout,
  StepRecord,
  TokenRecord,
  TrainConfig,
  TrainEvent,
} from './types.ts';

export interface PolicyPort extends SamplingPort {
  logprobs(
    groups: readonly PromptGroup[],
    settings: LogprobSettings,
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
  /** What the policy reads of a task, and how its completions are read. */
  readonly prompting: Prompting;
  readonly verifier: Verifier;
  readonly tokenizer: Tokenizer;
  readonly tasks: TaskSet;
  /** Rewards of the run's own, beside the project's. */
  readonly rewards?: readonly RewardRule[];
  readonly emit: (event: TrainEvent) => void;
  /** Asked before each phase, which begins when it settles. */
  readonly before?: (phase: Phase) => Promise<void>;
}

export class Trainer {
  readonly #config: FullConfig;
  readonly #ports: TrainerPorts;
  readonly #scaling: Scaling;
  readonly #evalTasks: readonly Task[];
  #passCounts: PassCounts;

  /**
   * @param passCounts what an earlier trainer of the run knew of its tasks
   * @throws ReasoningRewardError where R_t is to be checked exactly and the tasks cannot be
   */
  constructor(
    config: TrainConfig,
    ports: TrainerPorts,
    scaling: Scaling = DEFAULT_SCALING,
    passCounts: PassCounts = {},
  ) {
    this.#config = fullConfig(config);
    this.#scaling = scaling;
    this.#ports = ports;
    this.#passCounts = passCounts;
    if (ports.tasks.train.length === 0) throw new RangeError('There are no tasks to train on.');
    refuseUncheckable(this.#config.reasoningReward, ports.domain, ports.tasks.train);
    this.#evalTasks = evaluationTasks(ports.tasks.heldOut).slice(0, config.evalTasks);
  }

  /** How the tasks went so far, where a curriculum asks for it. */
  get passCounts(): PassCounts {
    return this.#passCounts;
  }

  /** Performs step `step` (from 1) and changes the policy. */
  async step(step: number, signal?: AbortSignal): Promise<{ record: StepRecord; rollouts: Rollout[] }> {
    const { policy, domain, prompting, tokenizer } = this.#ports;
    const config = configAt(this.#config, step);
    const { groupSize } = config;
    const begin = performance.now();
    const clock = new PhaseClock(step, this.#ports, signal);

    const tasks = orderOfTasks(this.#ports.tasks.train, step, this.#passCounts, config);
    const collected = await collectGroups(
      tasks,
      (some, round) => this.#attempt(some, round, step, config, clock, signal),
      config,
      Math.max(1, Math.floor(SAMPLE_BATCH / groupSize)),
    );
    const { groups } = collected;
    const members = groups.flatMap((group) => group.members);
    const parts = advantageParts(members, config);
    const A = parts.all;
    const learningRate = scheduledRate(config.learningRate, step - 1, config.steps, {
      type: config.lrSchedulerType,
      warmupSteps: config.warmupSteps,
      floor: config.minLrRate,
    });
    const updating = async () => {
      const prompts = groups.map(promptGroup);
      const known = members.flatMap(({ refLogprobs }) => (refLogprobs ? [refLogprobs] : []));
      const reference = known.length > 0 ? known : await this.#referenceLogprobs(prompts, config);
      const oldLogprobs = await this.#oldLogprobs(members, prompts, config);
      const batch: PolicyBatch = {
        groups: prompts,
        advantages: isCreditSplit(config) ? await tokenAdvantages(members, parts, tokenizer) : A,
        oldLogprobs,
        refLogprobs: config.beta === 0 || config.klIn === 'reward' ? null : reference,
        learned: members.map(({ completion }) => !(config.maskTruncatedCompletions && completion.truncated)),
      };
      return { update: await policy.update(batch, { ...config, learningRate }), reference, oldLogprobs };
    };
    const { update, reference, oldLogprobs } = await clock.time('update', updating, (done) => ({
      loss: done.update.loss,
      gradNorm: done.update.gradNorm,
    }));
    this.#count(collected);

    const asked = groups.map(({ task }) => prompting.promptOf(task));
    const rollouts = await mapInSlices(members, (member, i): Rollout => {
      const { completion, text, parsed, verification, rewards, reward, extra } = member;
      const { reasoning, answer } = parsed;
      const group = Math.floor(i / groupSize);
      const { task } = groups[group]!;
      const prompt = asked[group]!;
      const kls = reference[i]?.map((ref, t) => k3(ref - oldLogprobs[i]![t]!)) ?? null;
      const measures =
        reasoning === null || answer === null
          ? undefined
          : domain.measures?.(task, reasoning, answer, verification);
      return {
        step,
        group,
        index: i % groupSize,
        taskId: task.id,
        ...(prompt === domain.promptOf(task) ? {} : { prompt }),
        tokens: completion.tokens,
        logprobs: completion.logprobs,
        text,
        reasoning,
        answer,
        truncated: completion.truncated,
        verification,
        rewards,
        reward,
        ...(isShaped(config) ? { extra } : {}),
        advantage: A[i]!,
        entropy: meanOf(completion.entropies),
        kl: kls ? meanOf(kls) : null,
        perToken: tokenRecord(completion.entropies, kls, update.logRatios?.[i]),
        agreement: reasoning === null || answer === null ? null : domain.agreement(task, reasoning, answer),
        ...(measures === undefined ? {} : { measures }),
      };
    });
    const tokens = collected.sampled
      .flatMap((group) => group.members)
      .reduce((total, { completion }) => total + completion.tokens.length, 0);
    const seconds = (performance.now() - begin - clock.heldMs) / 1000;
    const more = {
      ...updateMetrics(update, learningRate),
      ...optionMetrics(collected, update, rollouts, config),
      num_tokens: tokens,
      step_time: seconds,
      tokens_per_second: tokens / seconds,
      ...clock.seconds,
    };
    return { record: { step, metrics: stepMetrics(rollouts, config.gate, more, config) }, rollouts };
  }

  /** Samples a group for each task, verifies and rewards it. */
  async #attempt(
    tasks: readonly Task[],
    round: number,
    step: number,
    config: FullConfig,
    clock: PhaseClock,
    signal: AbortSignal | undefined,
  ): Promise<SampledGroup[]> {
    const { policy, tokenizer, prompting, verifier } = this.#ports;
    const { groupSize, gate, seed } = config;
    const prompts = await mapInSlices(tasks, (task) => tokenizer.encode(prompting.promptOf(task)));
    const completions = await clock.time(
      'sample',
      () =>
        policy.sample({
          ...sampling(prompts, groupSize, config),
          step,
          seed,
          purpose: round === 0 ? 'sample' : `sample ${round}`,
        }),
      (written) => ({
        completions: written.length,
        length: mean(written.map(({ tokens }) => tokens.length)),
      }),
    );
    const texts = await decodeAll(tokenizer, completions);
    const parsed = texts.map((text) => prompting.parse(text));
    const verifications = await clock.time(
      'execute',
      () =>
        verifier.verify(
          parsed.map(({ answer, reasoning }, i) => ({
            task: tasks[Math.floor(i / groupSize)]!,
            answer,
            reasoning,
          })),
          'visible',
          signal,
        ),
      (checked) => ({
        completions: checked.length,
        passing: checked.filter(({ passes }) => passes).length,
      }),
    );
    const byGroup = groupsOf(completions, groupSize);
    const reasoned = groupsOf(parsed, groupSize).map((own, g): ReasonedGroup => ({
      task: tasks[g]!,
      reasonings: own.map(({ reasoning }) => reasoning),
      passes: own.map((_, i) => verifications[g * groupSize + i]!.passes),
    }));
    const logprobs = (weights: 'current' | 'reference') =>
      policy.logprobs(
        byGroup.map((own, g) => ({ prompt: prompts[g]!, completions: own.map(({ tokens }) => tokens) })),
        config,
        weights,
      );
    const scoring = async () => ({
      thinking: await this.#think(reasoned, step),
      reference: isKlInReward(config) ? await logprobs('reference') : null,
      full: isKlInReward(config) && isRestricted(config) ? await logprobs('current') : null,
    });
    const { thinking, reference, full } = await clock.time('score', scoring, (scored) => ({
      thinking: mean(scored.thinking),
    }));
    const members = completions.map((completion, i) => {
      const verification = verifications[i]!;
      const context = { task: tasks[Math.floor(i / groupSize)]!, text: texts[i]!, parsed: parsed[i]! };
      const rewards = rewardParts(
        { ...context, verification, reasoningScore: thinking[i]! },
        this.#ports.rewards,
      );
      const passedTests = passedShare(verification);
      const punishment = overlongPunishment(completion.tokens.length, config);
      const refLogprobs = reference?.[i] ?? null;
      const fullLogprobs = full?.[i] ?? null;
      const kl = refLogprobs ? klInReward(fullLogprobs ?? completion.logprobs, refLogprobs, config) : 0;
      const extra = punishment + kl;
      const reward = totalReward(rewards, gate, passedTests, config) + extra;
      return {
        completion,
        text: texts[i]!,
        parsed: parsed[i]!,
        verification,
        refLogprobs,
        fullLogprobs,
        rewards,
        passedTests,
        extra,
        reward,
      };
    });
    return groupsOf(members, groupSize).map((own, g) => ({
      task: tasks[g]!,
      prompt: prompts[g]!,
      members: own,
    }));
  }

  /** Remembers how the tasks went, where that decides which come next. */
  #count({ sampled }: Collected): void {
    if (this.#config.curriculum === 'none') return;
    const outcomes = sampled.map(({ task, members }) => {
      const passed = members.map(({ rewards }) => rewards.outcome === 1);
      return [task.id, counted(this.#passCounts[task.id], passed)] as const;
    });
    this.#passCounts = { ...this.#passCounts, ...Object.fromEntries(outcomes) };
  }

  /** pass@1 on held-out compositions, after `step` steps. */
  async evaluate(step: number, signal?: AbortSignal): Promise<EvalRecord> {
    const clock = new PhaseClock(step, this.#ports, signal);
    const metrics = await clock.time('eval', async () => {
      const sampling = { ...configAt(this.#config, step), samples: 1, seed: EVAL_SEED };
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

  /** R_t of each completion, 0 where there is no reasoning to score. */
  async #think(groups: readonly ReasonedGroup[], step: number): Promise<number[]> {
    const { seed, reasoningReward } = this.#config;
    const settings = { seed, reasoningReward, step };
    const modelled = asksModel(reasoningReward) ? await this.#score(groups) : groups.map(() => []);
    return groups.flatMap((group, g) => reasoningRewards(group, modelled[g]!, settings, this.#ports.domain));
  }

  /** The reward model's R_t, by group; equal texts are scored once. */
  async #score(groups: readonly ReasonedGroup[]): Promise<number[][]> {
    const { domain, reward } = this.#ports;
    const texts = groups.map(({ task, reasonings }) =>
      reasonings.map((reasoning) =>
        reasoning === null ? null : reasoningText(domain.promptOf(task), reasoning),
      ),
    );
    const references = groups.map(({ task }) => this.#reference(task));
    const unique = [...new Set([...texts.flat(), ...references].filter((text) => text !== null))];
    const scores = await reward.scoreRaw(unique);
    const byText = new Map(unique.map((text, i) => [text, scores[i]!]));
    const scoreOf = (text: string | null): number | null => (text === null ? null : byText.get(text)!);
    return texts.map((own, g) => scaleGroup(own.map(scoreOf), this.#scaling, scoreOf(references[g]!)));
  }

  /** The text whose score anchors a task's rewards, where the scaling wants one. */
  #reference(task: Task): string | null {
    const { reference } = task;
    if (this.#scaling.kind !== 'reference' || reference === undefined) return null;
    return reasoningText(this.#ports.domain.promptOf(task), reference);
  }

  /**
   * What the importance ratios start from: log-probabilities among all tokens. Sampling told them, unless it drew from some
   * of the tokens alone.
   */
  async #oldLogprobs(
    members: readonly Attempted[],
    groups: readonly PromptGroup[],
    config: FullConfig,
  ): Promise<readonly (readonly number[])[]> {
    if (!isRestricted(config)) return members.map(({ completion }) => completion.logprobs);
    const known = members.flatMap(({ fullLogprobs }) => (fullLogprobs ? [fullLogprobs] : []));
    return known.length > 0 ? known : this.#ports.policy.logprobs(groups, config, 'current');
  }

  /**
   * Log-probabilities under the reference policy: of all completions when the loss needs them, else of the first
   * micro-batch, which is enough to watch the drift.
   */
  async #referenceLogprobs(
    groups: readonly PromptGroup[],
    config: FullConfig,
  ): Promise<readonly (readonly number[])[]> {
    const { beta, microBatch, groupSize } = config;
    const watched = beta === 0 ? groups.slice(0, Math.max(1, Math.floor(microBatch / groupSize))) : groups;
    return this.#ports.policy.logprobs(watched, config, 'reference');
  }
}

const sampling = (
  prompts: readonly (readonly number[])[],
  group: number,
  { maxPromptTokens, maxCompletionTokens, temperature, ...rest }: FullConfig,
) => ({
  prompts,
  group,
  maxPromptTokens,
  maxCompletionTokens,
  temperature,
  ...restrictionOf(rest),
  microBatch: SAMPLE_BATCH,
});

const meanOf = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

const tokenRecord = (
  entropies: readonly number[],
  kls: readonly number[] | null,
  logRatios: readonly number[] | undefined,
): TokenRecord => ({
  entropy: entropies.map((nats) => Math.round(nats * 1e3)),
  ...(kls && { kl: kls.map((nats) => Math.round(nats * 1e6)) }),
  // Without −0, which is no whole number to a database.
  ...(logRatios && { logRatio: logRatios.map((nats) => Math.round(nats * 1e6) + 0) }),
});

function updateMetrics(update: PolicyUpdate, learningRate: number): Metrics {
  return {
    loss: update.loss,
    grad_norm: update.gradNorm,
    learning_rate: learningRate,
    'clip_ratio/low_mean': update.clipped.low,
    'clip_ratio/high_mean': update.clipped.high,
    'clip_ratio/region_mean': update.clipped.low + update.clipped.high,
    'sampling/sampling_logp_difference/mean': update.samplingDifference.mean,
    'sampling/sampling_logp_difference/max': update.samplingDifference.max,
  };
}

/** What only some options have to tell. */
function optionMetrics(
  { rounds, dropped }: Collected,
  { clipped }: PolicyUpdate,
  rollouts: readonly Rollout[],
  config: FullConfig,
): Metrics {
  const extras = rollouts.map(({ extra = 0 }) => extra);
  return {
    ...(config.dynamicSampling === 'none'
      ? {}
      : {
          'dynamic_sampling/resamples': rounds - 1,
          'dynamic_sampling/dropped_groups': dropped,
        }),
    ...(config.dualClip === 0 ? {} : { 'clip_ratio/dual_mean': clipped.dual }),
    ...(isShaped(config) ? { reward_extra: mean(extras) } : {}),
  };
}
