import type { Comparison, Language, Status, TestResult } from '../../../sandbox/types.ts';
import type { Suite } from './state/draft.ts';
import type { ExampleId } from './state/examples.ts';
import { spoken } from '../../../text/spoken.ts';

const language: Record<Language, string> = { python: 'Python', javascript: 'JavaScript' };
const example: Record<ExampleId, string> = {
  right: 'Right on every test',
  edge: 'Forgets an edge case',
  loop: 'Never ends',
  memory: 'Takes all the memory',
  cheat: 'Tries to cheat',
  forge: 'Forges its results',
  checked: 'Checked by code',
};
const meaning: Record<Status, string> = {
  pass: 'Every call returned what its test expects.',
  wrong: 'It ran to its end, but not every answer is the expected one.',
  exception: 'A call ended in an exception.',
  syntax: 'The program cannot be read, so no call was made.',
  timeout: 'It was still running at its deadline and was stopped.',
  memory: 'It asked for more memory than its limit allows.',
  crash: 'It crashed the interpreter, which was replaced.',
  tamper: 'It was caught interfering with the sandbox, so none of its answers count.',
  'no-code': 'There is no program.',
  infrastructure: 'The sandbox failed, not the program.',
};
const suite: Record<Suite, string> = { visible: 'visible', 'held-out': 'held-out', own: 'yours' };
const result: Record<TestResult['status'], string> = {
  pass: 'passed',
  wrong: 'wrong',
  exception: 'raised',
  'not-run': 'not run',
};
const as: Record<NonNullable<Comparison['as']>, string> = {
  sequence: 'items in order',
  unordered: 'items in any order',
  set: 'distinct items',
  truth: 'only truthiness',
};

/** What a test asks for less than the same value and types. */
function comparison({ types, tolerance, as: how }: Comparison): string {
  const { relative = 0, absolute = 0 } = tolerance ?? {};
  return [
    ...(how ? [as[how]] : []),
    ...(tolerance ? [`within ${absolute || relative}${absolute === 0 ? ' of its size' : ''}`] : []),
    ...(types === 'equal' && !tolerance ? ['numbers by value'] : []),
    ...(types === 'json' ? ['tuples as lists'] : []),
  ].join(', ');
}

/** Every sentence of the panel. */
export const text = spoken('tryIt', {
  heading: 'Try it',
  about: 'Edit a program and run it in the sandbox that grades the training. Nothing here changes a run.',
  demo: 'The completions on this page are simulated; this sandbox is real.',
  from: 'Start from',
  examples: 'Examples',
  example,
  completion: (step: number) => `A completion of step ${step}`,
  asked: (task: string) => `Its task: ${task}`,
  language: { label: 'Language', name: language },
  program: 'Program',
  programKeys: (run: string) => `Enter keeps the indentation, Tab leaves the field, ${run} runs.`,
  entry: 'Function',
  entryInvalid: 'One name, such as solve.',
  timeout: 'Deadline',
  timeoutUnit: 'ms',
  memory: 'Memory',
  memoryUnit: 'MiB',
  whole: (low: number, high: number) => `A whole number from ${low} to ${high}.`,
  run: 'Run',
  running: 'Running…',
  starting: (name: string) => `Starting ${name}…`,
  stop: 'Stop',
  stopped: 'Stopped. No verdict.',
  replaced: 'Your edited program was set aside.',
  bringBack: 'Bring it back',
  blocked: (n: number) =>
    n === 1 ? 'Correct 1 field before it can run' : `Correct ${n} fields before it can run`,
  edited: 'Edited since this run',
  verdict: 'Verdict',
  meaning,
  passed: (n: number, of: number) => `${n} of ${of} tests pass`,
  weakAbout: (why: string) =>
    `The program could have interfered with a test (${why}). This verdict proves less than others.`,
  evidence: 'What it was caught doing',
  time: 'Time',
  engine: 'Engine',
  output: 'Printed',
  noOutput: 'nothing',
  goTo: (line: number) => `line ${line}`,
  goToLabel: (line: number) => `Go to line ${line}`,
  empty: 'Nothing has run yet.',
  walls: [
    'The program runs in a sealed frame: no network, no storage, no page.',
    'Only the arguments go in. What a test expects stays outside and is compared there.',
    'The interpreter is reset before every program.',
  ],
  tests: 'Tests',
  noTests: 'Without tests nothing can fail. Add one to run the program.',
  call: 'Arguments',
  expected: 'Expected',
  resultHead: 'Result',
  argsLabel: (n: number) => `Arguments of test ${n}`,
  expectedLabel: (n: number) => `Expected from test ${n}`,
  got: 'got',
  result,
  suite,
  comparison,
  addTest: 'Add a test',
  removeTest: (n: number) => `Remove test ${n}`,
  literals: {
    python: 'Values are Python literals: 1, 1.0, "text", [1, 2], (1, 2), {"a": 1}, {1, 2}, None, True.',
    javascript:
      'Values are JavaScript literals: 1, "text", [1, 2], { a: 1 }, new Set([1]), 10n, null, undefined, true.',
  } satisfies Record<Language, string>,
  exactly: 'Types count: 1, 1.0 and True differ.',
  check: 'Check, as code',
  checkAbout:
    'check(candidate) raises when the program is wrong. It runs where the program cannot reach it; where that is impossible, the verdict is weak.',
  failed: {
    what: 'The sandbox could not run the program.',
    kept: 'Your program and tests are as you left them; a training run is not affected.',
    todo: 'Run it again. If it fails again, reload the page.',
  },
});
