import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../statistics/intervals.ts';
import { evalMetrics, METRICS, metricInfo, stepMetrics } from './metrics.ts';
import { rewardsOf } from './rewards/index.ts';

type Measured = Parameters<typeof stepMetrics>[0][number];

function rollout(
  group: number,
  [format, outcome, thinking]: [number, number, number],
  reward: number,
  advantage: number,
  rest: Partial<Measured> = {},
): Measured {
  const verification = { weak: false, passed: outcome, total: 1 };
  const plain = { tokens: [1, 2], truncated: false, entropy: 1, kl: null, agreement: null, verification };
  return { group, rewards: rewardsOf({ format, outcome, thinking }), reward, advantage, ...plain, ...rest };
}

const sample = (taskId: string, heldOut: boolean) => ({ taskId, heldOut, visible: true });

/** Group 0 is mixed, group 1 all good, group 2 all bad; posterior rewards, advantages centred only. */
const batch: Measured[] = [
  rollout(0, [1, 1, 0.5], 2.5, 0.75, { tokens: [1, 2, 3, 4], entropy: 0.5, kl: 0.1, agreement: true }),
  rollout(0, [1, 0, 0.9], 1, -0.75, { tokens: [1, 2], entropy: 2, kl: 0.4, agreement: false }),
  rollout(1, [1, 1, 0.8], 2.8, 0.15, { tokens: [1, 2, 3], entropy: 1, kl: 0 }),
  rollout(1, [1, 1, 0.5], 2.5, -0.15, { tokens: [1, 2, 3], entropy: 1, kl: 0, agreement: true }),
  rollout(2, [1, 0, 0.3], 1, 0, { tokens: [1, 2, 3, 4, 5, 6], truncated: true, entropy: 0, kl: 0 }),
  rollout(2, [1, 0, 0], 1, 0, { tokens: [1, 2], entropy: 1, kl: 0, agreement: true }),
];

describe('stepMetrics', () => {
  it('tells how many verdicts rest on weak tests, where any does', () => {
    const weak = batch.map((each, i) => ({ ...each, verification: { ...each.verification, weak: i < 2 } }));
    expect(stepMetrics(weak, 'posterior')['grading/weak_fraction']).toBe(2 / 6);
    expect(stepMetrics(batch, 'posterior')).not.toHaveProperty('grading/weak_fraction');
  });

  it('averages what a domain measures over the completions that have it', () => {
    const measured = batch.map((each, i) =>
      i > 2
        ? each
        : { ...each, measures: { 'steps/valid': i / 2, ...(i > 0 ? { 'steps/sound': i - 1 } : {}) } },
    );
    const { 'steps/valid': valid, 'steps/sound': sound, ...rest } = stepMetrics(measured, 'posterior');
    expect([valid, sound]).toEqual([1 / 2, 1 / 2]);
    expect(rest).toEqual(stepMetrics(batch, 'posterior'));
    expect(metricInfo('steps/valid')?.label).toBe('right steps');
  });

  const metrics = stepMetrics(batch, 'posterior');

  it.each<[string, number]>([
    ['reward', (2.5 + 1 + 2.8 + 2.5 + 1 + 1) / 6],
    // a pair's sample deviation is |difference|/√2: 1.5, .3 and 0
    ['reward_std', (1.5 + 0.3 + 0) / Math.SQRT2 / 3],
    ['frac_reward_zero_std', 1 / 3],
    ['rewards/format/mean', 1],
    ['rewards/format/std', 0],
    ['rewards/outcome/mean', 1 / 2],
    // six deviations of ½: √(6·¼/5)
    ['rewards/outcome/std', Math.sqrt(0.3)],
    ['rewards/thinking/mean', 3 / 6],
    // deviations 0, .4, .3, 0, −.2, −.5: squares sum to .54
    ['rewards/thinking/std', Math.sqrt(0.54 / 5)],
    ['by_group/frac_mixed', 1 / 3],
    ['by_group/frac_all_good', 1 / 3],
    ['by_group/frac_all_bad', 1 / 3],
    ['gate/open_rate', 1 / 2],
    ['gate/withheld_share', (0.9 + 0.3 + 0) / 3],
    // 1 + 1 + .5 for the pass, 1 + 0 + .9 for the failure
    ['gate/inversions', 0],
    // .9 > .5 in group 0; the other groups have no mixed pair
    ['gate/thinking_inversions', 1],
    ['thinking/mean_given_pass', (0.5 + 0.8 + 0.5) / 3],
    ['thinking/mean_given_fail', (0.9 + 0.3 + 0) / 3],
    ['advantage/share_from_all_good', 0.3 / 1.8],
    ['agreement', 3 / 4],
    ['completions/mean_length', 20 / 6],
    ['completions/min_length', 2],
    ['completions/max_length', 6],
    ['completions/mean_terminated_length', 14 / 5],
    ['completions/min_terminated_length', 2],
    ['completions/max_terminated_length', 4],
    ['completions/clipped_ratio', 1 / 6],
    // per token: 4·.5 + 2·2 + 3 + 3 + 0 + 2 over 20
    ['entropy', 14 / 20],
    ['kl', (4 * 0.1 + 2 * 0.4) / 20],
  ])('%s is %f', (name, expected) => {
    expect(metrics[name]).toBeCloseTo(expected, 12);
  });

  it('counts an inversion where a failure’s sum is higher, as a pass without the form would allow', () => {
    const odd = [
      rollout(0, [0, 1, 0.2], 1.2, 0),
      rollout(0, [1, 0, 0.9], 1, 0),
      rollout(0, [1, 0, 0.1], 1, 0),
    ];
    expect(stepMetrics(odd, 'ungated')).toMatchObject({ 'gate/inversions': 1, 'gate/ungated_inversions': 1 });
    expect(stepMetrics(odd, 'posterior')).toMatchObject({
      'gate/inversions': 0,
      'gate/ungated_inversions': 1,
    });
  });

  it('leaves out what the step does not define', () => {
    const bad = stepMetrics(
      [rollout(0, [0, 0, 0], 0, 0, { truncated: true }), rollout(0, [0, 0, 0], 0, 0, { truncated: true })],
      'posterior',
    );
    for (const name of [
      'thinking/mean_given_pass',
      'gate/withheld_share',
      'advantage/share_from_all_good',
      'agreement',
      'kl',
      'completions/mean_terminated_length',
      'completions/min_terminated_length',
    ]) {
      expect(bad).not.toHaveProperty(name);
    }
    expect(bad['completions/clipped_ratio']).toBe(1);
  });

  it('merges what rollouts cannot tell, and drops NaN', () => {
    const merged = stepMetrics(batch, 'posterior', { loss: -0.01, grad_norm: NaN, kl: 0.5 });
    expect(merged).toMatchObject({ loss: -0.01, kl: 0.5, reward: metrics['reward'] });
    expect(merged).not.toHaveProperty('grad_norm');
    expect(stepMetrics([], 'posterior', { loss: 1 })).toEqual({ loss: 1 });
  });

  it('writes only names of the catalogue, with values in their ranges', () => {
    for (const [name, number] of Object.entries(metrics)) {
      const { range, meaning } = metricInfo(name)!;
      expect(meaning).toMatch(/\.$/);
      expect(number).toBeGreaterThanOrEqual(range[0] ?? -Infinity);
      expect(number).toBeLessThanOrEqual(range[1] ?? Infinity);
    }
    expect(Object.keys(METRICS).length).toBeGreaterThan(Object.keys(metrics).length);
  });
});

