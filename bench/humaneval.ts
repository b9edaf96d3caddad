/** Runs in a page: takes HumanEval apart, grades it, and compares two ways of judging mutated solutions. */
import { takeApart, TestCodeError, type Suite } from '../src/datasets/suite.ts';
import { createSandbox } from '../src/sandbox/index.ts';
import type { Status, Submission, Verdict } from '../src/sandbox/types.ts';
import mutate from './mutate.py?raw';

/** A line of HumanEval.jsonl. */
export interface Problem {
  readonly task_id: string;
  readonly prompt: string;
  readonly entry_point: string;
  readonly canonical_solution: string;
  readonly test: string;
}

/** A mutant that either way of judging passes. `plain` is `check` run beside the program, as the data set's own script does. */
export interface Survivor {
  readonly what: string;
  readonly split: Status;
  readonly plain: Status;
  readonly detail: string;
}

export interface ProblemReport {
  readonly id: string;
  readonly how: 'split' | 'replayed' | 'weak';
  readonly tests: number;
  readonly reference: Status;
  readonly mutants: number;
  readonly survivors: readonly Survivor[];
  readonly seconds: number;
}

const sandbox = createSandbox();
const TIMEOUT_MS = 2000;
/** For judging again where the two ways disagree: a busy machine may time one of them out. */
const PATIENT_MS = 8000;

export async function study(problems: readonly Problem[], limit: number): Promise<ProblemReport[]> {
  const suites = await takeApart(
    sandbox,
    problems.map(({ test, prompt, entry_point, canonical_solution }) => ({
      source: test,
      asserts: [],
      setup: '',
      context: prompt,
      entry: entry_point,
      reference: prompt + canonical_solution,
    })),
  );
  const reports: ProblemReport[] = [];
  for (const [i, problem] of problems.entries()) {
    const suite = suites[i];
    if (!suite || suite instanceof TestCodeError) throw suite ?? new Error('no suite');
    reports.push(await studyOne(problem, suite, limit));
  }
  return reports;
}

async function studyOne(problem: Problem, suite: Suite, limit: number): Promise<ProblemReport> {
  const began = performance.now();
  const { entry_point: entry } = problem;
  const program = problem.prompt + problem.canonical_solution;
  const { tests, harness } = suite;
  const split = { entry, tests, ...(harness ? { harness } : {}) };
  const plain = { entry, tests: [], harness: { source: problem.test } };
  const judge = async (
    programs: readonly string[],
    how: Omit<Submission, 'id' | 'program'>,
    timeoutMs: number,
  ): Promise<Verdict[]> =>
    sandbox.grade(programs.map((text, i) => ({ ...how, id: String(i), program: text, timeoutMs })));

  const [reference] = await judge([program], split, PATIENT_MS);
  const mutants = limit === 0 ? [] : await mutantsOf(program, entry, limit);
  const sources = mutants.map(([source]) => source);
  const bySplit = await judge(sources, split, TIMEOUT_MS);
  const byPlain = await judge(sources, plain, TIMEOUT_MS);
  const survivors: Survivor[] = [];
  for (const [i, [source, what]] of mutants.entries()) {
    let [a, b] = [bySplit[i], byPlain[i]];
    if (a?.status !== 'pass' && b?.status !== 'pass') continue;
    if (a?.status !== b?.status) {
      [a] = await judge([source], split, PATIENT_MS);
      [b] = await judge([source], plain, PATIENT_MS);
    }
    if (!a || !b) continue;
    const failed = [...a.tests, ...b.tests].find((test) => test.status !== 'pass');
    const detail = a.status === b.status ? '' : JSON.stringify([a.error, b.error, failed]).slice(0, 400);
    survivors.push({ what, split: a.status, plain: b.status, detail });
  }
  return {
    id: problem.task_id,
    how: harness === undefined ? 'split' : harness.calls ? 'replayed' : 'weak',
    tests: tests.length || (harness?.calls?.length ?? 0),
    reference: reference?.status ?? 'infrastructure',
    mutants: mutants.length,
    survivors,
    seconds: (performance.now() - began) / 1000,
  };
}

async function mutantsOf(program: string, entry: string, limit: number): Promise<[string, string][]> {
  const [verdict] = await sandbox.grade([
    {
      id: 'mutants',
      program: mutate,
      entry: 'mutants',
      tests: [{ args: [program, entry, limit], expected: null }],
      timeoutMs: PATIENT_MS,
    },
  ]);
  const got = verdict?.tests[0]?.got;
  if (!Array.isArray(got)) throw new Error(`No mutants: ${JSON.stringify(verdict)}`);
  return got as unknown as [string, string][];
}
