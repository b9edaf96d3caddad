import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../../../tests/support/rollout.ts';
import { sourceOf } from '../../index.ts';
import { code } from '../index.ts';
import { verificationOf } from '../verifier.ts';
import { planOf } from './index.ts';
import { evaluate, isEdge, type Plan, sameOutcome } from './plan.ts';
import { planOfReference } from './reference.ts';
import { mutants } from './suites.ts';
import type { StarterTask } from './task.ts';

const load = async (tasks: string, taskSettings = {}) => {
  const { train, heldOut } = await sourceOf({ tasks, taskSettings }).load();
  return { train: train as StarterTask[], heldOut: heldOut as StarterTask[] };
};
const starter = await load('starter');
const hard = await load('hard');
const all = [...starter.train, ...starter.heldOut];

/** A strict verification of a program that does what a plan says. */
function verify(task: StarterTask, plan: Plan) {
  const tests = [...task.visibleTests, ...task.heldOutTests].map(({ args, expected }) => ({
    status: sameOutcome(evaluate(plan, args), { kind: 'value', value: expected })
      ? ('pass' as const)
      : ('wrong' as const),
  }));
  const passed = tests.filter(({ status }) => status === 'pass').length;
  const status = passed === tests.length ? 'pass' : 'wrong';
  return verificationOf({ ...verdictOf(status, passed, tests.length), tests }, task.visibleTests.length);
}

describe('the soundness of a reasoning about programs', () => {
  it('holds for the reference of every starter task and every hard one', () => {
    const unsound = [...all, ...hard.train].filter((task) => code.soundness!(task, task.reference!) !== true);
    expect(unsound.map(({ id }) => id)).toEqual([]);
  });

  it('is judged by the plan that the world knows, and by two conditions of a hard task', () => {
    for (const task of all.slice(0, 300)) expect(planOfReference(task)).toEqual(planOf(task));
    for (const task of hard.train) {
      const { steps, edge } = planOfReference(task)!;
      expect(steps.filter(({ slot }) => slot === 'filter')).toHaveLength(2);
      for (const { args, expected } of [...task.visibleTests, ...task.heldOutTests])
        expect(evaluate({ ...planOfReference(task)!, steps, edge }, args)).toEqual({
          kind: 'value',
          value: expected,
        });
    }
  });

  it('fails for what cannot be read, and is unknown where the task has no plan', () => {
    const [task] = all as [StarterTask];
    expect(code.soundness!(task, 'just do it')).toBe(false);
    expect(code.soundness!(task, '')).toBe(false);
    const { composition: _, ...own } = task;
    expect(code.soundness!(own, task.reference!)).toBeNull();
    const { reference: __, ...bare } = task;
    expect(code.soundness!(bare, task.reference!)).toBeNull();
    expect(code.soundness!({ ...task, family: 'poems' }, task.reference!)).toBeNull();
  });
});

describe('the parts of a strict suite', () => {
  it('tell a program without the edge rule from one that is wrong elsewhere', () => {
    for (const task of [...all, ...hard.train]) {
      const plan = planOfReference(task)!;
      expect(code.parts!(task, verify(task, plan))).toEqual({ edge: true, ordinary: true });
      if (plan.edge === null) continue;
      const careless = verify(task, { ...plan, edge: null });
      expect(code.parts!(task, careless)).toEqual({ edge: false, ordinary: true });
      const lacking = verify(task, mutants(plan).dropped[0]!);
      expect(code.parts!(task, lacking)['ordinary']).toBe(false);
    }
  });

  it('fail where no test ran, and are not told of other tasks', () => {
    const [task] = all as [StarterTask];
    for (const tests of [[], task.visibleTests.map(() => ({ status: 'not-run' as const }))]) {
      const verification = verificationOf({ ...verdictOf('syntax', 0, 14), tests }, 6);
      expect(code.parts!(task, verification)).toEqual({ edge: false, ordinary: false });
    }
    const { composition: _, ...own } = task;
    expect(code.parts!(own, verify(task, planOf(task)))).toEqual({});
  });
});

describe('a share of tasks whose visible tests try the edge case', () => {
  const changed = async (edgeShare: number) => {
    const { train, heldOut } = await load('starter', { edgeShare });
    expect(heldOut).toEqual(starter.heldOut);
    expect(train.map(({ id }) => id)).toEqual(starter.train.map(({ id }) => id));
    return train.filter((task, i) => task.visibleTests.length > starter.train[i]!.visibleTests.length);
  };
  const tries = (task: StarterTask): boolean =>
    task.visibleTests.some(({ args }) => isEdge(planOf(task), args));

  it('is of that size, and within a larger one', async () => {
    expect(starter.train.filter(tries)).toEqual([]);
    expect(await changed(0)).toEqual([]);
    const [some, half, every] = [await changed(0.15), await changed(0.5), await changed(1)] as const;
    expect(some.length / starter.train.length).toBeCloseTo(0.15, 1);
    expect(half.length / starter.train.length).toBeCloseTo(0.5, 1);
    expect(every).toHaveLength(starter.train.length);
    expect(every.every(tries)).toBe(true);
    const ids = (tasks: readonly StarterTask[]) => new Set(tasks.map(({ id }) => id));
    const inHalf = ids(half);
    expect([...ids(some)].filter((id) => !inHalf.has(id))).toEqual([]);
    // Those that stay out of it are as they were.
    const { train } = await load('starter', { edgeShare: 0.5 });
    const rest = train.filter(({ id }) => !inHalf.has(id));
    expect(rest).toEqual(starter.train.filter(({ id }) => !inHalf.has(id)));
  });

  it('moves one test, on which a program without the edge rule fails', async () => {
    const before = new Map(starter.train.map((task) => [task.id, task]));
    for (const task of await changed(1)) {
      const old = before.get(task.id)!;
      expect(task.visibleTests.slice(0, -1)).toEqual(old.visibleTests);
      expect(new Set([...task.visibleTests, ...task.heldOutTests])).toEqual(
        new Set([...old.visibleTests, ...old.heldOutTests]),
      );
      expect(task.heldOutTests).toHaveLength(old.heldOutTests.length - 1);
      const plan = planOf(task);
      if (plan.edge === null) continue;
      expect(verify(task, { ...plan, edge: null }).passesVisible).toBe(false);
      expect(verify(old, { ...plan, edge: null }).passesVisible).toBe(true);
    }
  });
});
