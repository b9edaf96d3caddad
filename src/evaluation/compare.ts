/** Two policies on the same tasks with the same random numbers: what differs, and whether it is more than chance. */
import { clusterBootstrap, ratioOf } from '../statistics/bootstrap.ts';
import type { Interval } from '../statistics/intervals.ts';
import { mcNemar } from '../statistics/mcnemar.ts';
import { passAtK } from '../statistics/pass-at-k.ts';
import { groupBy } from '../statistics/samples.ts';
import type { EvaluationAbout, MatrixRow } from './files.ts';
import { checkKs, passesBy } from './report.ts';

/** An evaluation as `compare` takes it. */
export interface Evaluated {
  readonly about: EvaluationAbout;
  readonly matrix: readonly MatrixRow[];
}

export interface Difference {
  readonly a: number;
  readonly b: number;
  /** b − a, with its 95 % interval by resampling tasks; null for fewer than two. */
  readonly difference: number;
  readonly interval: Interval | null;
}

/** Samples that two policies drew for the same task with the same random numbers. */
export interface Pairs {
  readonly both: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly neither: number;
  /** McNemar's exact p. */
  readonly p: number;
}

export interface SuiteComparison {
  readonly passAtK: Readonly<Record<number, Difference>>;
  readonly pairs: Pairs;
}

export interface Comparison {
  readonly tasks: number;
  readonly samples: number;
  readonly ks: readonly number[];
  readonly strict: SuiteComparison;
  readonly visible: SuiteComparison;
  readonly families: Readonly<Record<string, { readonly tasks: number; readonly strict: SuiteComparison }>>;
  /** What else differs, a sentence each. */
  readonly notes: readonly string[];
}

/** The two were not of the same tasks with the same random numbers; one sentence per reason. */
export class IncomparableError extends Error {
  override readonly name = 'IncomparableError';
}

/** Names of tasks that a message shows. */
const NAMED = 3;

const named = (tasks: readonly string[]): string =>
  `${tasks.slice(0, NAMED).join(', ')}${tasks.length > NAMED ? ` and ${tasks.length - NAMED} more` : ''}`;

function differences(a: EvaluationAbout, b: EvaluationAbout): string[] {
  const found: string[] = [];
  for (const [name, what] of [
    ['samples', 'samples of each task'],
    ['seed', 'seed'],
  ] as const) {
    const [of, other] = [a.settings[name], b.settings[name]];
    if (of !== other) found.push(`The ${what}: ${of} in A, ${other} in B.`);
  }
  const inB = new Map(b.suite.map((print) => [print.task, print]));
  const inA = new Set(a.suite.map(({ task }) => task));
  const onlyA = a.suite.flatMap(({ task }) => (inB.has(task) ? [] : [task]));
  const onlyB = b.suite.flatMap(({ task }) => (inA.has(task) ? [] : [task]));
  if (onlyA.length > 0) found.push(`Tasks in A alone: ${named(onlyA)}.`);
  if (onlyB.length > 0) found.push(`Tasks in B alone: ${named(onlyB)}.`);
  for (const [part, what] of [
    ['prompt', 'prompt'],
    ['checks', 'test suite'],
  ] as const) {
    const other = a.suite.flatMap((print) => {
      const twin = inB.get(print.task);
      return twin !== undefined && twin[part] !== print[part] ? [print.task] : [];
    });
    if (other.length > 0) found.push(`Another ${what}: ${named(other)}.`);
  }
  // Random numbers go by the place of a task.
  if (found.length === 0 && a.suite.some(({ task }, i) => task !== b.suite[i]!.task))
    found.push('The same tasks in another order, and so with other random numbers.');
  return found;
}

const PROMPT_SETTINGS = ['promptStyle', 'systemPrompt', 'shots', 'promptSeed', 'formatProfile'] as const;

/** What was sampled from where nothing is said of it. */
const FROM_ALL = { topK: 0, topP: 1 };
type Settings = EvaluationAbout['settings'];

