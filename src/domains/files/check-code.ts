/** Programs' tasks, checked: their tests are read by Python's grammar and run with the reference program. */
import * as v from 'valibot';
import { formatValue } from '../../sandbox/format-value.ts';
import { checkSubmission, InvalidSubmissionError, type AdjustableSandbox } from '../../sandbox/index.ts';
import type { Harness, Test, Value, Verdict } from '../../sandbox/types.ts';
import prepareSource from '../code/grading/prepare.py?raw';
import { withPreamble } from '../code/grading/python-text.ts';
import { assemble, causeOf, prepareSuites, type TestCode } from '../code/grading/suite.ts';
import { showVerdict } from '../code/show.ts';
import type { CodeTask } from '../code/task.ts';
import { codeVerifier } from '../code/verifier.ts';
import { VerificationError } from '../domain.ts';
import type { CodeDraft, Inputs, Item } from './draft.ts';
import { type CodeRecord, nameOfSuite } from './own.ts';
import surveySource from './survey.py?raw';

/** A record whose task can be used, or why it cannot. */
export type CheckedCode = CodeRecord | { readonly reason: string };

/** What a reference program may take for all calls of its tests. */
const REFERENCE_MS = 10_000;
/** EvalPlus's, where its file says nothing. */
const RELATIVE = 1e-7;
const ABSOLUTE = 1e-6;

type Suites = Record<'visible' | 'heldOut', readonly Item[]>;

const isCode = (item: Item): item is string => typeof item === 'string';
const codeIn = (items: readonly Item[]): string[] => items.filter(isCode);
const callsIn = (items: readonly Item[]): Test[] => items.filter((item): item is Test => !isCode(item));

const surveyed = v.union([
  v.strictObject({ entry: v.string(), preamble: v.string(), overlap: v.string() }),
  v.strictObject({ error: v.string() }),
]);
const answered = v.tuple([v.array(v.unknown()), v.unknown(), v.boolean()]);

class Unusable extends Error {}
const unusable = (reason: string): never => {
  throw new Unusable(reason);
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
        if (error instanceof Unusable) return { reason: error.message };
        if (error instanceof VerificationError) return { reason: SANDBOX_FAILED };
        throw error;
      }),
    ),
  );
}

async function checkOne(
  sandbox: AdjustableSandbox,
  draft: CodeDraft,
  signal?: AbortSignal,
): Promise<CodeRecord> {
  checkCalls(draft);
  const whole = await wholeReference(sandbox, draft, signal);
  const { entry, preamble } = await readTests(sandbox, draft, whole, signal);
  const program = whole === null ? null : withoutPreamble(whole, preamble);
  const suites = draft.inputs
    ? await answeredInputs(sandbox, draft.inputs, entry, ran(draft, preamble, program) ?? '', signal)
    : { visible: draft.visible, heldOut: draft.heldOut };
  const reference = ran(draft, preamble, program);
  const [visibleCode, heldOutCode] = await Promise.all(
    (['visible', 'heldOut'] as const).map((suite) =>
      harnessOf(sandbox, suite, suites[suite], { entry, preamble, reference }, signal),
    ),
  );
  const { id, family, prompt, reasoning, language } = draft;
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
  if (program !== null && task.visibleTests.length + task.heldOutTests.length > 0)
    await runReference(sandbox, task, program, signal);
  return { task, ...suites, program };
}

/** A reference as an answer would have it: what stands in front of every program is not written again. */
const withoutPreamble = (program: string, preamble: string): string =>
  preamble !== '' && program.startsWith(preamble)
    ? program.slice(preamble.length).replace(/^\n+/, '')
    : program;

