import { describe, expect, it } from 'vitest';
import { FAMILIES } from './families/index.ts';
import { planOf, starterTasks } from './index.ts';
import { isEdge } from './plan.ts';
import { buildWorld } from './world.ts';

const tasks = starterTasks();
const train = tasks.filter((task) => task.split === 'train');
const heldOut = tasks.filter((task) => task.split === 'held-out');

describe('the starter world', () => {
  it('has more than 2,000 tasks in at least four families', () => {
    const counts = FAMILIES.map(({ name }) => {
      const members = tasks.filter((task) => task.family === name);
      const out = members.filter((task) => task.split === 'held-out').length;
      return { family: name, tasks: members.length, 'held out': out };
    });
    console.table(counts);
    expect(tasks.length).toBeGreaterThan(2000);
    expect(counts.length).toBeGreaterThanOrEqual(4);
    expect(Math.min(...counts.map((count) => count.tasks))).toBeGreaterThan(150);
  });

  it('is the same every time it is built', () => {
    expect(JSON.stringify(buildWorld().tasks)).toBe(JSON.stringify(tasks));
  });

  it('has unique ids and unique prompts', () => {
    expect(new Set(tasks.map((task) => task.id)).size).toBe(tasks.length);
    expect(new Set(tasks.map((task) => task.prompt)).size).toBe(tasks.length);
  });

  it('never shows a held-out composition in training', () => {
    const seen = new Set(train.map((task) => task.composition));
    expect(heldOut.filter((task) => seen.has(task.composition))).toEqual([]);
    expect(heldOut.length / tasks.length).toBeGreaterThan(0.1);
    expect(heldOut.length / tasks.length).toBeLessThan(0.2);
  });

  it('shows every single step of a held-out task in training', () => {
    const seen = new Set(train.flatMap((task) => planOf(task).steps));
    expect(heldOut.flatMap((task) => planOf(task).steps).filter((step) => !seen.has(step))).toEqual([]);
  });

  it('gives almost every task an edge case and keeps it out of the visible tests', () => {
    const withEdge = tasks.filter((task) => planOf(task).edge !== null);
    expect(withEdge.length / tasks.length).toBeGreaterThan(0.9);
    for (const task of tasks) {
      const plan = planOf(task);
      expect(task.visibleTests.some((test) => isEdge(plan, test.args))).toBe(false);
      expect(task.heldOutTests.filter((test) => isEdge(plan, test.args)).length).toBeGreaterThanOrEqual(2);
    }
  });

  it('has suites of five to six visible and at least six held-out tests, all different calls', () => {
    for (const task of tasks) {
      expect(task.visibleTests.length).toBeGreaterThanOrEqual(5);
      expect(task.visibleTests.length).toBeLessThanOrEqual(6);
      expect(task.heldOutTests.length).toBeGreaterThanOrEqual(6);
      const calls = [...task.visibleTests, ...task.heldOutTests].map((test) => JSON.stringify(test.args));
      expect(new Set(calls).size).toBe(calls.length);
    }
  });

  it('asks for its function by name, states the edge rule and ends the prompt in a newline', () => {
    for (const task of tasks) {
      expect(task.prompt).toMatch(/^def solve\([a-z, ]+\):\n {4}""".+"""\n$/);
      expect(task.prompt.includes(`${task.entry}(`)).toBe(true);
      expect(/empty|none\b|k is 0|k == 0/.test(task.prompt)).toBe(planOf(task).edge !== null);
    }
  });
});
