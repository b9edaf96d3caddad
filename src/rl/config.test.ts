import { describe, expect, it } from 'vitest';
import { LORA_TARGETS } from '../model/lora.ts';
import { configAt, ConfigError, DEFAULT_CONFIG, loraOf, parseConfig } from './config.ts';
import { idleOptions, idleSentence } from './options.ts';

describe('parseConfig', () => {
  it('fills in the defaults and keeps what is given', () => {
    expect(parseConfig({})).toEqual(DEFAULT_CONFIG);
    expect(parseConfig({ gate: 'outcome', steps: 3 })).toEqual({
      ...DEFAULT_CONFIG,
      gate: 'outcome',
      steps: 3,
    });
    expect(parseConfig(DEFAULT_CONFIG)).toEqual(DEFAULT_CONFIG);
  });

  it.each<[object, RegExp]>([
    [{ groupSize: 1 }, /^groupSize must be at least 2, because .* not 1\.$/],
    [
      { gate: 'wide' },
      /gate must be one of posterior, ungated, outcome, soft, threshold, correct-only, not "wide"/,
    ],
    [{ tasks: 'easy' }, /tasks must be one of starter, hard, file, not "easy"/],
    [{ learningRate: 0 }, /learningRate must be above 0/],
    [{ learningRate: NaN }, /learningRate must be a number/],
    [{ temperature: 0 }, /temperature must be at least 0\.01/],
    [{ clipLow: 1.5 }, /clipLow must be at most 1/],
    [{ topK: -2 }, /topK must not be negative; 0 samples from all tokens, not -2/],
    [{ topP: 0 }, /topP must be above 0/],
    [{ topP: 1.5 }, /topP must be at most 1/],
    [{ steps: 2.5 }, /steps must be a whole number, not 2\.5/],
    [{ steps: '10' }, /steps must be a number, not "10"/],
    [{ seed: -1 }, /seed must not be negative/],
    [{ maxGradNorm: Infinity }, /maxGradNorm must be finite/],
    [{ 'group-size': 4 }, /no setting “group-size”\. Did you mean groupSize\?/],
    [{ frobnicate: 1 }, /no setting “frobnicate”\. The settings are preset, seed/],
  ])('refuses %j', (input, message) => {
    expect(() => parseConfig(input)).toThrow(ConfigError);
    expect(() => parseConfig(input)).toThrow(message);
  });

  it.each<[object, object]>([
    [
      { lr: 2e-4, kl_coef: 0.1, num_generations: 4 },
      { learningRate: 2e-4, beta: 0.1, groupSize: 4 },
    ],
    [{ epsilon: 0.1 }, { clipLow: 0.1, clipHigh: 0.1 }],
    [
      { epsilon: 0.1, epsilon_high: 0.3 },
      { clipLow: 0.1, clipHigh: 0.3 },
    ],
    [{ loss_type: 'dr_grpo' }, { aggregation: 'constant', surrogate: 'clipped' }],
    [{ loss_type: 'cispo' }, { aggregation: 'token', surrogate: 'cispo' }],
    [{ loss_agg_mode: 'seq-mean-token-mean' }, { aggregation: 'sequence' }],
    [{ scale_rewards: false }, { advantage: 'none' }],
    [{ adv_estimator: 'grpo' }, { advantage: 'group' }],
    [
      { use_kl_in_reward: true, kl_loss_type: 'low_var_kl' },
      { klIn: 'reward', klEstimator: 'k3' },
    ],
    [{ 'actor_rollout_ref.actor.optim.lr': 1e-3 }, { learningRate: 1e-3 }],
    [{ mask_truncated_completions: true }, { maskTruncatedCompletions: true }],
    [
      { top_k: 50, top_p: 0.9 },
      { topK: 50, topP: 0.9 },
    ],
    [{ 'actor_rollout_ref.rollout.top_k': -1 }, { topK: 0 }],
    [
      { changes: [{ step: 2, settings: { lr: 1e-5 } }] },
      { changes: [{ step: 2, settings: { learningRate: 1e-5 } }] },
    ],
  ])('understands %j', (input, settings) => {
    expect(parseConfig(input)).toEqual({ ...DEFAULT_CONFIG, ...settings });
  });

  it.each<[object, RegExp]>([
    [{ learnignRate: 1 }, /There is no setting “learnignRate”. Did you mean learningRate\?/],
    [{ num_generation: 4 }, /There is no setting “num_generation”. Did you mean groupSize\?/],
    [{ lr: 1e-4, learningRate: 1e-4 }, /lr and learningRate are the same setting/],
    [{ ppo_mini_batch_size: 4 }, /Here it is miniBatches: it is the number of updates/],
    [{ reward_weights: [1, 1] }, /Here it is rewardWeights: it is an object by reward/],
    [{ loss_type: 'sapo' }, /loss_type must be one of grpo, dapo, dr_grpo, bnpo, cispo, not "sapo"/],
    [{ rewardWeights: { style: 1 } }, /There is no reward “style”. They are format, outcome, thinking./],
    [{ rewardWeights: { format: -1 } }, /rewardWeights.format must not be negative/],
    [{ changes: [{ step: 1, settings: { steps: 4 } }] }, /changes.0.settings.steps cannot change/],
    [{ changes: [{ step: 1, settings: { beta: -4 } }] }, /changes.0.settings.beta must not be negative/],
    [
      {
        changes: [
          { step: 4, settings: {} },
          { step: 1, settings: {} },
        ],
      },
      /in the order of their steps/,
    ],
    [{ maskTruncatedCompletions: 1 }, /must be true or false, not 1/],
  ])('names what is wrong with %j', (input, message) => {
    expect(() => parseConfig(input)).toThrow(message);
  });

  it.each<[object, RegExp]>([
    [{ dualClip: 1.2 }, /dualClip must be above 1 \+ clipHigh, which is 1.28, or 0 for none/],
    [{ overlongBuffer: 129 }, /overlongBuffer must be at most maxCompletionTokens, which is 128, not 129/],
    [{ miniBatches: 13 }, /miniBatches must be at most promptsPerStep, which is 12/],
    [{ warmupSteps: 101 }, /warmupSteps must be at most steps, which is 100/],
    [
      { loraRank: 4, syncRefModel: true },
      /refModelMixupAlpha must be 1 where loraRank is above 0.*it is 0.6/,
    ],
    [{ rewardWeights: { format: 0, outcome: 0, thinking: 0 } }, /must leave one reward above 0/],
  ])('refuses the contradiction in %j', (input, message) => {
    expect(() => parseConfig(input)).toThrow(message);
  });

  it('holds changes from the step after the one that they name', () => {
    const config = parseConfig({
      changes: [
        { step: 2, settings: { gate: 'outcome', learningRate: 1e-3 } },
        { step: 2, settings: { gate: 'soft' } },
        { step: 5, settings: { beta: 0.1 } },
      ],
    });
    const held = [1, 2, 3, 5, 6].map((step) => {
      const { gate, learningRate, beta } = configAt(config, step);
      return [gate, learningRate, beta];
    });
    expect(held).toEqual([
      ['posterior', 1e-4, 0],
      ['posterior', 1e-4, 0],
      ['soft', 1e-3, 0],
      ['soft', 1e-3, 0],
      ['soft', 1e-3, 0.1],
    ]);
  });

  it('names every fault at once', () => {
    expect(() => parseConfig({ groupSize: 0, beta: -1 })).toThrow(/groupSize .* beta must not be negative/);
    expect(() => parseConfig(null)).toThrow(/must be an object/);
  });
});

