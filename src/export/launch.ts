/** A run's settings in the words of TRL and of verl. */
import { ADAMW_DEFAULTS } from '../host/adamw.ts';
import { ALL_LINEAR, LORA_TARGETS } from '../model/lora.ts';
import { loraOf } from '../rl/config.ts';
import { OPTION_NAMES, optionOf, type OptionName } from '../rl/options.ts';
import type { FullConfig } from '../rl/types.ts';

/** Settings for another trainer, and a sentence for each thing that it does otherwise. */
export interface Launch<T> {
  readonly settings: T;
  readonly notes: readonly string[];
}

type Value = string | number | boolean | readonly string[] | Readonly<Record<string, string | number>>;
type Settings = Readonly<Record<string, Value>>;

/** What no trainer has to be told: what the tasks and the reward module bring along, and what is watched here. */
const BROUGHT_ALONG: readonly OptionName[] = [
  'preset', 'domain', 'tasks', 'taskSettings', 'promptStyle', 'systemPrompt', 'shots', 'formatProfile', 'timeoutMs', 'gate', 'gateThreshold', 'rewardWeights', 'rewardScaling',
  'evalEvery', 'evalTasks',
]; // prettier-ignore

/** Settings that are not as by default, have an effect here, and are not among those that were handed over. */
function lost(config: FullConfig, handed: readonly OptionName[], trainer: string): string[] {
  return OPTION_NAMES.filter(
    (name) => !handed.includes(name) && !BROUGHT_ALONG.includes(name) && !sameAsDefault(config, name),
  )
    .filter((name) => (optionOf(name).idle?.(config) ?? null) === null)
    .map((name) => {
      const { effect } = optionOf(name);
      return `\`${name}\` was ${JSON.stringify(config[name])}, which is not handed to ${trainer}. ${effect}`;
    });
}

const sameAsDefault = (config: FullConfig, name: OptionName): boolean =>
  JSON.stringify(config[name]) === JSON.stringify(optionOf(name).default);

/** Of PAPO the total can be handed over, and not what it compares. */
function gateNotes({ gate }: FullConfig): string[] {
  if (gate !== 'correct-only') return [];
  return [
    'The gate `correct-only` compares the reasoning of passing completions apart from the other rewards. A reward function ' +
      'gives one number, so here R_t is added where the program passes, as with the gate posterior.',
  ];
}

/** Arguments of TRL's GRPOConfig (TRL 1.16), and the sizes that decide how a step is divided over processes. */
export interface TrlSettings {
  readonly grpo: Settings;
  readonly promptsPerStep: number;
  readonly microBatch: number;
  /** Updates of a step's completions, one after the other. */
  readonly miniBatches: number;
  /** Arguments of PEFT's LoraConfig; absent where all weights are trained. */
  readonly lora?: Settings;
}

const TRL_LOSS = {
  sequence: 'grpo',
  token: 'dapo',
  constant: 'dr_grpo',
  'micro-batch': 'bnpo',
} as const;

/** What {@link trlSettings} hands over. */
const IN_TRL: readonly OptionName[] = [
  'seed', 'steps', 'checkpointEvery', 'promptsPerStep', 'groupSize', 'temperature', 'topK', 'topP', 'maxPromptTokens',
  'maxCompletionTokens', 'advantage', 'maskTruncatedCompletions', 'importance', 'surrogate', 'aggregation', 'clipLow',
  'clipHigh', 'dualClip', 'entropyCoefficient', 'beta', 'syncRefModel', 'refModelSyncSteps', 'refModelMixupAlpha',
  'learningRate', 'lrSchedulerType', 'warmupSteps', 'minLrRate', 'innerIterations', 'miniBatches', 'microBatch',
  'weightDecay', 'maxGradNorm', 'loraRank', 'loraAlpha', 'loraTargets', 'loraRankStabilized',
]; // prettier-ignore

