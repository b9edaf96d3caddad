import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { drawToken, type SamplerSettings } from './sampler.ts';

const random = new Random(7, 0, 'sampler');
const LOGITS = Float32Array.from({ length: 40 }, () => 2 * random.normal());
/** Two pairs that are equally likely, one of them the most likely of all. */
LOGITS[5] = LOGITS[31] = 7;
LOGITS[8] = LOGITS[20] = 4.5;
const SAMPLE: SamplerSettings = { mode: 'sample' };

/** Probabilities of all ids, computed by sorting and cutting. */
function probabilities(
  inverseTemperature: number,
  isKept: (rank: number, before: number) => boolean,
): number[] {
  const weights = Array.from(LOGITS, (x) => Math.exp(x * inverseTemperature));
  const order = weights.map((_, id) => id).toSorted((a, b) => weights[b]! - weights[a]!);
  const total = (ids: readonly number[]) => ids.reduce((sum, id) => sum + weights[id]!, 0);
  const kept = new Set(order.filter((_, rank) => isKept(rank, total(order.slice(0, rank)) / total(order))));
  return weights.map((weight, id) => (kept.has(id) ? weight / total([...kept]) : 0));
}

/** How much of [0, 1) draws each id. */
function shares(inverseTemperature: number, settings: SamplerSettings): number[] {
  const n = 5000;
  const counts = LOGITS.slice().fill(0);
  for (let i = 0; i < n; i++) counts[drawToken(LOGITS, inverseTemperature, (i + 0.5) / n, settings).id]!++;
  return Array.from(counts, (count) => count / n);
}

describe('drawToken', () => {
  it.each<[string, SamplerSettings, (rank: number, before: number) => boolean]>([
    ['all ids', SAMPLE, () => true],
    ['the three most likely ids, and one as likely as the third', { ...SAMPLE, topK: 3 }, (rank) => rank < 4],
    ['the fewest that have 0.95', { ...SAMPLE, topP: 0.95 }, (_, before) => before < 0.95],
    ['more than there are', { ...SAMPLE, topK: 100, topP: 1 }, () => true],
  ])('draws %s, each as often as it is likely', (_name, settings, isKept) => {
    for (const inverseTemperature of [1, 0.5]) {
      const expected = probabilities(inverseTemperature, isKept);
      shares(inverseTemperature, settings).forEach((share, id) =>
        expect(Math.abs(share - expected[id]!)).toBeLessThan(3e-4),
      );
    }
  });

  it('takes the share of the probability from what top-k has left', () => {
    const isDrawn = shares(1, { ...SAMPLE, topK: 4, topP: 0.9 }).map((share) => share > 0);
    expect(isDrawn.flatMap((drawn, id) => (drawn ? [id] : []))).toEqual([5, 31]);
  });

  it('tells the log-probability and the entropy of the distribution that it draws from', () => {
    for (const [settings, isKept] of [
      [SAMPLE, () => true],
      [{ ...SAMPLE, topK: 3 }, (rank: number) => rank < 4],
    ] as const) {
      const p = probabilities(0.7, isKept);
      const { id, logprob, entropy } = drawToken(LOGITS, 0.7, 0.6, settings);
      expect(logprob).toBeCloseTo(Math.log(p[id]!), 10);
      expect(entropy).toBeCloseTo(-p.reduce((sum, x) => sum + (x > 0 ? x * Math.log(x) : 0), 0), 10);
    }
  });

  it('takes the first of the most likely ids when greedy, with its log-probability among all', () => {
    const { id, logprob } = drawToken(LOGITS, 1, 0.99, { mode: 'greedy' });
    expect(id).toBe(5);
    expect(logprob).toBeCloseTo(Math.log(probabilities(1, () => true)[5]!), 10);
  });

  it('stays within the row whatever the number', () => {
    expect(drawToken(LOGITS, 1, 0, SAMPLE).id).toBe(0);
    expect(drawToken(LOGITS, 1, 1, SAMPLE).id).toBe(39);
    expect(drawToken(Float32Array.of(-1e30, 3, -1e30), 1, 1, SAMPLE).id).toBe(1);
  });

  it.each([{ topK: 0 }, { topK: 2.5 }, { topP: 0 }, { topP: 1.5 }, { topP: Number.NaN }])(
    'refuses %j',
    (settings) => expect(() => drawToken(LOGITS, 1, 0.5, { ...SAMPLE, ...settings })).toThrow(/top-[kp]/),
  );
});