/** What needs no sandbox: values and comparisons of calls, and what a language has. */
function checkCalls({ language, entry, visible, heldOut, preamble }: CodeDraft): void {
  for (const suite of ['visible', 'heldOut'] as const) {
    const items = suite === 'visible' ? visible : heldOut;
    for (const [i, item] of items.entries()) {
      const name = `${nameOfSuite(suite)} test ${i + 1}`;
      if (isCode(item)) {
        if (language !== 'python') unusable(`${name} is code, which is Python; give args and expected.`);
        continue;
      }
      try {
        checkSubmission({ id: '', language, program: '', entry: entry ?? '', tests: [item] });
      } catch (error) {
        if (!(error instanceof InvalidSubmissionError)) throw error;
        unusable(`${name}: ${error.message.replace(/^Test 1 of submission : /, '')}`);
      }
    }
  }
  if (language === 'python') return;
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(entry ?? ''))
    unusable(`entry is no name of a function: ${entry}.`);
  if (preamble === null) unusable('preamble is missing.');
  const shared = new Set(callsIn(visible).map(({ args }) => JSON.stringify(args)));
  const both = callsIn(heldOut).find(({ args }) => shared.has(JSON.stringify(args)));
  if (both) unusable(overlapping(`${entry}(${both.args.map(formatValue).join(', ')})`));
}

const overlapping = (call: string): string => `The visible and the held-out tests both ask ${call}.`;

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
  if ('error' in output) return unusable(`${sentence(output.error)}`);
  if (output.overlap !== '') unusable(overlapping(output.overlap));
  return { entry: output.entry, preamble: preamble ?? output.preamble };
}

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
  const inputs = [...visible, ...further];
  const calls = inputs.map((args): Value[] => [args as Value, assertion ?? '', entry]);
  const told = await sandbox.callTrusted(`${program}\n\n${surveySource}`, '_answer', calls, signal);
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
  const kept = (from: number, to: number): Test[] => tests.slice(from, to).filter((test) => test !== null);
  const suites = { visible: kept(0, visible.length), heldOut: kept(visible.length, inputs.length) };
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

/** The code of a suite, tried with the reference program; undefined where the suite has none. */
async function harnessOf(
  sandbox: AdjustableSandbox,
  suite: 'visible' | 'heldOut',
  items: readonly Item[],
  {
    entry,
    preamble,
    reference,
  }: { readonly entry: string; readonly preamble: string } & {
    readonly reference: string | null;
  },
  signal?: AbortSignal,
): Promise<Harness | undefined> {
  const asserts = codeIn(items);
  if (asserts.length === 0) return undefined;
  const code: TestCode = { source: null, asserts, setup: '', context: preamble, entry, reference };
  const [prepared] = await prepareSuites(sandbox, [code], signal);
  if (prepared?.kind === 'suite') return prepared.harness;
  return unusable(`The ${nameOfSuite(suite)} tests: ${prepared?.why ?? SANDBOX_FAILED}`);
}

/** Runs the calls of both suites with the reference program, which has to pass. */
async function runReference(
  sandbox: AdjustableSandbox,
  task: CodeRecord['task'],
  program: string,
  signal?: AbortSignal,
): Promise<void> {
  const { visibleCode: _, heldOutCode: __, ...calls } = task;
  const asked: CodeTask = { ...calls, split: 'train' };
  const verifier = codeVerifier({ sandbox, timeoutMs: REFERENCE_MS });
  const [verification] = await verifier.verify([{ task: asked, answer: program }], 'strict', signal);
  if (verification === undefined || verification.passes) return;
  const verdict = verification.detail as Verdict;
  const at = verdict.tests.findIndex(({ status }) => status !== 'pass' && status !== 'not-run');
  if (at < 0 || verdict.error) return unusable(`The reference program fails: ${sentence(causeOf(verdict))}`);
  const all = [...task.visibleTests, ...task.heldOutTests];
  const visible = at < task.visibleTests.length;
  const shown = showVerdict(verification, { ...asked, visibleTests: all }).checks[at];
  const name = visible ? `visible call ${at + 1}` : `held-out call ${at + 1 - task.visibleTests.length}`;
  const came = shown?.got?.kind === 'error' ? `raises ${shown.got.text}` : `gives ${shown?.got?.text ?? '–'}`;
  unusable(`The reference program fails ${name}: ${shown?.question} ${came}, not ${shown?.expected}.`);
}