export function trlSettings(config: FullConfig): Launch<TrlSettings> {
  const notes = [...gateNotes(config), ...lost(config, IN_TRL, 'TRL')];
  const { advantage, surrogate, dualClip, miniBatches, innerIterations } = config;
  if (advantage === 'rloo')
    notes.push(
      'GRPOTrainer has no leave-one-out advantages. They are centred ones times G/(G−1), so `scale_rewards` is "none".',
    );
  if (advantage === 'gdpo')
    notes.push(
      'GDPO normalises each reward by itself, which one reward function does not allow: `scale_rewards` is "group".',
    );
  if (advantage === 'raft') notes.push('GRPOTrainer has no rejection sampling: `scale_rewards` is "group".');
  if (surrogate === 'cispo' && config.aggregation !== 'token')
    notes.push('TRL’s `cispo` has a mean over all tokens, whatever the aggregation was.');
  const schedule = trlSchedule(config, notes);
  const lora = loraOf(config);
  return {
    settings: {
      grpo: {
        // An update is a step there.
        max_steps: config.steps * innerIterations * miniBatches,
        learning_rate: config.learningRate,
        ...schedule,
        weight_decay: config.weightDecay,
        adam_beta1: ADAMW_DEFAULTS.beta1,
        adam_beta2: ADAMW_DEFAULTS.beta2,
        adam_epsilon: ADAMW_DEFAULTS.epsilon,
        max_grad_norm: config.maxGradNorm,
        num_generations: config.groupSize,
        num_iterations: innerIterations,
        temperature: config.temperature,
        top_k: config.topK,
        top_p: config.topP,
        max_completion_length: config.maxCompletionTokens,
        mask_truncated_completions: config.maskTruncatedCompletions,
        beta: config.beta,
        epsilon: config.clipLow,
        // With CISPO it is where the weight itself is cut off.
        epsilon_high: surrogate === 'cispo' ? 1 + config.clipHigh : config.clipHigh,
        ...(dualClip > 0 && surrogate !== 'cispo' ? { delta: dualClip } : {}),
        loss_type: surrogate === 'cispo' ? 'cispo' : TRL_LOSS[config.aggregation],
        importance_sampling_level: config.importance,
        scale_rewards: {
          group: 'group',
          batch: 'batch',
          none: 'none',
          rloo: 'none',
          gdpo: 'group',
          raft: 'group',
        }[advantage],
        ...(config.entropyCoefficient > 0 ? { entropy_coef: config.entropyCoefficient } : {}),
        ...(config.syncRefModel
          ? {
              sync_ref_model: true,
              ref_model_sync_steps: config.refModelSyncSteps * innerIterations * miniBatches,
              ref_model_mixup_alpha: config.refModelMixupAlpha,
            }
          : {}),
        seed: config.seed,
        bf16: false,
        model_init_kwargs: { dtype: 'float32' },
        logging_steps: 1,
        save_steps: Math.max(1, config.checkpointEvery),
        report_to: 'none',
      },
      promptsPerStep: config.promptsPerStep,
      microBatch: config.microBatch,
      miniBatches,
      ...(lora && {
        lora: {
          r: lora.rank,
          lora_alpha: lora.alpha,
          target_modules: lora.targets,
          use_rslora: lora.rankStabilized,
        },
      }),
    },
    notes,
  };
}

/** The schedule in the names of transformers. */
function trlSchedule(config: FullConfig, notes: string[]): Settings {
  const { lrSchedulerType: type, minLrRate, warmupSteps } = config;
  const warmup = warmupSteps * config.innerIterations * config.miniBatches;
  const warm = warmup > 0 ? { warmup_steps: warmup } : {};
  switch (type) {
    case 'constant':
      return { lr_scheduler_type: warmup > 0 ? 'constant_with_warmup' : 'constant', ...warm };
    case 'linear':
      if (minLrRate > 0) notes.push('A linear schedule ends at 0 there; `minLrRate` is not handed to TRL.');
      return { lr_scheduler_type: 'linear', ...warm };
    case 'cosine':
      return minLrRate > 0
        ? {
            lr_scheduler_type: 'cosine_with_min_lr',
            lr_scheduler_kwargs: { min_lr_rate: minLrRate },
            ...warm,
          }
        : { lr_scheduler_type: 'cosine', ...warm };
  }
}

