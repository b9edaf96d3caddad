import { describe, expect, it } from 'vitest';
import { ExperimentError, parseExperiment } from './file.ts';
import { type Cell, cellsOf } from './plan.ts';
import { costOf, costUntil, Schedule } from './schedule.ts';

const planned = async (more: object = {}): Promise<Cell[]> =>
  cellsOf(
    parseExperiment({
      version: 1,
      name: 'small',
      title: 'A small one',
      seeds: [1, 2, 3],
      arms: [{ name: 'a' }, { name: 'b', settings: { beta: 0.1 } }, { name: 'start', frozen: true }],
      ...more,
    }),
  );

const keysOf = (cells: readonly Cell[], arm: string): string[] =>
  cells.filter((cell) => cell.arm === arm).map(({ key }) => key);

describe('cells', () => {
  it('are every arm with every seed and preset, replicate by replicate', async () => {
    const cells = await planned({ presets: ['quick', 'starter'] });
    expect(cells).toHaveLength(18);
    expect(cells.slice(0, 6).map(({ seed, preset, arm }) => `${seed} ${preset} ${arm}`)).toEqual([
      '1 quick a',
      '1 quick b',
      '1 quick start',
      '1 starter a',
      '1 starter b',
      '1 starter start',
    ]);
    expect(cells[1]!.config).toMatchObject({ beta: 0.1, seed: 1, promptsPerStep: 4 });
  });

  it('have one key where they have the same numbers, whatever they are called', async () => {
    const [one, other] = await Promise.all([
      planned(),
      planned({ name: 'another', arms: [{ name: 'c', settings: { gate: 'posterior' } }] }),
    ]);
    expect(keysOf(other, 'c')).toEqual(keysOf(one, 'a'));
    expect(new Set([...keysOf(one, 'a'), ...keysOf(one, 'b')]).size).toBe(6);
  });

  it('keep the key that they were computed under when a setting comes that is as by default', async () => {
    const withCredit = async (reasoningCredit: string, more: object = {}) =>
      keysOf(await planned({ settings: { reasoningCredit, ...more } }), 'a')[0];
    const before = '0d282897f6c7c9e2779b62d34142c746222f4cf5005734db0b1c3cf69d004404';
    expect(keysOf(await planned(), 'a')[0]).toBe(before);
    expect(await withCredit('completion')).toBe(before);
    expect(await withCredit('reasoning')).not.toBe(before);
    expect(await withCredit('completion', { topK: 0, topP: 1 })).toBe(before);
    expect(await withCredit('completion', { topP: 0.9 })).not.toBe(before);
  });

  it('change their key with whatever decides their numbers', async () => {
    const changes = [
      { policy: { steps: 10 } },
      { reward: { recipe: 'long', body: 10 } },
      { pool: { low: 0, high: 1 } },
      { evaluation: { samples: 2 } },
      { evaluation: { set: 'development' } },
      { settings: { steps: 3 } },
    ];
    const keys = await Promise.all([{}, ...changes].map(async (more) => keysOf(await planned(more), 'a')[0]));
    expect(new Set(keys).size).toBe(changes.length + 1);
  });

  it('that are not trained have one key for all settings of training and, from one start, for all seeds', async () => {
    const starts = keysOf(await planned(), 'start');
    expect(new Set(starts).size).toBe(1);
    expect(keysOf(await planned({ settings: { learningRate: 1e-3, steps: 7 } }), 'start')).toEqual(starts);
    expect(new Set(keysOf(await planned({ policy: { steps: 10 } }), 'start')).size).toBe(3);
    expect(keysOf(await planned({ settings: { topP: 1 } }), 'start')).toEqual(starts);
    expect(keysOf(await planned({ settings: { topP: 0.9 } }), 'start')).not.toEqual(starts);
  });

  it.each([
    [{ settings: { learningrate: 1 } }, 'In the settings: There is no setting “learningrate”'],
    [{ settings: { seed: 4 } }, 'The arm “a” sets seed'],
  ])('are refused with what is at fault: %#', async (more, sentence) => {
    const refused = await planned(more).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ExperimentError);
    expect((refused as Error).message).toContain(sentence);
  });
});

describe('the schedule', () => {
  it('hands out every cell once, a replicate at a time to each who asks, and then shares the rest', async () => {
    const cells = await planned();
    const schedule = new Schedule(cells);
    const first = schedule.next(null)!;
    const second = schedule.next(null)!;
    expect([first.seed, second.seed]).toEqual([1, 2]);
    const taken = [first, second];
    // The first is faster: it does its own replicate, then the untouched third.
    for (let cell = schedule.next(1); cell?.seed === 1; cell = schedule.next(1)) taken.push(cell);
    expect(taken.filter(({ seed }) => seed === 1)).toHaveLength(3);
    let seed: number | null = 3;
    for (let cell = schedule.next(seed); cell !== null; cell = schedule.next(seed)) {
      taken.push(cell);
      seed = cell.seed;
    }
    expect(taken.at(-1)!.seed).toBe(2);
    const missing = cells.filter((cell) => !taken.includes(cell));
    // The one that was looked at when the loop ended.
    expect(missing.map(({ seed: of, arm }) => `${of} ${arm}`)).toEqual(['3 a']);
  });

  it('knows that a start costs its evaluation alone', async () => {
    const [trained, , frozen] = await planned({
      settings: { steps: 10, evalEvery: 5, evalTasks: 20 },
      evaluation: { limit: 100 },
    });
    expect(costOf(frozen!)).toBe(800);
    expect(costOf(trained!)).toBe(3 * 10 * 12 * 8 + 20 * 3 + 800);
    const done = [0, 1, 5, 6, 10].map((step) => costUntil(trained!, step) - 3 * step * 12 * 8);
    expect(done).toEqual([0, 20, 20, 40, 40]);
  });
});
