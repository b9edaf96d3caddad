import { describe, expect, it } from 'vitest';
import type { Task } from '../domains/domain.ts';
import { Random } from '../random.ts';
import { counted, orderOfTasks, passRate, type PassCounts } from './curriculum.ts';

const tasks = Array.from({ length: 60 }, (_, i): Task => ({
  id: `t${i}`,
  family: 'other',
  split: 'train',
  prompt: `${i}`,
}));

describe('orderOfTasks', () => {
  it('is the shuffle that runs always had, where there is no curriculum', () => {
    const order = orderOfTasks(tasks, 3, {}, { seed: 5, curriculum: 'none' });
    expect(order).toEqual(new Random(5, 3, 'tasks').shuffle(tasks));
  });

  it('has every task once, and the same for the same counts', () => {
    const of = () => orderOfTasks(tasks, 3, {}, { seed: 5, curriculum: 'pass-rate' });
    expect(of()).toEqual(of());
    expect(new Set(of()).size).toBe(tasks.length);
  });

  it('takes tasks that pass now and then before those that always or never pass', () => {
    const half = tasks.slice(0, 20);
    const counts: PassCounts = Object.fromEntries(
      tasks.map(({ id }, i) => [id, { passes: i < 20 ? 8 : i < 40 ? 16 : 0, attempts: 16 }]),
    );
    const first = Array.from({ length: 50 }, (_, step) =>
      orderOfTasks(tasks, step, counts, { seed: 1, curriculum: 'pass-rate' }).slice(0, 12),
    ).flat();
    // Weights of ¼ against p(1 − p) with p = 1/18: four or five times as often.
    const share = first.filter((task) => half.includes(task)).length / first.length;
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(0.9);
  });
});

describe('counted', () => {
  it('forgets half of what was before', () => {
    const once = counted(undefined, [true, false, true, true]);
    expect(once).toEqual({ passes: 3, attempts: 4 });
    expect(counted(once, [false, false])).toEqual({ passes: 1.5, attempts: 4 });
    expect(passRate(undefined)).toBe(0.5);
    expect(passRate(once)).toBe(4 / 6);
  });
});
