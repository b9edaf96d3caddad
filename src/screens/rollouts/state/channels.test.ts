import { describe, expect, it } from 'vitest';
import { fullConfig, DEFAULT_CONFIG } from '../../../rl/config.ts';
import { advantageParts } from '../../../rl/advantages.ts';
import { rewardsOf } from '../../../rl/rewards/index.ts';
import type { FullConfig, Rollout } from '../../../rl/types.ts';
import { rolloutOf } from '../../../../tests/support/rollout.ts';
import { channelOf, type Channel, type ChannelName, isMasked, piecesOf } from './channels.ts';

const WORDS = ['<think>', 'add', '</think>', 'x', '<|end|>'];
const tokenizer = {
  vocabSize: WORDS.length,
  decode: (ids: readonly number[]) => ids.map((id) => WORDS[id]).join(''),
};

const rollout = rolloutOf({
  tokens: [0, 1, 2, 3, 4],
  logprobs: [0, Math.log(0.5), -2, 0, -1],
  text: '<think>add</think>x',
  reasoning: 'add',
  advantage: 0.7,
});
const config: FullConfig = fullConfig({ ...DEFAULT_CONFIG, groupSize: 2 });
const answer = (name: ChannelName, of: Rollout = rollout, settings: Partial<FullConfig> = {}) =>
  channelOf(name, { rollout: of, step: [of], config: { ...config, ...settings }, tokenizer });
const valuesOf = (found: ReturnType<typeof answer>): Channel['values'] =>
  'channel' in found ? found.channel.values : [];