function notesOn(a: EvaluationAbout, b: EvaluationAbout): string[] {
  const names = [
    'temperature',
    'topK',
    'topP',
    'maxCompletionTokens',
    'maxPromptTokens',
    'timeoutMs',
  ] as const;
  const [ofA, ofB] = [a, b].map((about) => ({ ...FROM_ALL, ...about.settings })) as [Settings, Settings];
  const settings = names
    .filter((name) => ofA[name] !== ofB[name])
    .map((name) => `${name} is ${ofA[name]} in A and ${ofB[name]} in B.`);
  const prompts = PROMPT_SETTINGS.filter((name) => a.settings[name] !== b.settings[name]).map((name) => {
    const [of, other] = [a, b].map(({ settings: { [name]: value } }) => JSON.stringify(value) ?? 'absent');
    return `${name} is ${of} in A and ${other} in B.`;
  });
  return [
    ...(a.policy.hash === b.policy.hash ? ['Both are of the same weights.'] : []),
    ...settings,
    ...prompts,
    ...(a.settings.samples > 1
      ? [
          'Samples of one task are not independent, so the p of McNemar’s test is too small; the intervals, which resample tasks, allow for that.',
        ]
      : []),
  ];
}

/**
 * @param ks for pass@k
 * @param seed of the resampling
 * @throws IncomparableError, PassAtKError; RangeError where a matrix does not hold the tasks that its evaluation names
 */
export function compare(a: Evaluated, b: Evaluated, ks: readonly number[], seed: number): Comparison {
  const reasons = differences(a.about, b.about);
  if (reasons.length > 0) throw new IncomparableError(reasons.join(' '));
  for (const { about, matrix } of [a, b]) {
    const whole = matrix.every(({ task, outcomes }, i) => task === about.suite[i]?.task && outcomes.length === about.settings.samples); // prettier-ignore
    if (!whole || matrix.length !== about.suite.length)
      throw new RangeError('A matrix does not hold the tasks and samples that its evaluation names.');
  }
  const { samples } = a.about.settings;
  const used = checkKs(ks, samples);
  const rows = a.matrix.map((row, i): Row => ({
    family: row.family,
    a: row.outcomes,
    b: b.matrix[i]!.outcomes,
  }));
  const of = (part: readonly Row[], suite: Suite) => suiteComparison(part, suite, used, seed);
  return {
    tasks: rows.length,
    samples,
    ks: used,
    strict: of(rows, 'strict'),
    visible: of(rows, 'visible'),
    families: Object.fromEntries(
      groupBy(rows, ({ family }) => family).map((part) => [
        part[0]!.family,
        { tasks: part.length, strict: of(part, 'strict') },
      ]),
    ),
    notes: notesOn(a.about, b.about),
  };
}

type Suite = keyof typeof passesBy;

interface Row {
  readonly family: string;
  readonly a: MatrixRow['outcomes'];
  readonly b: MatrixRow['outcomes'];
}

function suiteComparison(
  rows: readonly Row[],
  suite: Suite,
  ks: readonly number[],
  seed: number,
): SuiteComparison {
  const passes = (outcomes: MatrixRow['outcomes']): boolean[] =>
    outcomes.map((outcome) => passesBy[suite]({ outcome }));
  const tasks = rows.map((row) => ({ a: passes(row.a), b: passes(row.b) }));
  const resample = clusterBootstrap(tasks.length, { seed });
  const passed = (of: readonly boolean[]): number => of.filter(Boolean).length;
  const difference = (k: number): Difference => {
    const at = (of: readonly boolean[]): number => passAtK(of.length, passed(of), k);
    const over = (value: (task: (typeof tasks)[number]) => number) =>
      tasks.map((task) => ({ total: value(task), weight: 1 }));
    const [first, second] = [ratioOf(over(({ a }) => at(a)))!, ratioOf(over(({ b }) => at(b)))!];
    return {
      a: first,
      b: second,
      difference: second - first,
      interval: resample(over(({ a, b }) => at(b) - at(a))),
    };
  };
  const pairs = tasks.flatMap(({ a, b }) => a.map((passesA, i) => [passesA, b[i]!] as const));
  const count = (ofA: boolean, ofB: boolean): number =>
    pairs.filter(([passesA, passesB]) => passesA === ofA && passesB === ofB).length;
  const [onlyA, onlyB] = [count(true, false), count(false, true)];
  return {
    passAtK: Object.fromEntries(ks.map((k) => [k, difference(k)])),
    pairs: {
      both: count(true, true),
      onlyA,
      onlyB,
      neither: count(false, false),
      p: mcNemar(onlyA, onlyB),
    },
  };
}
