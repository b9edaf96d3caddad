/** A run's settings in the words of TRL and of verl. */
import { ADAMW_DEFAULTS } from '../host/adamw.ts';
import type { TrainConfig } from '../rl/types.ts';

/** Settings for another trainer, and a sentence for each thing that it does otherwise. */
export interface Launch<T> {
  readonly settings: T;
  readonly notes: readonly string[];
}

type Value = string | number | boolean | readonly string[] | Readonly<Record<string, string>>;

/** Arguments of TRL's GRPOConfig (TRL 1.16), and the sizes that decide how a step is divided over processes. */
export interface TrlSettings {
  readonly grpo: Readonly<Record<string, Value>>;
  readonly promptsPerStep: number;
  readonly microBatch: number;
}

const TRL_LOSS = { sequence: 'grpo', token: 'dapo', constant: 'dr_grpo', 'micro-batch': 'bnpo' } as const;

const amongPassing = (trainer: string): string =>
  `${trainer} cannot normalize the reward for reasoning among passing completions alone, which the gate correct-only does: ` +
  'it gets the posterior gate’s rewards.';

export function trlSettings(config: TrainConfig): Launch<TrlSettings> {
  const notes: string[] = [];
  const { advantage } = config;
  if (config.gate === 'correct-only') notes.push(amongPassing('GRPOTrainer'));
  if (advantage === 'rloo')
    notes.push(
      'GRPOTrainer has no leave-one-out advantages. They are centred ones times G/(G−1): scale_rewards is "none", and the ' +
        'learning rate is as it was, so updates are smaller by that factor before Adam’s normalization.',
    );
  return {
    settings: {
      grpo: {
        max_steps: config.steps,
        learning_rate: config.learningRate,
        lr_scheduler_type: 'constant',
        weight_decay: config.weightDecay,
        adam_beta1: ADAMW_DEFAULTS.beta1,
        adam_beta2: ADAMW_DEFAULTS.beta2,
        adam_epsilon: ADAMW_DEFAULTS.epsilon,
        max_grad_norm: config.maxGradNorm,
        num_generations: config.groupSize,
        num_iterations: config.innerIterations,
        temperature: config.temperature,
        max_completion_length: config.maxCompletionTokens,
        beta: config.beta,
        epsilon: config.clipLow,
        epsilon_high: config.clipHigh,
        loss_type: TRL_LOSS[config.aggregation],
        importance_sampling_level: config.importance,
        scale_rewards: advantage === 'rloo' ? 'none' : advantage,
        seed: config.seed,
        bf16: false,
        model_init_kwargs: { dtype: 'float32' },
        logging_steps: 1,
        save_steps: Math.max(1, config.checkpointEvery),
        report_to: 'none',
      },
      promptsPerStep: config.promptsPerStep,
      microBatch: config.microBatch,
    },
    notes,
  };
}

const VERL_AGGREGATION = {
  sequence: 'seq-mean-token-mean',
  token: 'token-mean',
  constant: 'seq-mean-token-sum-norm',
  // Of a micro-batch, as verl computes it.
  'micro-batch': 'token-mean',
} as const;

/** What stands for the folder in an override; the launch script puts the path in its place. */
export const FOLDER = '@DIR@';

/** Overrides of verl's `ppo_trainer` configuration (verl 0.9) by their names. */
export function verlOverrides(config: TrainConfig): Launch<Readonly<Record<string, Value>>> {
  const notes: string[] = [];
  const { advantage } = config;
  if (config.gate === 'correct-only') notes.push(amongPassing('verl'));
  if (advantage === 'batch')
    notes.push('verl has no advantages by batch; those by group are taken (norm_adv_by_std_in_grpo).');
  const actor = 'actor_rollout_ref.actor';
  const rollout = 'actor_rollout_ref.rollout';
  const rollouts = config.promptsPerStep * config.groupSize;
  return {
    settings: {
      'algorithm.adv_estimator': advantage === 'rloo' ? 'rloo' : 'grpo',
      'algorithm.norm_adv_by_std_in_grpo': advantage === 'group' || advantage === 'batch',
      'algorithm.use_kl_in_reward': false,
      'data.train_files': `${FOLDER}/tasks/train.parquet`,
      'data.val_files': `${FOLDER}/tasks/test.parquet`,
      'data.train_batch_size': config.promptsPerStep,
      'data.max_prompt_length': config.maxPromptTokens,
      'data.max_response_length': config.maxCompletionTokens,
      'data.filter_overlong_prompts': true,
      'data.seed': config.seed,
      'actor_rollout_ref.model.path': `${FOLDER}/policy`,
      // What comes back into Posterior, beside what verl resumes from.
      [`${actor}.checkpoint.save_contents`]: ['model', 'optimizer', 'extra', 'hf_model'],
      [`${actor}.optim.lr`]: config.learningRate,
      [`${actor}.optim.weight_decay`]: config.weightDecay,
      [`${actor}.optim.betas`]: [String(ADAMW_DEFAULTS.beta1), String(ADAMW_DEFAULTS.beta2)],
      [`${actor}.ppo_mini_batch_size`]: config.promptsPerStep,
      [`${actor}.ppo_micro_batch_size_per_gpu`]: Math.min(config.microBatch, rollouts),
      [`${actor}.ppo_epochs`]: config.innerIterations,
      [`${actor}.grad_clip`]: config.maxGradNorm,
      [`${actor}.clip_ratio`]: config.clipLow,
      [`${actor}.clip_ratio_low`]: config.clipLow,
      [`${actor}.clip_ratio_high`]: config.clipHigh,
      [`${actor}.loss_agg_mode`]: VERL_AGGREGATION[config.aggregation],
      [`${actor}.policy_loss.loss_mode`]: config.importance === 'sequence' ? 'gspo' : 'vanilla',
      [`${actor}.entropy_coeff`]: 0,
      [`${actor}.use_kl_loss`]: config.beta > 0,
      [`${actor}.kl_loss_coef`]: config.beta,
      [`${actor}.kl_loss_type`]: 'low_var_kl',
      [`${rollout}.name`]: 'vllm',
      [`${rollout}.n`]: config.groupSize,
      [`${rollout}.temperature`]: config.temperature,
      [`${rollout}.top_p`]: 1,
      [`${rollout}.top_k`]: -1,
      [`${rollout}.tensor_model_parallel_size`]: 1,
      [`${rollout}.gpu_memory_utilization`]: 0.4,
      [`${rollout}.log_prob_micro_batch_size_per_gpu`]: config.microBatch,
      'actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu': config.microBatch,
      'reward.custom_reward_function.path': `${FOLDER}/posterior_reward.py`,
      'reward.custom_reward_function.name': 'compute_score',
      'trainer.total_training_steps': config.steps,
      'trainer.test_freq': config.evalEvery,
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

/** One override a line, as Hydra reads them. */
export const overrideLines = (settings: Readonly<Record<string, Value>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? `[${value.join(',')}]` : hydra(value)}\n`)
    .join('');

const hydra = (value: Value): string =>
  typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
