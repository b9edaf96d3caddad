import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import { overrideLines, trlSettings, verlOverrides } from './launch.ts';

const config = { ...DEFAULT_CONFIG, promptsPerStep: 12, groupSize: 8, clipHigh: 0.28, learningRate: 2e-4 };

describe('the settings of a run', () => {
  it('are arguments of GRPOConfig', () => {
    const { settings, notes } = trlSettings(config);
    expect(settings).toMatchObject({ promptsPerStep: 12, microBatch: config.microBatch });
    expect(settings.grpo).toMatchObject({
      num_generations: 8,
      learning_rate: 2e-4,
      lr_scheduler_type: 'constant',
      epsilon: 0.2,
      epsilon_high: 0.28,
      loss_type: 'dapo',
      importance_sampling_level: 'token',
      scale_rewards: 'group',
      beta: 0,
      adam_beta2: 0.95,
    });
    expect(notes).toEqual([]);
  });

  it('are overrides of verl, as Hydra reads them', () => {
    const lines = overrideLines(verlOverrides({ ...config, beta: 0.01 }).settings).split('\n');
    for (const line of [
      'algorithm.adv_estimator=grpo',
      'algorithm.norm_adv_by_std_in_grpo=True',
      'data.train_batch_size=12',
      'actor_rollout_ref.rollout.n=8',
      'actor_rollout_ref.rollout.top_k=-1',
      'actor_rollout_ref.actor.optim.betas=[0.9,0.95]',
      'actor_rollout_ref.actor.loss_agg_mode=token-mean',
      'actor_rollout_ref.actor.use_kl_loss=True',
      'actor_rollout_ref.actor.kl_loss_coef=0.01',
      'reward.custom_reward_function.name=compute_score',
    ])
      expect(lines).toContain(line);
  });

  it.each([
    ['sequence', 'grpo', 'seq-mean-token-mean'],
    ['constant', 'dr_grpo', 'seq-mean-token-sum-norm'],
  ] as const)('say how a loss is summed: %s', (aggregation, trl, verl) => {
    const changed = { ...config, aggregation };
    expect(trlSettings(changed).settings.grpo).toMatchObject({ loss_type: trl });
    expect(verlOverrides(changed).settings).toMatchObject({ 'actor_rollout_ref.actor.loss_agg_mode': verl });
  });

  it('train an adapter there, too', () => {
    const lora = { ...config, loraRank: 8, loraTargets: 'q_proj,v_proj', loraRankStabilized: true };
    expect(trlSettings(lora).settings.lora).toEqual({
      r: 8,
      lora_alpha: 32,
      target_modules: ['q_proj', 'v_proj'],
      use_rslora: true,
    });
    expect(trlSettings(config).settings.lora).toBeUndefined();
    const { settings, notes } = verlOverrides(lora);
    const lines = overrideLines(settings).split('\n');
    expect(lines).toContain('actor_rollout_ref.model.lora_rank=8');
    expect(lines).toContain('actor_rollout_ref.model.target_modules=[q_proj,v_proj]');
    expect(notes).toEqual([expect.stringContaining('`loraRankStabilized` was true')]);
    const all = overrideLines(verlOverrides({ ...lora, loraTargets: 'all-linear' }).settings);
    expect(all).toContain('actor_rollout_ref.model.target_modules=all-linear\n');
  });

  it('of later kinds are handed over where the trainer has them', () => {
    const changed = {
      ...config,
      surrogate: 'cispo' as const,
      innerIterations: 2,
      miniBatches: 3,
      lrSchedulerType: 'cosine' as const,
      minLrRate: 0.1,
      warmupSteps: 5,
      dynamicSampling: 'accuracy' as const,
      dualClip: 3,
      topK: 50,
      topP: 0.9,
    };
    const { settings, notes } = trlSettings(changed);
    expect(settings.grpo).toMatchObject({
      max_steps: 600,
      num_iterations: 2,
      top_k: 50,
      top_p: 0.9,
      loss_type: 'cispo',
      epsilon_high: 1.28,
      lr_scheduler_type: 'cosine_with_min_lr',
      lr_scheduler_kwargs: { min_lr_rate: 0.1 },
      warmup_steps: 30,
    });
    expect(notes).toEqual([expect.stringContaining('`dynamicSampling` was "accuracy"')]);
    expect(verlOverrides(changed)).toMatchObject({
      settings: {
        'algorithm.filter_groups.metric': 'outcome',
        'actor_rollout_ref.actor.ppo_mini_batch_size': 4,
        'actor_rollout_ref.rollout.top_k': 50,
        'actor_rollout_ref.rollout.top_p': 0.9,
        'actor_rollout_ref.actor.policy_loss.loss_mode': 'cispo',
        'actor_rollout_ref.actor.clip_ratio_low': 1,
        'actor_rollout_ref.actor.clip_ratio_c': 3,
        'actor_rollout_ref.actor.optim.min_lr_ratio': 0.1,
      },
      notes: [],
    });
    const paid = { ...config, beta: 0.1, klIn: 'reward' as const, klEstimator: 'k1' as const };
    expect(verlOverrides(paid).settings).toMatchObject({
      'algorithm.use_kl_in_reward': true,
      'algorithm.kl_penalty': 'kl',
      'actor_rollout_ref.actor.use_kl_loss': false,
    });
  });

  it('that another trainer does not have are named', () => {
    const rloo = { ...config, advantage: 'rloo' as const };
    expect(trlSettings(rloo).notes).toHaveLength(1);
    expect(verlOverrides(rloo).settings).toMatchObject({ 'algorithm.adv_estimator': 'rloo' });
    expect(verlOverrides({ ...config, advantage: 'batch' }).notes).toHaveLength(1);
    expect(trlSettings({ ...config, overlongBuffer: 16 }).notes).toHaveLength(1);
    expect(trlSettings({ ...config, gate: 'correct-only' }).notes).toHaveLength(1);
    const credited = { ...config, reasoningCredit: 'reasoning' as const };
    for (const notes of [trlSettings(credited).notes, verlOverrides(credited).notes])
      expect(notes).toEqual([expect.stringContaining('`reasoningCredit` was "reasoning"')]);
    expect(trlSettings({ ...credited, gate: 'outcome' }).notes).toEqual([]);
    // Without a KL term it makes no difference.
    expect(trlSettings({ ...config, klEstimator: 'k1' }).notes).toEqual([]);
    const sequence = verlOverrides({ ...config, importance: 'sequence' }).settings;
    expect(sequence).toMatchObject({ 'actor_rollout_ref.actor.policy_loss.loss_mode': 'gspo' });
  });
});
