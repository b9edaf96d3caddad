import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MalformedFileError, verifyFormulas, verifyReward } from './formulas.ts';

type Json = Record<string, unknown>;
const read = (name: string): Json => JSON.parse(readFileSync(`tests/fixtures/${name}`, 'utf8')) as Json;
const grpo = (): Json => read('grpo.json');
const reward = (): Json => read('reward_model.json');

/** A copy of the file with one value at a dotted path replaced. */
function withValue(json: Json, path: string, value: unknown): Json {
  const copy = structuredClone(json);
  const keys = path.split('.');
  let at: Json = copy;
  for (const key of keys.slice(0, -1)) at = at[key] as Json;
  at[keys.at(-1)!] = value;
  return copy;
}

describe('verifyFormulas', () => {
  it('agrees with the independent implementation to 1e-12', () => {
    const result = verifyFormulas(grpo());
    expect(result.failures).toEqual([]);
    expect(result.ok).toBe(true);
    expect(Object.keys(result.largestErrors).toSorted()).toEqual([
      'advantages',
      'clip',
      'grad',
      'kl',
      'loss',
      'totals',
    ]);
    for (const error of Object.values(result.largestErrors)) expect(error).toBeLessThan(1e-12);
    // 3·12 totals, 12·12 advantages, 3 KL means, 24 losses of 1 + 12·9 + 2 + 1 values
    expect(result.checked).toBe(36 + 144 + 3 + 24 * 112);
  });

  it.each([
    ['totals.posterior.0', 'totals'],
    ['advantages.ungated/rloo.5', 'advantages'],
    ['kl_means.k2', 'kl'],
    ['losses.7.loss', 'loss'],
    ['losses.20.grad.3.1', 'grad'],
    ['losses.2.clip_high_fraction', 'clip'],
    ['losses.23.kl_k3_mean', 'kl'],
  ])('reports a changed %s', (path, kind) => {
    const keys = path.split('.');
    const old = keys.reduce<unknown>((at, key) => (at as Json)[key], grpo()) as number;
    const result = verifyFormulas(withValue(grpo(), path, old + 2e-6));
    expect(result.ok).toBe(false);
    expect(result.failures[0]).toContain(path);
    expect(result.largestErrors[kind]).toBeCloseTo(2e-6, 9);
  });

  it('takes a file with other sizes, ragged lengths and few combinations', () => {
    const result = verifyFormulas({
      group_size: 2,
      reward_format: [1, 1],
      reward_outcome: [1, 0],
      reward_thinking: [0.5, 0.9],
      totals: { posterior: [2.5, 1] },
      advantages: { 'posterior/none': [0.75, -0.75] },
      advantage_used: 'posterior/none',
      mask: [[1, 1, 1], [true]],
      logp: [[-1, -1, -1], [-2]],
      old_logp: [[-1, -1, -1], [-2]],
      losses: [
        {
          importance_level: 'token',
          aggregation: 'token_mean',
          epsilon_low: 0.2,
          epsilon_high: 0.28,
          beta: 0,
          // ratios are 1: −(3·.75 − .75)/4
          loss: -0.375,
          grad: [[-0.1875, -0.1875, -0.1875], [0.1875]],
        },
      ],
    });
    expect(result).toMatchObject({ ok: true, checked: 9, failures: [] });
  });

  it.each<[string, unknown, RegExp]>([
    ['reward_outcome.4', 0.5, /“reward_outcome\.4” is not 0 or 1/],
    ['reward_thinking.0', 'high', /“reward_thinking\.0”/],
    ['group_size', 1, /“group_size” must be at least 2/],
    ['group_size', 5, /“reward_format” has 12 values/],
    ['totals.soft', [1], /“totals\.soft”/],
    ['totals.posterior', [1], /“totals\.posterior” has 1 values/],
    ['advantages.posterior/max', [], /“advantages\.posterior\/max” is not “gate\/kind”/],
    ['losses.3.aggregation', 'sum', /“losses\.3\.aggregation”/],
    ['losses.3.grad.2', [0], /“losses\.3\.grad\.2” has 1 values where logp has 9/],
    ['mask.0.0', 0.5, /“mask\.0\.0” is not 0 or 1/],
    ['old_logp', undefined, /“old_logp” is missing/],
    ['ref_logp', null, /“ref_logp” is missing/],
    ['constant_length', undefined, /“constant_length” is missing/],
    ['logp.3', null, /“logp\.3”/],
  ])('names the field when %s is %j', (path, value, message) => {
    expect(() => verifyFormulas(withValue(grpo(), path, value))).toThrow(MalformedFileError);
    expect(() => verifyFormulas(withValue(grpo(), path, value))).toThrow(message);
  });

  it('does not call a file without anything to compare right', () => {
    const empty = { group_size: 2, reward_format: [1, 1], reward_outcome: [1, 1], reward_thinking: [1, 1] };
    expect(() => verifyFormulas(empty)).toThrow(/no values to compare/);
    for (const json of [null, [], 'text', {}]) expect(() => verifyFormulas(json)).toThrow(MalformedFileError);
  });
});

describe('verifyReward', () => {
  it('agrees with the independent implementation to 1e-12', () => {
    const result = verifyReward(reward());
    expect(result).toMatchObject({ ok: true, checked: 1 + 4 * 21, failures: [] });
    for (const error of Object.values(result.largestErrors)) expect(error).toBeLessThan(1e-12);
  });

  it.each(['accuracy', 'cases.1.loss', 'cases.2.grad_chosen.3', 'cases.3.grad_rejected.9'])(
    'reports a changed %s',
    (path) => {
      const result = verifyReward(withValue(reward(), path, 0.123456));
      expect(result.ok).toBe(false);
      expect(result.failures).toHaveLength(1);
      expect(result.failures[0]).toContain(path);
    },
  );

  it('names the bad field', () => {
    expect(() => verifyReward(withValue(reward(), 'rejected', [1]))).toThrow(/“rejected” has 1 scores/);
    expect(() => verifyReward(withValue(reward(), 'cases.0.margin', null))).toThrow(/“cases\.0\.margin”/);
    expect(() => verifyReward({ chosen: [1], rejected: [0] })).toThrow(/no values/);
  });
});