const VERL_AGGREGATION = {
  sequence: 'seq-mean-token-mean',
  token: 'token-mean',
  constant: 'seq-mean-token-sum-norm',
  'micro-batch': 'token-mean',
} as const;
const VERL_KL = { k1: 'kl', k2: 'mse', k3: 'low_var_kl' } as const;

/** What {@link verlOverrides} hands over. */
const IN_VERL: readonly OptionName[] = [
  'seed', 'steps', 'checkpointEvery', 'promptsPerStep', 'groupSize', 'temperature', 'topK', 'topP', 'maxPromptTokens',
  'maxCompletionTokens', 'dynamicSampling', 'maxResamples', 'advantage', 'importance', 'surrogate', 'aggregation',
  'clipLow', 'clipHigh', 'dualClip', 'entropyCoefficient', 'beta', 'klEstimator', 'klIn', 'learningRate',
  'lrSchedulerType', 'warmupSteps', 'minLrRate', 'innerIterations', 'miniBatches', 'microBatch', 'weightDecay',
  'maxGradNorm', 'loraRank', 'loraAlpha', 'loraTargets',
]; // prettier-ignore

/** What stands for the folder in an override; the launch script puts the path in its place. */
export const FOLDER = '@DIR@';

/** verl's dual clip cannot be left out; at this ratio it has no effect. */
const NO_DUAL_CLIP = 1_000_000;

