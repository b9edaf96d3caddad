import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodeTask } from '../code/task.ts';
import { type TaskFile, TaskFileError } from '../domain.ts';
import { sourceOf, UnknownTasksError } from '../index.ts';

const HASH = 'a'.repeat(64);

const fileOf = (ids: readonly string[], family = (id: string) => id.charAt(0)): TaskFile<CodeTask> => ({
  hash: HASH,
  name: 'own.jsonl',
  domain: 'code',
  text: '',
  tasks: ids.map((id) => ({
    id,
    family: family(id),
    prompt: `${id}\n`,
    entry: 'f',
    visibleTests: [],
    heldOutTests: [],
  })),
});

const load = (file: TaskFile | null, settings: object = {}, domain = 'code') =>
  sourceOf({ domain, tasks: 'file', taskSettings: { hash: HASH, ...settings } }).load(file);

const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 30 });
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });

describe('tasks of a file', () => {
  it('are on one side of the split each, and on both sides are some', async () => {
    await fc.assert(
      fc.asyncProperty(ids, share, async (names, heldOut) => {
        const set = await load(fileOf(names), { heldOut });
        expect([...set.train, ...set.heldOut].map(({ id }) => id).sort()).toEqual(names.toSorted());
        expect(set.train.length).toBeGreaterThan(0);
        expect(set.heldOut.length).toBeGreaterThan(0);
        expect(set.train.every(({ split }) => split === 'train')).toBe(true);
        expect(set.heldOut.every(({ split }) => split === 'held-out')).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('stay where they are when others come, and when the lines move', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `t${i}`);
    const heldOut = async (some: readonly string[]): Promise<Set<string>> =>
      new Set((await load(fileOf(some))).heldOut.map(({ id }) => id));
    const [all, half, turned] = await Promise.all([
      heldOut(names),
      heldOut(names.slice(0, 100)),
      heldOut(names.toReversed()),
    ]);
    expect([...half].every((id) => all.has(id))).toBe(true);
    expect(turned).toEqual(all);
    expect(all.size).toBeGreaterThan(20);
    expect(all.size).toBeLessThan(60);
  });

  it('are held out by family where that is asked', async () => {
    const file = fileOf(['a1', 'a2', 'b1', 'b2', 'c1', 'c2', 'd1']);
    const { train, heldOut } = await load(file, { split: 'family', heldOut: 0.4 });
    const [trained, held] = [train, heldOut].map((tasks) => new Set(tasks.map(({ family }) => family)));
    expect([...held!].filter((family) => trained!.has(family))).toEqual([]);
    expect(trained!.size * held!.size).toBeGreaterThan(0);
  });

  it('are all held out where the share is 1, for an evaluation alone', async () => {
    const { train, heldOut } = await load(fileOf(['a']), { heldOut: 1 });
    expect([train.length, heldOut.length]).toEqual([0, 1]);
  });

  it.each([
    [null, {}, 'code', 'The tasks of tasks (aaaaaaaaaaaa…) are not stored here any more.'],
    [fileOf(['a', 'b']), {}, 'maths', 'tasks holds tasks of the domain code, not of maths.'],
    [fileOf(['a']), {}, 'code', 'tasks has one task'],
    [fileOf(['a1', 'a2']), { split: 'family' }, 'code', 'All tasks of tasks are of one family'],
  ] as const)('are refused with what to do (%#)', async (file, settings, domain, message) => {
    await expect(load(file, settings, domain)).rejects.toThrow(TaskFileError);
    await expect(load(file, settings, domain)).rejects.toThrow(message);
  });

  it.each([
    [{ hash: 'x' }, 'taskSettings.hash must be a SHA-256 in hexadecimal.'],
    [{ hash: undefined }, 'taskSettings.hash must be the hash of a file that was opened.'],
    [{ heldOut: 0 }, 'taskSettings.heldOut must be above 0, or nothing is left to evaluate on.'],
    [{ heldOut: 2 }, 'taskSettings.heldOut must be at most 1.'],
    [{ split: 'line' }, 'taskSettings.split must be one of id, family.'],
    [{ share: 1 }, 'taskSettings.share is no setting of the tasks “file”.'],
  ])('need settings that are right: %j', (settings, message) => {
    const choice = { tasks: 'file', taskSettings: { hash: HASH, ...settings } };
    expect(() => sourceOf(choice)).toThrow(new UnknownTasksError(message));
  });
});
