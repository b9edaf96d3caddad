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

  it('that another trainer does not have are named', () => {
    const rloo = { ...config, advantage: 'rloo' as const };
    expect(trlSettings(rloo).notes).toHaveLength(1);
    expect(verlOverrides(rloo).settings).toMatchObject({ 'algorithm.adv_estimator': 'rloo' });
    expect(verlOverrides({ ...config, advantage: 'batch' }).notes).toHaveLength(1);
    const sequence = verlOverrides({ ...config, importance: 'sequence' }).settings;
    expect(sequence).toMatchObject({ 'actor_rollout_ref.actor.policy_loss.loss_mode': 'gspo' });
  });
});
