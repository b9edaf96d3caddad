/** Programs' tasks, checked: their tests are read by Python's grammar and run with the reference program. */
import { answersOf } from './answers.ts';
import * as v from 'valibot';
import { formatValue } from '../../sandbox/format-value.ts';
import { checkSubmission, InvalidSubmissionError, type AdjustableSandbox } from '../../sandbox/index.ts';
import type { Harness, Test, Value, Verdict } from '../../sandbox/types.ts';
import prepareSource from '../code/grading/prepare.py?raw';
import { withPreamble } from '../code/grading/python-text.ts';
import { assemble, causeOf, prepareSuites, type TestCode } from '../code/grading/suite.ts';
import { callChecks, codeCheck } from '../code/show.ts';
import type { CodeTask } from '../code/task.ts';
import { codeVerifier } from '../code/verifier.ts';
import { type ShownCheck, VerificationError } from '../domain.ts';
import type { CodeDraft, Flaw, Inputs, Item } from './draft.ts';
import { type CodeRecord, nameOfSuite } from './own.ts';
import surveySource from './survey.py?raw';

export type SuiteName = 'visible' | 'heldOut';

/** What became of every test when the reference program was run: calls first, code as the last. */
export type Trial = Readonly<Record<SuiteName, readonly ShownCheck[]>>;

/** A record whose task can be used, or why it cannot; the trial is null where no test was reached. */
export type CheckedCode = (CodeRecord | { readonly flaws: readonly [Flaw, ...Flaw[]] }) & {
  readonly trial: Trial | null;
};

/** What a reference program may take for all calls of its tests. */
const REFERENCE_MS = 10_000;
/** EvalPlus's, where its file says nothing. */
const RELATIVE = 1e-7;
const ABSOLUTE = 1e-6;

const SUITES = ['visible', 'heldOut'] as const satisfies readonly SuiteName[];
type Suites = Record<SuiteName, readonly Item[]>;

const isCode = (item: Item): item is string => typeof item === 'string';
const codeIn = (items: readonly Item[]): string[] => items.filter(isCode);
const callsIn = (items: readonly Item[]): Test[] => items.filter((item): item is Test => !isCode(item));

const surveyed = v.union([
  v.strictObject({ entry: v.string(), preamble: v.string(), overlap: v.string() }),
  v.strictObject({
    errors: v.array(v.tuple([v.nullable(v.picklist(SUITES)), v.nullable(v.number()), v.string()])),
  }),
]);
const answered = v.tuple([v.array(v.unknown()), v.unknown(), v.boolean()]);

class Unusable extends Error {
  constructor(
    readonly flaws: readonly [Flaw, ...Flaw[]],
    readonly trial: Trial | null = null,
  ) {
    super(flaws[0].reason);
  }
}
const unusable = (reason: string, at: Omit<Flaw, 'reason'> = {}): never => {
  throw new Unusable([{ ...at, reason }]);
};

const SANDBOX_FAILED = 'The sandbox failed while the task was checked; try again.';

/** The tasks of drafts, in order. Nothing but an abort makes it fail. */
export function checkCode(
  sandbox: AdjustableSandbox,
  drafts: readonly CodeDraft[],
  signal?: AbortSignal,
): Promise<CheckedCode[]> {
  return Promise.all(
    drafts.map((draft) =>
      checkOne(sandbox, draft, signal).catch((error: unknown): CheckedCode => {
        if (error instanceof Unusable) return { flaws: error.flaws, trial: error.trial };
        if (error instanceof VerificationError) return { flaws: [{ reason: SANDBOX_FAILED }], trial: null };
        throw error;
      }),
    ),
  );
}

