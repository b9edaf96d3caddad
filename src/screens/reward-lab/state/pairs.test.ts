import { describe, expect, it } from 'vitest';
import type { ScoredPair } from '../../../reward/accuracy.ts';
import { NO_FILTER, onView, passing, scoresOf, tallyOf, type PairsState } from './pairs.ts';
import { scorePairTexts } from './pair-scores.ts';
import { scatterPoints } from './scatter.ts';

const scored = (chosen: number, rejected: number, labels = {}): ScoredPair => ({
  pair: { prompt: 'p', chosen: `good ${chosen}`, rejected: `bad ${rejected}`, ...labels },
  chosen: { score: chosen, length: 4 },
  rejected: { score: rejected, length: 3 },
});
const state: PairsState = {
  source: { kind: 'written', split: 'held-out', seed: 1 },
  pairs: [
    scored(2, 1, { dimension: 'logical rigor', operation: 'missing-step', kind: 'optimized>degraded' }),
    scored(1, 2, { dimension: 'logical rigor', operation: 'unsupported-leap' }),
    scored(1, 1, { dimension: 'factual accuracy', operation: 'wrong-fact' }),
    scored(3, 0),
  ],
  filter: NO_FILTER,
  at: 0,
  answers: new Map(),
  busy: false,
};

describe('filters', () => {
  it.each([
    [{}, [0, 1, 2, 3]],
    [{ dimension: 'logical rigor' }, [0, 1]],
    [{ dimension: 'logical rigor', operation: 'missing-step' }, [0]],
    [{ kind: 'optimized>degraded' }, [0]],
    [{ verdict: 'wrong' }, [1, 2]],
    [{ verdict: 'right' }, [0, 3]],
    [{ dimension: 'logical coherence' }, []],
  ] as const)('%j let through %j', (filter, indices) => {
    expect(passing({ ...state, filter: { ...NO_FILTER, ...filter } })).toEqual(indices);
  });

  it('count places among what passes', () => {
    const filter = { ...NO_FILTER, verdict: 'wrong' } as const;
    expect(onView({ ...state, filter, at: 1 })?.index).toBe(2);
    expect(onView({ ...state, filter, at: 2 })).toBeNull();
  });
});

it('puts scores on the side on which their text stands', () => {
  for (const [at, one] of state.pairs.entries()) {
    const { shown } = onView({ ...state, at })!;
    const scores = scoresOf(one, shown);
    expect(scores[shown.better]).toBe(one.chosen.score);
    expect(shown[shown.better]).toBe(one.pair.chosen);
  }
});

it('keeps count of a visitor who always follows the label', () => {
  const answers = new Map(state.pairs.map((_, at) => [at, onView({ ...state, at })!.shown.better]));
  expect(tallyOf({ ...state, answers })).toEqual({
    youLabel: { agreed: 4, of: 4 },
    youModel: { agreed: 2, of: 4 },
    modelLabel: { agreed: 2, of: 4 },
  });
});

describe('scoring pairs', () => {
  const config = { maxPositions: 60 } as never;
  const lengths = async (texts: readonly string[]) => texts.map((text) => text.length);
  const pairs = state.pairs.map(({ pair }) => pair);

  it('gives each text its own score, and leaves out what is too long', async () => {
    const score = async (texts: readonly string[]) => texts.map((text) => Number(/(\d+)</.exec(text)?.[1]));
    const long = { prompt: 'p', chosen: 'x'.repeat(90), rejected: 'y 5' };
    const result = await scorePairTexts({ score, lengths, config }, [pairs[0]!, long, pairs[3]!]);
    expect(result.tooLong).toBe(1);
    expect(result.scored.map(({ chosen, rejected }) => [chosen.score, rejected.score])).toEqual([
      [2, 1],
      [3, 0],
    ]);
  });

  it('refuses a score that is no number and names its pair', async () => {
    const score = async (texts: readonly string[]) => texts.map((_, i) => (i === 5 ? NaN : 1));
    await expect(scorePairTexts({ score, lengths, config }, pairs)).rejects.toThrow(/pair 3.*NaN/);
  });

  it('ends between chunks when it is told to', async () => {
    const abort = new AbortController();
    const score = async (texts: readonly string[]) => {
      abort.abort();
      return texts.map(() => 0);
    };
    const many = Array.from({ length: 300 }, () => pairs[0]!);
    await expect(scorePairTexts({ score, lengths, config }, many, () => {}, abort.signal)).rejects.toThrow(
      /abort/i,
    );
  });
});

it('draws a fixed part of many texts', () => {
  const many = Array.from({ length: 1000 }, (_, i) => scored(i, -i));
  expect(scatterPoints(many)).toEqual(scatterPoints(many));
  expect(scatterPoints(many).length).toBeLessThan(1000);
  expect(scatterPoints(state.pairs)).toHaveLength(8);
});