describe('a channel', () => {
  it('has the probability of each token, and its surprise in nats', () => {
    expect(valuesOf(answer('probability')).map((p) => Number(p?.toFixed(3)))).toEqual([
      1, 0.5, 0.135, 1, 0.368,
    ]);
    expect(answer('probability')).toMatchObject({ channel: { signed: false, range: [0, 1] } });
    expect(answer('surprise')).toMatchObject({ channel: { range: [0, 2] } });
    expect(valuesOf(answer('surprise'))[0]).toBe(0);
  });

  it('has no value for a token whose probability was not recorded', () => {
    expect(valuesOf(answer('probability', { ...rollout, logprobs: [0] }))).toEqual([
      1,
      null,
      null,
      null,
      null,
    ]);
    expect(answer('probability', { ...rollout, logprobs: [] })).toEqual({ gap: 'no-logprobs' });
  });

  it('says that of entropy and KL the means alone are stored, where an older version stored them', () => {
    const older = { ...rollout, kl: 0.1 };
    for (const name of ['entropy', 'kl'] as const) expect(answer(name, older)).toEqual({ gap: 'mean-alone' });
    expect(answer('kl', { ...rollout, kl: null })).toEqual({ gap: 'not-compared' });
  });

  it('has entropy and KL of each token, in nats', () => {
    const perToken = { entropy: [0, 1500, 250, 0, 1], kl: [0, 200_000, 1, 0, 0] };
    expect(valuesOf(answer('entropy', { ...rollout, perToken }))).toEqual([0, 1.5, 0.25, 0, 0.001]);
    expect(answer('entropy', { ...rollout, perToken })).toMatchObject({ channel: { range: [0, 1.5] } });
    expect(valuesOf(answer('kl', { ...rollout, perToken }))[1]).toBeCloseTo(0.2, 12);
  });

  it('has advantage × ratio where the ratio is 1, on a scale that is even on both sides', () => {
    expect(answer('push')).toEqual({
      channel: {
        values: [0.7, 0.7, 0.7, 0.7, 0.7],
        signed: true,
        range: [-0.7, 0.7],
        bounds: Array(5).fill(null),
      },
    });
    expect(answer('push', { ...rollout, advantage: 0 })).toMatchObject({ channel: { range: [-1, 1] } });
    // A group is not divided.
    expect(answer('push', rollout, { miniBatches: 3 })).toEqual(answer('push'));
  });

  it('says so where an older version did not store the ratios of several updates', () => {
    const step = [rollout, { ...rollout, group: 1 }];
    for (const several of [{ innerIterations: 2 }, { miniBatches: 3 }])
      for (const name of ['ratio', 'push'] as const)
        expect(channelOf(name, { rollout, step, config: { ...config, ...several }, tokenizer })).toEqual({
          gap: 'ratios-not-kept',
        });
    expect(answer('ratio')).toEqual({ gap: 'one-update' });
  });

  it('has the ratio of each token and its product with the advantage, and the bound that holds it', () => {
    const millionths = [0, 300_000, -300_000, 1_200_000, 100_000];
    const moved = { ...rollout, perToken: { entropy: [], logRatio: millionths } };
    const several = { innerIterations: 2, dualClip: 3 };
    const ratio = answer('ratio', moved, several);
    expect(valuesOf(ratio)).toEqual([0, 0.3, -0.3, 1.2, 0.1].map((x) => expect.closeTo(x, 12)));
    expect(ratio).toMatchObject({ channel: { signed: true, bounds: [null, 'high', null, 'high', null] } });
    const push = answer('push', moved, several);
    expect(valuesOf(push)).toEqual(millionths.map((x) => expect.closeTo(0.7 * Math.exp(x / 1e6), 9)));
    expect(answer('push', { ...moved, advantage: -1 }, several)).toMatchObject({
      channel: { bounds: [null, null, 'low', 'dual', null] },
    });
    expect(answer('push', moved, { ...several, surrogate: 'cispo' })).toMatchObject({
      channel: { bounds: [null, 'high', null, 'high', null] },
    });
    const sequence = answer('ratio', moved, { ...several, importance: 'sequence' });
    expect(valuesOf(sequence)).toEqual(Array(5).fill(expect.closeTo(0.26, 12)));
    expect(sequence).toMatchObject({ channel: { bounds: Array(5).fill('high') } });
    const masked = { ...several, maskTruncatedCompletions: true };
    expect(answer('ratio', { ...moved, truncated: true }, masked)).toMatchObject({
      channel: { bounds: Array(5).fill(null) },
    });
    const split = {
      config: { ...config, ...several, reasoningCredit: 'reasoning' as const },
      tokenizer: null,
    };
    expect(channelOf('ratio', { rollout: moved, step: [moved], ...split })).toMatchObject({
      channel: { bounds: null },
    });
  });

  it('leaves R_t out after the reasoning where R_t is credited to that alone', () => {
    const split: FullConfig = { ...config, reasoningCredit: 'reasoning' };
    const other = { rewards: rewardsOf({ format: 1, outcome: 1, thinking: 0.2 }), reward: 2.2 };
    const own = { rewards: rewardsOf({ format: 1, outcome: 0, thinking: 0.8 }), reward: 1 };
    const step = [
      { ...rollout, ...own },
      { ...rollout, ...other, index: 1 },
    ];
    const parts = advantageParts(
      step.map(({ rewards, reward }) => ({ rewards, reward, passedTests: rewards.outcome, extra: 0 })),
      split,
    );
    const member = { ...step[0]!, advantage: parts.all[0]! };
    const facts = { rollout: member, step: [member, step[1]!], config: split };
    const [all, rest] = [parts.all[0], parts.rest[0]];
    expect(all).not.toBe(rest);
    expect(valuesOf(channelOf('push', { ...facts, tokenizer }))).toEqual([all, all, all, rest, rest]);
    expect(channelOf('push', { ...facts, tokenizer: null })).toEqual({ gap: 'no-pieces' });
  });

  it('is of a masked completion where the run leaves out what was cut off', () => {
    const cut = { ...rollout, truncated: true };
    expect(isMasked({ rollout: cut, config })).toBe(false);
    const masking = { ...config, maskTruncatedCompletions: true };
    expect(isMasked({ rollout: cut, config: masking })).toBe(true);
    expect(isMasked({ rollout, config: masking })).toBe(false);
  });
});

describe('pieces', () => {
  it('are the texts of the tokens, the end included', () => {
    expect(piecesOf(rollout, tokenizer)).toEqual(WORDS);
    expect(piecesOf({ ...rollout, tokens: [0, 1], text: '<think>add', truncated: true }, tokenizer)).toEqual([
      '<think>',
      'add',
    ]);
  });

  it('are none where the tokens are of another vocabulary', () => {
    expect(piecesOf({ ...rollout, text: 'something else' }, tokenizer)).toBeNull();
    expect(piecesOf({ ...rollout, tokens: [0, 1, 2, 99, 4] }, tokenizer)).toBeNull();
  });
});