async function checkOne(
  sandbox: AdjustableSandbox,
  draft: CodeDraft,
  signal?: AbortSignal,
): Promise<CheckedCode> {
  checkCalls(draft);
  const whole = await wholeReference(sandbox, draft, signal);
  const { entry, preamble } = await readTests(sandbox, draft, whole, signal);
  const program = whole === null ? null : withoutPreamble(whole, preamble);
  const suites = draft.inputs
    ? await answeredInputs(sandbox, draft.inputs, entry, ran(draft, preamble, program) ?? '', signal)
    : { visible: draft.visible, heldOut: draft.heldOut };
  const reference = ran(draft, preamble, program);
  const prepared = await codeOfSuites(sandbox, suites, { entry, preamble, reference }, signal);
  const { id, family, prompt, reasoning, language } = draft;
  const [visibleCode, heldOutCode] = SUITES.map((suite) => prepared[suite]?.harness);
  const task: CodeRecord['task'] = {
    id: id ?? '',
    family,
    prompt,
    entry,
    visibleTests: callsIn(suites.visible),
    heldOutTests: callsIn(suites.heldOut),
    ...(language === 'python' ? {} : { language }),
    ...(preamble === '' ? {} : { preamble }),
    ...(visibleCode ? { visibleCode } : {}),
    ...(heldOutCode ? { heldOutCode } : {}),
    ...(reasoning === null ? {} : { reference: reasoning }),
  };
  const verdict = program === null ? null : await callsWith(sandbox, task, program, signal);
  const trial = trialOf(task, suites, prepared, verdict);
  const [first, ...more] = [
    ...SUITES.flatMap((suite) => prepared[suite]?.flaw ?? []),
    ...(verdict ? callFlaws(suites, trial, verdict) : []),
  ];
  if (first) throw new Unusable([first, ...more], trial);
  return { task, ...suites, program, trial };
}

/** A reference as an answer would have it: what stands in front of every program is not written again. */
const withoutPreamble = (program: string, preamble: string): string =>
  preamble !== '' && program.startsWith(preamble)
    ? program.slice(preamble.length).replace(/^\n+/, '')
    : program;

/** What needs no sandbox: values and comparisons of calls, and what a language has. */
function checkCalls({ language, entry, visible, heldOut, preamble }: CodeDraft): void {
  const flaws: Flaw[] = [];
  for (const [field, items] of Object.entries({ visible, heldOut }) as [SuiteName, readonly Item[]][])
    for (const [test, item] of items.entries()) {
      const reason = callFault(item, `${nameOfSuite(field)} test ${test + 1}`, language, entry ?? '');
      if (reason !== null) flaws.push({ field, test, reason });
    }
  const [first, ...more] = flaws;
  if (first) throw new Unusable([first, ...more]);
  if (language === 'python') return;
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(entry ?? ''))
    unusable(`entry is no name of a function: ${entry}.`, { field: 'entry' });
  if (preamble === null) unusable('preamble is missing.', { field: 'preamble' });
  const shared = new Set(callsIn(visible).map(({ args }) => JSON.stringify(args)));
  const both = callsIn(heldOut).find(({ args }) => shared.has(JSON.stringify(args)));
  if (both) overlapping(`${entry}(${both.args.map(formatValue).join(', ')})`);
}

function callFault(item: Item, name: string, language: CodeDraft['language'], entry: string): string | null {
  if (isCode(item))
    return language === 'python' ? null : `${name} is code, which is Python; give args and expected.`;
  try {
    checkSubmission({ id: '', language, program: '', entry, tests: [item] });
    return null;
  } catch (error) {
    if (!(error instanceof InvalidSubmissionError)) throw error;
    return `${name}: ${error.message.replace(/^Test 1 of submission : /, '')}`;
  }
}

const overlapping = (call: string): never =>
  unusable(`The visible and the held-out tests both ask ${call}.`, { field: 'heldOut' });

/** The reference program whole, as one that completes its prompt has to be made. */
async function wholeReference(
  sandbox: AdjustableSandbox,
  { program, completes, prompt, entry }: CodeDraft,
  signal?: AbortSignal,
): Promise<string | null> {
  if (program === null || !completes || entry === null) return program;
  const [assembled] = await assemble(sandbox, [{ prompt, entry, text: program }], signal);
  return assembled?.program ?? unusable(SANDBOX_FAILED);
}

