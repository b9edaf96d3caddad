import { describe, expect, it } from 'vitest';
import { ScoreCache } from './cache.ts';

/** Scores a text by its length and keeps what it was asked for. */
function scorer() {
  const asked: (readonly string[])[] = [];
  const compute = async (texts: readonly string[]) => {
    asked.push(texts);
    return texts.map((text) => text.length);
  };
  return { asked, compute };
}

describe('ScoreCache', () => {
  it('computes each distinct unknown text once, and returns scores in order', async () => {
    const { asked, compute } = scorer();
    const cache = new ScoreCache(8);
    expect(await cache.score(['aa', 'b', 'aa'], compute)).toEqual([2, 1, 2]);
    expect(await cache.score(['ccc', 'b'], compute)).toEqual([3, 1]);
    expect(asked).toEqual([['aa', 'b'], ['ccc']]);
  });

  it('forgets what was not used for longest', async () => {
    const { asked, compute } = scorer();
    const cache = new ScoreCache(2);
    await cache.score(['a', 'b'], compute);
    await cache.score(['a', 'c'], compute);
    expect(cache.size).toBe(2);
    asked.length = 0;
    await cache.score(['a', 'b', 'c'], compute);
    expect(asked).toEqual([['b']]);
  });

  it('answers batches larger than itself', async () => {
    const { compute } = scorer();
    const texts = Array.from({ length: 20 }, (_, i) => 'x'.repeat(i));
    expect(await new ScoreCache(3).score(texts, compute)).toEqual(texts.map((text) => text.length));
  });

  it('does not keep scores of weights that were replaced while they were computed', async () => {
    const cache = new ScoreCache(4);
    let finish: (scores: number[]) => void = () => {};
    const pending = cache.score(['a'], () => new Promise((resolve) => (finish = resolve)));
    cache.clear();
    finish([1]);
    expect(await pending).toEqual([1]);
    expect(await cache.score(['a'], async () => [2])).toEqual([2]);
  });

  it('keeps nothing of a computation that failed', async () => {
    const cache = new ScoreCache(4);
    await expect(cache.score(['a'], () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    expect(await cache.score(['a'], async () => [5])).toEqual([5]);
  });
});
