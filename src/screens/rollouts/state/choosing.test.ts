import { describe, expect, it } from 'vitest';
import { rewardsOf } from '../../../rl/rewards/index.ts';
import type { Rollout } from '../../../rl/types.ts';
import { verificationOf } from '../../../domains/code/verifier.ts';
import type { GatedCompletion } from '../../../views/gate-data.ts';
import { rolloutOf, verdictOf } from '../../../../tests/support/rollout.ts';
import { EVERYTHING, fits, type Filter, isNarrow } from './filter.ts';
import { excerptOf } from './search.ts';
import { SORTS, sorted, type Order } from './sort.ts';

const passing = rolloutOf({
  index: 0,
  text: 'Sum the list.\nreturn sum(xs)',
  rewards: rewardsOf({ format: 1, outcome: 1, thinking: 0.5 }),
  verification: verificationOf(verdictOf('pass', 1), 1),
});
const failing = rolloutOf({ index: 1, rewards: rewardsOf({ format: 1, thinking: 0.9 }) });
const silent = rolloutOf({ index: 2, rewards: rewardsOf({ format: 1 }) });
const malformed = rolloutOf({ index: 3, truncated: true, taskId: 'other' });
const ALL = [passing, failing, silent, malformed];

describe('the filter', () => {
  const familyOf = (id: string): string | undefined => (id === 'task' ? 'lists' : undefined);
  const kept = (change: Partial<Filter>, gate: 'posterior' | 'ungated' = 'posterior'): number[] =>
    ALL.filter((rollout) => fits(rollout, { ...EVERYTHING, ...change }, { gate }, familyOf)).map(
      ({ index }) => index,
    );

  it('tells outcomes apart', () => {
    expect(kept({})).toEqual([0, 1, 2, 3]);
    expect(kept({ outcome: 'passes' })).toEqual([0]);
    expect(kept({ outcome: 'fails' })).toEqual([1, 2]);
    expect(kept({ outcome: 'malformed' })).toEqual([3]);
    expect(kept({ outcome: 'truncated' })).toEqual([3]);
  });

  it('knows what the run’s gate kept back: R_t of a failure, and nothing where there is no R_t', () => {
    expect(kept({ withheld: true })).toEqual([1]);
    expect(kept({ withheld: true }, 'ungated')).toEqual([]);
  });

  it('knows the family of tasks that are at hand', () => {
    expect(kept({ family: 'lists' })).toEqual([0, 1, 2]);
    expect(kept({ family: 'words' })).toEqual([]);
  });

  it('finds text whatever its case, taken literally', () => {
    expect(kept({ query: ' RETURN sum( ' })).toEqual([0]);
    expect(kept({ query: 'sum.xs' })).toEqual([]);
    expect(kept({ query: '  ' })).toHaveLength(4);
  });

  it('says whether it keeps anything out', () => {
    expect(isNarrow(EVERYTHING)).toBe(false);
    expect(isNarrow({ ...EVERYTHING, query: ' ' })).toBe(false);
    expect(isNarrow({ ...EVERYTHING, withheld: true })).toBe(true);
  });
});

describe('an excerpt', () => {
  it('is one line around the first hit', () => {
    expect(excerptOf(passing.text, 'RETURN')).toEqual({
      before: 'Sum the list. ',
      hit: 'return',
      after: ' sum(xs)',
    });
    const long = excerptOf(`${'a'.repeat(100)}needle${'b'.repeat(100)}`, 'needle');
    expect(long?.before).toBe(`…${'a'.repeat(36)}`);
    expect(long?.after).toBe(`${'b'.repeat(36)}…`);
    expect(excerptOf('hay', 'needle')).toBeNull();
  });

  it('keeps its place where lower case is longer than upper case', () => {
    expect(excerptOf('İİİ needle', 'NEEDLE')).toMatchObject({ before: 'İİİ ', hit: 'needle' });
  });
});

describe('sorting', () => {
  const of = (rollout: Partial<Rollout>, total: number, advantage: number): GatedCompletion => ({
    rollout: rolloutOf(rollout),
    opening: 1,
    total,
    advantage,
    ungated: 0,
    rank: 1,
  });
  const rows = [
    of({ index: 0, tokens: [1, 2], kl: null, rewards: rewardsOf({ thinking: 0.1 }) }, 1, -1),
    of({ index: 1, tokens: [1], kl: 0.2, rewards: rewardsOf({ thinking: 0.3 }) }, 3, 0),
    of({ index: 2, tokens: [1], kl: 0.4, rewards: rewardsOf({ thinking: 0.2 }) }, 1, 2),
  ];
  const order = (order: Order): number[] => sorted(rows, order).map(({ rollout }) => rollout.index);

  it('goes by each column, and by place where values are equal', () => {
    const descending = Object.fromEntries(SORTS.map((by) => [by, order({ by, descending: true })]));
    expect(descending).toEqual({
      reward: [1, 0, 2],
      thinking: [1, 2, 0],
      advantage: [2, 1, 0],
      length: [0, 1, 2],
      kl: [2, 1, 0],
      index: [2, 1, 0],
    });
  });

  it('puts what has no value last either way', () => {
    expect(order({ by: 'kl', descending: false })).toEqual([1, 2, 0]);
    expect(order({ by: 'index', descending: false })).toEqual([0, 1, 2]);
  });
});