/** Overrides of verl's `ppo_trainer` configuration (verl 0.9) by their names. */
export function verlOverrides(config: FullConfig): Launch<Settings> {
  const notes = [...gateNotes(config), ...lost(config, IN_VERL, 'verl')];
  const { advantage, importance, surrogate, miniBatches } = config;
  if (advantage === 'batch' || advantage === 'gdpo' || advantage === 'raft')
    notes.push(`verl gets advantages by group (\`norm_adv_by_std_in_grpo\`); they were ${advantage} here.`);
  if (config.aggregation === 'micro-batch')
    notes.push('verl gets a mean over all tokens of an update; it was one of each micro-batch here.');
  if (config.lrSchedulerType === 'linear')
    notes.push('verl has no linear schedule; the learning rate falls by half a cosine.');
  const mode = surrogate === 'cispo' ? 'cispo' : importance === 'sequence' ? 'gspo' : 'vanilla';
  if (mode === 'cispo' && importance === 'sequence')
    notes.push('verl’s `cispo` has a ratio for each token; it was one for the sequence here.');
  const actor = 'actor_rollout_ref.actor';
  const rollout = 'actor_rollout_ref.rollout';
  const inReward = config.klIn === 'reward' && config.beta > 0;
  return {
    settings: {
      'algorithm.adv_estimator': advantage === 'rloo' ? 'rloo' : 'grpo',
      'algorithm.norm_adv_by_std_in_grpo': advantage !== 'none' && advantage !== 'rloo',
      'algorithm.use_kl_in_reward': inReward,
      ...(inReward
        ? {
            'algorithm.kl_penalty': VERL_KL[config.klEstimator],
            'algorithm.kl_ctrl.kl_coef': config.beta,
          }
        : {}),
      ...(config.dynamicSampling === 'none'
        ? {}
        : {
            'algorithm.filter_groups.enable': true,
            // The reward module reports the outcome beside the reward.
            'algorithm.filter_groups.metric': config.dynamicSampling === 'reward' ? 'reward' : 'outcome',
            'algorithm.filter_groups.max_num_gen_batches': config.maxResamples + 1,
          }),
      'data.train_files': `${FOLDER}/tasks/train.parquet`,
      'data.val_files': `${FOLDER}/tasks/test.parquet`,
      'data.train_batch_size': config.promptsPerStep,
      'data.max_prompt_length': config.maxPromptTokens,
      'data.max_response_length': config.maxCompletionTokens,
      'data.filter_overlong_prompts': true,
      'data.seed': config.seed,
      'actor_rollout_ref.model.path': `${FOLDER}/policy`,
      ...verlLora(config),
      // What comes back into Posterior, beside what verl resumes from.
      [`${actor}.checkpoint.save_contents`]: ['model', 'optimizer', 'extra', 'hf_model'],
      [`${actor}.optim.lr`]: config.learningRate,
      [`${actor}.optim.lr_scheduler_type`]: config.lrSchedulerType === 'constant' ? 'constant' : 'cosine',
      [`${actor}.optim.lr_warmup_steps`]: config.warmupSteps,
      [`${actor}.optim.min_lr_ratio`]: config.minLrRate,
      [`${actor}.optim.weight_decay`]: config.weightDecay,
      [`${actor}.optim.betas`]: [String(ADAMW_DEFAULTS.beta1), String(ADAMW_DEFAULTS.beta2)],
      [`${actor}.ppo_mini_batch_size`]: Math.max(1, Math.round(config.promptsPerStep / miniBatches)),
      [`${actor}.ppo_micro_batch_size_per_gpu`]: config.microBatch,
      [`${actor}.ppo_epochs`]: config.innerIterations,
      [`${actor}.grad_clip`]: config.maxGradNorm,
      [`${actor}.clip_ratio`]: config.clipLow,
      // verl cuts CISPO's weights off below, too, which they never reach so.
      [`${actor}.clip_ratio_low`]: surrogate === 'cispo' ? 1 : config.clipLow,
      [`${actor}.clip_ratio_high`]: config.clipHigh,
      [`${actor}.clip_ratio_c`]: config.dualClip || NO_DUAL_CLIP,
      [`${actor}.loss_agg_mode`]: VERL_AGGREGATION[config.aggregation],
      [`${actor}.policy_loss.loss_mode`]: mode,
      [`${actor}.entropy_coeff`]: config.entropyCoefficient,
      [`${actor}.use_kl_loss`]: config.beta > 0 && !inReward,
      [`${actor}.kl_loss_coef`]: config.beta,
      [`${actor}.kl_loss_type`]: VERL_KL[config.klEstimator],
      [`${rollout}.name`]: 'vllm',
      [`${rollout}.n`]: config.groupSize,
      [`${rollout}.temperature`]: config.temperature,
      [`${rollout}.top_p`]: config.topP,
      [`${rollout}.top_k`]: config.topK || -1,
      [`${rollout}.tensor_model_parallel_size`]: 1,
      [`${rollout}.gpu_memory_utilization`]: 0.4,
      [`${rollout}.log_prob_micro_batch_size_per_gpu`]: config.microBatch,
      'actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu': config.microBatch,
      'reward.custom_reward_function.path': `${FOLDER}/posterior_reward.py`,
      'reward.custom_reward_function.name': 'compute_score',
      'trainer.total_training_steps': config.steps,
      'trainer.test_freq': config.evalEvery > 0 ? config.evalEvery : -1,
      'trainer.save_freq': config.checkpointEvery > 0 ? config.checkpointEvery : -1,
      'trainer.logger': ['console'],
      'trainer.project_name': 'posterior',
      'trainer.experiment_name': `${config.preset}-${config.gate}-seed${config.seed}`,
      'trainer.default_local_dir': `${FOLDER}/checkpoints`,
      'trainer.nnodes': 1,
      'trainer.n_gpus_per_node': 1,
    },
    notes,
  };
}

function verlLora(config: FullConfig): Settings {
  const lora = loraOf(config);
  if (lora === null) return {};
  const all = lora.targets.length === LORA_TARGETS.length;
  return {
    'actor_rollout_ref.model.lora_rank': lora.rank,
    'actor_rollout_ref.model.lora_alpha': lora.alpha,
    'actor_rollout_ref.model.target_modules': all ? ALL_LINEAR : lora.targets,
  };
}

/** One override a line, as Hydra reads them. */
export const overrideLines = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? `[${value.join(',')}]` : hydra(value)}\n`)
    .join('');

const hydra = (value: Value): string =>
  typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
