import { loadPyodide } from 'pyodide';
import { beforeAll, describe, expect, it } from 'vitest';
import { planOf, referenceSolution, starterTasks } from './index.ts';
import type { Args, Outcome, Plan } from './plan.ts';
import { evaluate, wellTyped } from './plan.ts';
import { writeProgram } from './program.ts';
import { mutants } from './suites.ts';
import type { StarterTask } from './task.ts';

/** Runs every starter program in real CPython and compares it with the tests and with the evaluator. */

const HARNESS = `
import json
def run_all(text):
    out = []
    for program, calls in json.loads(text):
        scope = {}
        exec(program, scope)
        results = []
        for args in calls:
            try:
                results.append({"kind": "value", "value": scope["solve"](*args)})
            except Exception:
                results.append({"kind": "raises"})
        out.append(results)
    return json.dumps(out)
run_all
`;

interface Job {
  readonly program: string;
  readonly calls: readonly Args[];
}

let runAll: (jobs: readonly Job[]) => Outcome[][];

beforeAll(async () => {
  const pyodide = await loadPyodide();
  const python = pyodide.runPython(HARNESS) as (text: string) => string;
  runAll = (jobs) =>
    JSON.parse(python(JSON.stringify(jobs.map((job) => [job.program, job.calls])))) as Outcome[][];
}, 60_000);

const tasks = starterTasks();
const callsOf = (task: StarterTask): Args[] =>
  [...task.visibleTests, ...task.heldOutTests].map((test) => test.args);

/** One flag per test, visible ones first. */
function passes(task: StarterTask, results: readonly Outcome[]): { visible: boolean[]; heldOut: boolean[] } {
  const flags = [...task.visibleTests, ...task.heldOutTests].map(
    (test, i) => JSON.stringify(results[i]) === JSON.stringify({ kind: 'value', value: test.expected }),
  );
  return {
    visible: flags.slice(0, task.visibleTests.length),
    heldOut: flags.slice(task.visibleTests.length),
  };
}

describe('starter programs in CPython', () => {
  it('pass all their tests when they are the reference solution', () => {
    const results = runAll(
      tasks.map((task) => ({ program: referenceSolution(task).program, calls: callsOf(task) })),
    );
    const failing = tasks.filter((task, i) => {
      const { visible, heldOut } = passes(task, results[i]!);
      return ![...visible, ...heldOut].every(Boolean);
    });
    expect(failing.map((task) => task.id)).toEqual([]);
  });

  it('pass the visible tests and fail a held-out one when the edge case is left out', () => {
    const withEdge = tasks.filter((task) => planOf(task).edge !== null);
    const results = runAll(
      withEdge.map((task) => ({
        program: writeProgram({ ...planOf(task), edge: null }),
        calls: callsOf(task),
      })),
    );
    const wrong = withEdge.filter((task, i) => {
      const { visible, heldOut } = passes(task, results[i]!);
      return !visible.every(Boolean) || heldOut.every(Boolean);
    });
    expect(wrong.map((task) => task.id)).toEqual([]);
  });

  it('do what the evaluator says, for right plans, wrong plans and plans that raise', () => {
    const cases: { readonly task: StarterTask; readonly plan: Plan }[] = tasks.flatMap((task, i) => {
      const plan = planOf(task);
      const { dropped, swapped } = mutants(plan);
      const wrong = [...swapped, ...dropped].filter((mutant) => wellTyped(plan.family, mutant.steps));
      const other = wrong[i % wrong.length]!;
      return [plan, { ...plan, edge: null }, other, { ...other, edge: null }].map((p) => ({ task, plan: p }));
    });
    const results = runAll(
      cases.map(({ task, plan }) => ({ program: writeProgram(plan), calls: callsOf(task) })),
    );
    const raising = results.flat().filter((outcome) => outcome.kind === 'raises').length;
    expect(raising).toBeGreaterThan(1000);
    const differing = cases.flatMap(({ task, plan }, i) =>
      callsOf(task)
        .filter((args, j) => JSON.stringify(evaluate(plan, args)) !== JSON.stringify(results[i]![j]))
        .map((args) => ({ program: writeProgram(plan), args })),
    );
    expect(differing.slice(0, 3)).toEqual([]);
  });
});
