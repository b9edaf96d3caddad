import { describe, expect, it } from 'vitest';
import { freshState, type OptimizerState } from '../host/host.ts';
import { type RewardWorker, Scorers } from './scorer.ts';

/** Scores every text by the first weight that it was given last. */
function worker() {
  const loads: number[] = [];
  const scores = async (texts: readonly unknown[]): Promise<number[]> => texts.map(() => loads.at(-1) ?? NaN);
  const made: RewardWorker = {
    load: async ({ parameters }: OptimizerState) => void loads.push(parameters[0]!),
    scoreRaw: scores,
    scoreTokens: scores,
    lengths: async (texts) => texts.map(({ length }) => length),
  };
  return { made, loads };
}

const weights = (first: number): OptimizerState => freshState(Float32Array.of(first));

describe('users of one reward worker', () => {
  it('each score with their own model, however their calls fall', async () => {
    const { made, loads } = worker();
    const scorers = new Scorers(async () => made);
    const [run, desk] = [scorers.open(), scorers.open()];
    await Promise.all([run.load(weights(1)), desk.load(weights(2))]);
    const both = await Promise.all([run.scoreRaw(['a']), desk.scoreTokens([[0]]), run.scoreRaw(['b'])]);
    expect(both).toEqual([[1], [2], [1]]);
    expect(loads).toEqual([1, 2, 1, 2, 1]);
  });

  it('load nothing again while they are alone', async () => {
    const { made, loads } = worker();
    const run = new Scorers(async () => made).open();
    await run.load(weights(3));
    await run.scoreRaw(['a']);
    await run.scoreRaw(['b', 'c']);
    expect(loads).toEqual([3]);
  });

  it('have their model in a worker that took the place of another', async () => {
    let current = worker();
    const run = new Scorers(async () => current.made).open();
    await run.load(weights(4));
    current = worker();
    expect(await run.scoreRaw(['a'])).toEqual([4]);
  });

  it('go on after a call that failed', async () => {
    const { made } = worker();
    let broken = true;
    const failing: RewardWorker = {
      ...made,
      scoreRaw: (texts) => (broken ? Promise.reject(new Error('lost')) : made.scoreRaw(texts)),
    };
    const run = new Scorers(async () => failing).open();
    await run.load(weights(5));
    await expect(run.scoreRaw(['a'])).rejects.toThrow('lost');
    broken = false;
    expect(await run.scoreRaw(['a'])).toEqual([5]);
  });
});