describe('evalMetrics', () => {
  it('is the share of tasks solved on either suite, with Wilson intervals', () => {
    const results: [boolean, boolean][] = [
      [true, true],
      [true, false],
      [true, false],
      [false, false],
    ];
    const metrics = evalMetrics(
      results.map(([visible, heldOut], i) => ({ taskId: `t${i}`, visible, heldOut })),
    );
    expect(metrics['eval/pass@1']).toBe(1 / 4);
    expect(metrics['eval/visible_pass@1']).toBe(3 / 4);
    const strict = wilsonInterval(1, 4);
    expect(metrics['eval/pass@1/low']).toBeCloseTo(strict.low, 12);
    expect(metrics['eval/pass@1/high']).toBeCloseTo(strict.high, 12);
    expect(metrics['eval/visible_pass@1/low']).toBeCloseTo(1 - wilsonInterval(1, 4).high, 12);
  });

  it('estimates pass@k from several samples per task', () => {
    const metrics = evalMetrics(
      [sample('a', true), sample('a', false), sample('b', false), sample('b', false)],
      [1, 2],
    );
    expect(metrics['eval/pass@1']).toBe(1 / 4);
    expect(metrics['eval/pass@2']).toBe(1 / 2);
    expect(metrics['eval/visible_pass@2/high']).toBe(1);
    expect(() => evalMetrics([sample('a', true)], [2])).toThrow(RangeError);
    expect(evalMetrics([])).toEqual({});
  });
});

describe('metricInfo', () => {
  it('knows intervals and any k, and no invented name', () => {
    expect(metricInfo('eval/pass@8/low')?.meaning).toBe('Lower end of the 95 % interval of eval/pass@8.');
    expect(metricInfo('eval/visible_pass@4')?.label).toBe('visible pass@4');
    for (const name of ['eval/pass@0', 'nonsense', 'toString', 'nonsense/low'])
      expect(metricInfo(name)).toBeNull();
  });
});