/** What the tests call, and what stands in front of programs. */
async function readTests(
  sandbox: AdjustableSandbox,
  { language, entry, program: _, preamble, prompt, visible, heldOut }: CodeDraft,
  program: string | null,
  signal?: AbortSignal,
): Promise<{ readonly entry: string; readonly preamble: string }> {
  if (language !== 'python') return { entry: entry ?? '', preamble: preamble ?? '' };
  const given = (items: readonly Item[]): Value[] =>
    callsIn(items).map(({ args, kwargs = {} }) => [args, kwargs]);
  const call: Value[] = [
    entry ?? '',
    program ?? '',
    prompt,
    preamble === null,
    codeIn(visible),
    codeIn(heldOut),
    given(visible),
    given(heldOut),
  ];
  const [told] = await sandbox.callTrusted(`${prepareSource}\n${surveySource}`, 'survey', [call], signal);
  const parsed = v.safeParse(surveyed, told);
  if (!parsed.success) return unusable(SANDBOX_FAILED);
  const { output } = parsed;
  if ('errors' in output) {
    const [first, ...more] = output.errors.map((error) => surveyFlaw({ visible, heldOut }, error));
    throw new Unusable([first ?? { reason: SANDBOX_FAILED }, ...more]);
  }
  if (output.overlap !== '') overlapping(output.overlap);
  return { entry: output.entry, preamble: preamble ?? output.preamble };
}

/** @param error suite, place among the texts of that suite, and what is wrong */
function surveyFlaw(
  suites: Suites,
  [field, at, error]: readonly [SuiteName | null, number | null, string],
): Flaw {
  if (field === null || at === null)
    return { ...(error.startsWith('entry ') ? { field: 'entry' } : {}), reason: sentence(error) };
  const test = placeOf(suites[field], at, isCode);
  return {
    field,
    test,
    reason: sentence(`${nameOfSuite(field)} test ${test + 1} is not Python: ${error}`),
  };
}

/** Place among all tests of a suite of the nth that is of a kind. */
const placeOf = (items: readonly Item[], nth: number, isOfKind: (item: Item) => boolean): number =>
  [...items.keys()].filter((i) => isOfKind(items[i]!))[nth] ?? 0;

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

/** The reference as it is run: behind what every program of the task stands behind. */
function ran({ language }: CodeDraft, preamble: string, program: string | null): string | null {
  if (program === null) return null;
  return language === 'python' ? withPreamble(preamble, program) : `${preamble}\n${program}`;
}

/** Calls with what the reference program returns; inputs that it raises on, or that have no such value, are dropped. */
async function answeredInputs(
  sandbox: AdjustableSandbox,
  { visible, heldOut, absolute, assertion }: Inputs,
  entry: string,
  program: string,
  signal?: AbortSignal,
): Promise<Suites> {
  const known = new Set(visible.map((args) => JSON.stringify(args)));
  const further = heldOut.filter((args) => !known.has(JSON.stringify(args)));
  const call = (args: Inputs['visible'][number]): Value[] => [args as Value, assertion ?? '', entry];
  const told = await answersOf([...visible, ...further].map(call), (calls) =>
    sandbox.callTrusted(`${program}\n\n${surveySource}`, '_answer', calls, signal),
  );
  const tests = told.map((one): Test | null => {
    const parsed = v.safeParse(answered, one);
    if (!parsed.success) return null;
    const [args, expected, asSet] = parsed.output as [Value[], Value, boolean];
    const tolerance = { relative: RELATIVE, absolute: absolute || ABSOLUTE };
    const compare = {
      types: 'equal' as const,
      ...(hasFloat(expected) ? { tolerance } : {}),
      ...(asSet ? { as: 'set' as const } : {}),
    };
    return { args, expected, compare };
  });
  const kept = (from: number, to?: number): Test[] => tests.slice(from, to).filter((test) => test !== null);
  const suites = { visible: kept(0, visible.length), heldOut: kept(visible.length) };
  if (suites.visible.length === 0)
    unusable('The canonical solution gives no value that can be compared for any of base_input.');
  return suites;
}

function hasFloat(value: Value): boolean {
  if (typeof value === 'number') return !Number.isInteger(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasFloat);
  const record = value as Readonly<Record<string, Value>>;
  return record['$'] === 'float' || Object.values(record).some(hasFloat);
}

