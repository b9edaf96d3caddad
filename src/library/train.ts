/** A whole run in this thread: a page, a worker or Node. */
import type { Task, TaskSet } from '../domains/domain.ts';
import { promptingOf } from '../domains/prompting.ts';
import { LocalHost } from '../host/local-host.ts';
import { buildProgram } from '../programs/index.ts';
import { ConfigError, parseConfig, promptSettings } from '../rl/config.ts';
import { DEFAULT_GATE } from '../rl/gate.ts';
import { Policy } from '../rl/policy.ts';
import { REWARDS, type RewardRule } from '../rl/rewards/index.ts';
import type { EvalRecord, Rollout, StepRecord, TrainConfig, TrainEvent } from '../rl/types.ts';
import { runTraining } from '../run/training.ts';
import { createPlainRuntime } from '../runtime/ort/plain.ts';
import { NO_MEANS, type TaskDomain } from './domain.ts';
import { MemoryStore } from '../run/memory-store.ts';
import { checkKind, Model } from './models.ts';
import { openReasoning, type ReasoningScore } from './reasoning.ts';

/** The settings of a run, but for what the other options say. Defaults are those of the command line’s `--set`. */
export type TrainSettings = Partial<Omit<TrainConfig, 'preset' | 'domain' | 'tasks' | 'taskSettings'>>;

/** Where a run stopped, from which {@link train} goes on with the same numbers. */
export interface RunCheckpoint {
  /** Steps done when it was taken. */
  readonly step: number;
  /** Weights, moments, the reference policy. */
  readonly parts: Readonly<Record<string, Float32Array | Uint8Array>>;
  /** What else it needs; anything that clones. */
  readonly meta: Readonly<Record<string, unknown>>;
}

export interface TrainOptions<T extends Task> {
  readonly domain: TaskDomain<T>;
  readonly tasks: TaskSet<T>;
  /** The policy to start from; it is left as it is. */
  readonly policy: Model;
  /** What scores the reasoning. Default: nothing, and then the gate is `outcome`, under which R_t never counts. */
  readonly reasoning?: ReasoningScore;
  /** Rewards beside the project’s three: the form, the outcome, and the reasoning, which alone is gated. */
  readonly rewards?: readonly RewardRule[];
  readonly settings?: TrainSettings;
  /** Hears of every phase, step, evaluation and checkpoint as it comes. */
  readonly onEvent?: (event: TrainEvent) => void;
  /** Stops the run: at once when it fires. */
  readonly signal?: AbortSignal;
  /** Where an earlier run with the same options stopped. */
  readonly from?: RunCheckpoint;
  /** Asked after each step: whether to stop there, with a checkpoint. */
  readonly stopAfter?: (step: number) => boolean;
  /** Address of the folder with ONNX Runtime’s own files, where a bundler does not find them. */
  readonly runtimeFiles?: string;
}

export interface TrainedPolicy {
  /** The settings with nothing left to a default. */
  readonly config: TrainConfig;
  readonly steps: readonly StepRecord[];
  readonly evals: readonly EvalRecord[];
  /** Every completion of every step, in order. */
  readonly rollouts: readonly Rollout[];
  readonly policy: Model;
  readonly checkpoint: RunCheckpoint;
}

function configOf(
  domain: string,
  { settings = {}, reasoning }: Pick<TrainOptions<Task>, 'settings' | 'reasoning'>,
): TrainConfig {
  const gate = settings.gate ?? (reasoning === undefined ? 'outcome' : DEFAULT_GATE);
  if (reasoning === undefined && gate !== 'outcome')
    throw new ConfigError([
      `The gate “${gate}” needs something that scores the reasoning: give “reasoning”.`,
    ]);
  return { ...parseConfig({ preset: 'library', ...settings, gate }), domain };
}

/** @throws ConfigError for two rewards of one name */
function checkNames(own: readonly RewardRule[]): void {
  const names = [...REWARDS, ...own].map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new ConfigError([`There are two rewards called “${twice}”. Rename one.`]);
}

/**
 * Trains a policy by Posterior-GRPO. The same options give the same numbers. One WebAssembly engine computes in this
 * thread, which is busy for as long as that takes: in a page, call it in a worker.
 * @throws ConfigError for settings that cannot be used; ModelKindError for a model in the wrong place; PromptError; AbortError
 */
export async function train<T extends Task>(options: TrainOptions<T>): Promise<TrainedPolicy> {
  const { policy: start, tasks, onEvent = () => {}, stopAfter = () => false } = options;
  const { domain } = options.domain;
  const config = configOf(domain.name, options);
  checkKind(start, 'policy');
  checkNames(options.rewards ?? []);
  const runtime = createPlainRuntime(options.runtimeFiles);
  const shape = { config: start.loaded.config };
  const policy = new Policy(new LocalHost(runtime, buildProgram), shape);
  const reward = openReasoning(options.reasoning, () => new LocalHost(runtime, buildProgram));
  const store = new MemoryStore(options.from ?? null);
  try {
    await runTraining({
      runId: '',
      config,
      start: { policy: start.loaded.weights, reward: reward.weights },
      ports: {
        policy,
        reward,
        domain,
        prompting: promptingOf(promptSettings(config), {
          domain,
          train: tasks.train,
          chat: start.chat,
          tokenizer: start.tokenizer,
        }),
        verifier: domain.verifier({ ...NO_MEANS, timeoutMs: config.timeoutMs }),
        tokenizer: start.tokenizer,
        tasks,
        ...(options.rewards && { rewards: options.rewards }),
        emit: onEvent,
      },
      weights: policy,
      rewardWeights: reward,
      store,
      signal: options.signal ?? new AbortController().signal,
      pauseAfter: stopAfter,
    });
    const { parameters } = await policy.snapshot();
    return {
      config,
      ...store.records,
      policy: new Model(
        { config: start.loaded.config, weights: parameters },
        start.tokenizerJson,
        start.chat,
      ),
      checkpoint: store.checkpoint!,
    };
  } finally {
    await policy.dispose();
    await reward.dispose();
  }
}
