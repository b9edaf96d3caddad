import type { Comparison, Harness, Language, Submission, Test } from '../../../../sandbox/types.ts';
import type { CodeTask } from '../../../../domains/code/task.ts';
import { withPreamble } from '../../../../domains/code/grading/python-text.ts';
import { formatLiteral } from '../../../../domains/code/literals/format-literal.ts';
import {
  canRead,
  LiteralError,
  parseArguments,
  parseValue,
} from '../../../../domains/code/literals/literal.ts';
import { checkValue, ValueFormatError } from '../../../../sandbox/value.ts';

/** Which tests of a task a row comes from; `own` are those that were written here. */
export type Suite = 'visible' | 'held-out' | 'own';

/** A test as it is typed: literals of the program's language. */
export interface TestDraft {
  readonly key: number;
  readonly suite: Suite;
  readonly args: string;
  readonly expected: string;
  readonly compare?: Comparison;
}

/** All that can be edited, as typed: nothing here has been checked. */
export interface Draft {
  readonly language: Language;
  readonly program: string;
  readonly entry: string;
  readonly tests: readonly TestDraft[];
  /** Tests written as code, for Python only; `null` for none. */
  readonly harness: Harness | null;
  readonly timeoutMs: string;
  readonly memoryMb: string;
}

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** What the limits may be set to here: long enough to watch, short enough never to be a nuisance. */
export const TIMEOUT_MS: Bounds = { low: 50, high: 20_000 };
export const MEMORY_MB: Bounds = { low: 64, high: 512 };
export const DEFAULT_LIMITS = { timeoutMs: '1000', memoryMb: '160' } as const;

/** What keeps a draft from being run, by the field that it concerns. */
export type Problem =
  | { readonly field: 'entry' | 'timeoutMs' | 'memoryMb'; readonly kind: 'invalid' }
  | { readonly field: 'tests'; readonly kind: 'none' }
  | {
      readonly field: 'args' | 'expected';
      readonly kind: 'literal';
      readonly key: number;
      readonly reason: string;
    };

export type Checked =
  | { readonly ok: true; readonly submission: Submission }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const NAME: Readonly<Record<Language, RegExp>> = {
  python: /^[\p{L}_][\p{L}\p{N}_]*$/u,
  javascript: /^[\p{L}_$][\p{L}\p{N}_$]*$/u,
};

function whole(typed: string, { low, high }: Bounds): number | null {
  if (!/^\d{1,9}$/.test(typed.trim())) return null;
  const value = Number(typed);
  return value >= low && value <= high ? value : null;
}

/** Reads one side of a test; what cannot be read is added to `problems`. */
function read<T>(parse: () => T, key: number, field: 'args' | 'expected', problems: Problem[]): T | null {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof LiteralError || error instanceof ValueFormatError)) throw error;
    problems.push({ field, kind: 'literal', key, reason: error.message });
    return null;
  }
}

/**
 * The submission that a draft stands for, or everything that is wrong with it: nothing, as long as its literals cannot be
 * read yet.
 */
export function check(draft: Draft, id: string): Checked {
  const { language } = draft;
  const problems: Problem[] = [];
  const entry = draft.entry.trim();
  const timeoutMs = whole(draft.timeoutMs, TIMEOUT_MS);
  const memoryMb = whole(draft.memoryMb, MEMORY_MB);
  if (!NAME[language].test(entry)) problems.push({ field: 'entry', kind: 'invalid' });
  if (timeoutMs === null) problems.push({ field: 'timeoutMs', kind: 'invalid' });
  if (memoryMb === null) problems.push({ field: 'memoryMb', kind: 'invalid' });
  if (draft.tests.length === 0 && !draft.harness) problems.push({ field: 'tests', kind: 'none' });
  if (!canRead(language)) return { ok: false, problems };
  const tests = draft.tests.map(({ key, args, expected, compare }): Test => {
    const values = read(
      () => parseArguments(args, language).map((value) => checkValue(value, language, 'argument')),
      key,
      'args',
      problems,
    );
    const value = read(
      () => checkValue(parseValue(expected, language), language, 'expected'),
      key,
      'expected',
      problems,
    );
    return { args: values ?? [], expected: value, ...(compare ? { compare } : {}) };
  });
  if (problems.length > 0 || timeoutMs === null || memoryMb === null) return { ok: false, problems };
  return {
    ok: true,
    submission: {
      id,
      language,
      program: draft.program,
      entry,
      tests,
      ...(draft.harness ? { harness: draft.harness } : {}),
      timeoutMs,
      memoryMb,
    },
  };
}

/** Whether two drafts would be run and judged alike; where a test came from does not matter. */
export function sameDraft(a: Draft, b: Draft): boolean {
  return (
    sameProgram(a, b) && a.tests.length === b.tests.length && a.tests.every((t, i) => sameTest(t, b.tests[i]))
  );
}

/** Whether two drafts agree in all but their tests, so that results of the same test are the same. */
export function sameProgram(a: Draft, b: Draft): boolean {
  const keys = ['language', 'program', 'entry', 'harness', 'timeoutMs', 'memoryMb'] as const;
  return keys.every((key) => a[key] === b[key]);
}

export function sameTest(a: TestDraft, b: TestDraft | undefined): boolean {
  return (
    a.args === b?.args && a.expected === b.expected && JSON.stringify(a.compare) === JSON.stringify(b.compare)
  );
}

/** Tests as literals of the language, numbered from `firstKey`. */
export function draftTests(
  tests: readonly Test[],
  suite: Suite,
  language: Language,
  firstKey: number,
): TestDraft[] {
  return tests.map(({ args, expected, compare }, i) => ({
    key: firstKey + i,
    suite,
    args: args.map((value) => formatLiteral(value, language)).join(', '),
    expected: formatLiteral(expected, language),
    ...(compare ? { compare } : {}),
  }));
}

/** The test code of both suites, which is statements. */
function codeOf({ visibleCode, heldOutCode, preamble = '' }: CodeTask): Harness | null {
  const sources = [visibleCode, heldOutCode].flatMap((code) => (code ? [code.source] : []));
  return sources.length === 0 ? null : { source: sources.join('\n'), context: preamble, statements: true };
}

/**
 * The program of a completion with all tests of its task. Held-out suites repeat visible tests; those are left out.
 * Without its task (the tasks of a stored run are not at hand yet) only the program is known.
 */
export function draftOfCompletion(program: string, task: CodeTask | undefined, timeoutMs: number): Draft {
  const { language = 'python', preamble = '' } = task ?? {};
  const visible = draftTests(task?.visibleTests ?? [], 'visible', language, 0);
  const heldOut = draftTests(task?.heldOutTests ?? [], 'held-out', language, visible.length).filter(
    (test) => !visible.some((other) => sameTest(test, other)),
  );
  return {
    language,
    program: language === 'python' ? withPreamble(preamble, program) : `${preamble}${program}`,
    entry: task?.entry ?? /^def\s+(\w+)/m.exec(program)?.[1] ?? '',
    tests: [...visible, ...heldOut],
    harness: task ? codeOf(task) : null,
    timeoutMs: String(Math.min(TIMEOUT_MS.high, Math.max(TIMEOUT_MS.low, timeoutMs))),
    memoryMb: DEFAULT_LIMITS.memoryMb,
  };
}