describe('settings of LoRA', () => {
  it('train all weights where no rank is given, and say what then has no effect', () => {
    expect(loraOf(parseConfig({}))).toBeNull();
    const idle = idleOptions(parseConfig({ loraAlpha: 8 }), ['loraAlpha', 'loraTargets']).map(idleSentence);
    expect(idle).toEqual([
      'loraAlpha has no effect: loraRank is 0.',
      'loraTargets has no effect: loraRank is 0.',
    ]);
  });

  it('have the names of TRL, PEFT and verl, and take targets as a text or a list', () => {
    const lora = { rank: 8, alpha: 16, targets: ['q_proj', 'v_proj'], rankStabilized: true };
    const trl = { lora_r: 8, lora_alpha: 16, lora_target_modules: ['v_proj', 'q_proj'], use_rslora: true };
    expect(loraOf(parseConfig(trl))).toEqual(lora);
    expect(loraOf(parseConfig({ ...trl, lora_target_modules: 'q_proj, v_proj' }))).toEqual(lora);
    expect(loraOf(parseConfig({ lora_rank: 2, target_modules: 'all-linear' }))).toMatchObject({
      rank: 2,
      targets: LORA_TARGETS,
    });
  });

  it('are refused where they are none', () => {
    expect(() => parseConfig({ loraTargets: 'q_proj,head' })).toThrow(
      /loraTargets must be all-linear or some of q_proj, .*, not "q_proj,head"/,
    );
    expect(() => parseConfig({ loraTargets: '' })).toThrow(/must be all-linear or some of/);
    expect(() => parseConfig({ loraRank: -1 })).toThrow(
      /loraRank must not be negative; 0 trains all weights/,
    );
    expect(() => parseConfig({ loraAlpha: 0 })).toThrow(/loraAlpha must be above 0/);
  });
});

describe('settings of prompts', () => {
  const idle = (settings: object) =>
    idleOptions(parseConfig(settings), ['systemPrompt', 'shots']).map(idleSentence);

  it('say where they have no effect', () => {
    expect(idle({})).toEqual([
      'systemPrompt has no effect: promptStyle is plain.',
      'shots has no effect: promptStyle is plain.',
    ]);
    expect(idle({ promptStyle: 'chat' })).toEqual(['shots has no effect: promptStyle is chat.']);
    expect(idle({ promptStyle: 'few-shot' })).toEqual([
      'systemPrompt has no effect: promptStyle is few-shot.',
    ]);
  });

  it('are refused where they are none', () => {
    expect(parseConfig({ promptStyle: 'chat', systemPrompt: '' }).systemPrompt).toBe('');
    expect(() => parseConfig({ promptStyle: 'poem' })).toThrow(
      /promptStyle must be one of plain, chat, few-shot/,
    );
    expect(() => parseConfig({ systemPrompt: 1 })).toThrow(/systemPrompt must be a text/);
    expect(() => parseConfig({ systemPrompt: 'x'.repeat(10_001) })).toThrow(/at most 10,000 characters/);
    expect(() => parseConfig({ promptStyle: 'few-shot', shots: 0 })).toThrow(/shots must be at least 1/);
  });
});