interface PreparedCode {
  readonly harness?: Harness;
  readonly flaw?: Flaw;
}

/** The code of each suite, tried with the reference program; undefined where the suite has none. */
async function codeOfSuites(
  sandbox: AdjustableSandbox,
  suites: Suites,
  program: { readonly entry: string; readonly preamble: string; readonly reference: string | null },
  signal?: AbortSignal,
): Promise<Readonly<Record<SuiteName, PreparedCode | undefined>>> {
  const { entry, preamble, reference } = program;
  const prepare = async (suite: SuiteName): Promise<PreparedCode | undefined> => {
    const asserts = codeIn(suites[suite]);
    if (asserts.length === 0) return undefined;
    const code: TestCode = { source: null, asserts, setup: '', context: preamble, entry, reference };
    const [prepared] = await prepareSuites(sandbox, [code], signal);
    if (prepared?.kind === 'suite') return { harness: prepared.harness };
    const reason = `The ${nameOfSuite(suite)} tests: ${prepared?.why ?? SANDBOX_FAILED}`;
    return { flaw: { field: suite, test: placeOf(suites[suite], 0, isCode), reason } };
  };
  const [visible, heldOut] = await Promise.all(SUITES.map(prepare));
  return { visible, heldOut };
}

/** The verdict on the reference program by the calls of both suites; null where there are none. */
async function callsWith(
  sandbox: AdjustableSandbox,
  task: CodeRecord['task'],
  program: string,
  signal?: AbortSignal,
): Promise<Verdict | null> {
  const { visibleCode: _, heldOutCode: __, ...calls } = task;
  if (calls.visibleTests.length + calls.heldOutTests.length === 0) return null;
  const asked: CodeTask = { ...calls, split: 'train' };
  const verifier = codeVerifier({ sandbox, timeoutMs: REFERENCE_MS });
  const [verification] = await verifier.verify([{ task: asked, answer: program }], 'strict', signal);
  return (verification?.detail as Verdict | undefined) ?? null;
}

function trialOf(
  { entry, visibleTests, heldOutTests }: CodeRecord['task'],
  suites: Suites,
  prepared: Readonly<Record<SuiteName, PreparedCode | undefined>>,
  verdict: Verdict | null,
): Trial {
  const tests = verdict?.tests ?? [];
  const results = {
    visible: callChecks(entry, visibleTests, tests),
    heldOut: callChecks(entry, heldOutTests, tests.slice(visibleTests.length)),
  };
  const of = (suite: SuiteName): ShownCheck[] => {
    const code = prepared[suite];
    if (!code) return results[suite];
    const ran = code.harness?.known !== undefined || code.harness?.beside !== undefined;
    const failed = code.flaw && { status: 'wrong' as const, error: code.flaw.reason };
    const result = failed ?? { status: ran ? ('pass' as const) : ('not-run' as const) };
    return [...results[suite], codeCheck(codeIn(suites[suite]).join('\n'), result)];
  };
  return { visible: of('visible'), heldOut: of('heldOut') };
}

/** What the reference program, which has to pass, does wrong with the calls. */
function callFlaws(suites: Suites, trial: Trial, verdict: Verdict): Flaw[] {
  const { status, error } = verdict;
  if (status === 'pass') return [];
  const wrong = SUITES.flatMap((field) =>
    callsIn(suites[field]).flatMap((_, i): Flaw[] => {
      const { tone, question, expected, got } = trial[field][i]!;
      if (tone !== 'fail') return [];
      const came = got?.kind === 'error' ? `raises ${got.text}` : `gives ${got?.text ?? '–'}`;
      const name = `${nameOfSuite(field)} call ${i + 1}`;
      const reason = `The reference program fails ${name}: ${question} ${came}, not ${expected}.`;
      return [{ field, test: placeOf(suites[field], i, (item) => !isCode(item)), reason }];
    }),
  );
  if (wrong.length > 0 && !error) return wrong;
  const line = error?.line ?? null;
  const reason = `The reference program fails: ${sentence(causeOf(verdict))}`;
  return [{ field: 'program', ...(line === null ? {} : { line }), reason }];
}
