/**
 * What the rest of the project knows about running generated programs: plain data in, plain data out.
 * Engines, frames and workers stay behind {@link Sandbox}.
 */

/**
 * A value of Python or JavaScript as JSON. In Python `null`, booleans, strings and arrays stand for None, bool, str and
 * list; a number is an int when it is a safe integer and a float otherwise. In JavaScript all of them are themselves.
 * Everything JSON cannot hold travels tagged, for example `{"$":"tuple","v":[1,2]}` or `{"$":"float","v":1}`; the tags
 * are listed in `value.ts`.
 */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

export type Language = 'python' | 'javascript';

/** How a returned value must relate to the expected one, where {@link Test} asks for less than the same value and types. */
export interface Comparison {
  /**
   * `exact` (default): the same type at every level, so `True ≠ 1` and `1 ≠ 1.0`. `equal`: as Python's `==` has it,
   * numbers by value whatever their type, set = frozenset, bytes = bytearray, and the standard library's dicts and
   * named tuples by what they hold; other types must still agree. `json`: `equal` after tuples became lists at every
   * depth, as the call-based judges of APPS and LiveCodeBench compare with values that were once JSON.
   */
  readonly types?: 'exact' | 'equal' | 'json';
  /** Numbers at any depth may differ by `max(absolute, relative · max(|a|, |b|))`, whatever their type. */
  readonly tolerance?: { readonly relative?: number; readonly absolute?: number };
  /**
   * What of the two is compared, before the rest applies, whatever collections they are: their items in order
   * (`sequence`), in any order (`unordered`), their distinct items (`set`), or of any value only its truth.
   */
  readonly as?: 'sequence' | 'unordered' | 'set' | 'truth';
}

/** One call of the entry point and what it must return. Only its arguments ever enter the sandbox. */
export interface Test {
  readonly args: readonly Value[];
  /** Arguments by name, in Python. */
  readonly kwargs?: { readonly [name: string]: Value };
  readonly expected: Value;
  readonly compare?: Comparison;
}

/** One run of a whole program as a script: the text on its standard input and what it must print. Only `input` enters the sandbox. */
export interface IoTest {
  readonly input: string;
  readonly output: string;
}

/**
 * Python test code, run as it stands in an interpreter that never runs a program. The program answers from another, one
 * operation at a time: a call, an attribute, the next item of an iterator.
 */
export interface Harness {
  /** Defines `check(candidate)`, which raises when the candidate is wrong; with {@link statements}, asserts by itself. */
  readonly source: string;
  readonly statements?: boolean;
  /** Source that stands in front of the tests: helper functions and classes that the task states. Default: none. */
  readonly context?: string;
  /**
   * Why the tests have to run in the program's own interpreter, in words. The program can then interfere with them: every
   * verdict is `weak`.
   */
  readonly beside?: string;
  /** What a run with the reference solution came to; it makes others shorter, and some of them stricter. */
  readonly known?: KnownRun;
}

/** A run of tests that the reference solution passed. */
export interface KnownRun {
  /** The operations that the tests asked for, in order, as `perform.py` reads them. */
  readonly operations: readonly string[];
  /** How often the reference raised what ends a loop of the tests without failing it, such as StopIteration. */
  readonly stops: number;
  /** The names that the reference defines. */
  readonly names: readonly string[];
  /** Of those that the tests used: names of the standard library's own things, with what they stand for. */
  readonly found: readonly (readonly [string, unknown])[];
}

export interface Submission {
  readonly id: string;
  /** Default `python`. */
  readonly language?: Language;
  /** Source that defines `entry`; `null` when the completion held no program. */
  readonly program: string | null;
  /** A name; in Python also dotted names and calls of them, such as `Solution().solve`. */
  readonly entry: string;
  readonly tests: readonly Test[];
  /**
   * In place of `tests`: the program is a script, run as `__main__` in a fresh interpreter for each of these, up to the
   * first that fails. `entry` is not looked at.
   */
  readonly io?: readonly IoTest[];
  /** Counts as one more test, the last. */
  readonly harness?: Harness;
  /** Deadline for the whole program, all calls together; for a script, of each run. */
  readonly timeoutMs?: number;
  /** Most memory that the program may take, interpreter included, in MiB. */
  readonly memoryMb?: number;
}

/** `infrastructure` means that we failed, not the program: it is retried and never scored. */
export type Status =
  | 'pass'
  | 'wrong'
  | 'exception'
  | 'syntax'
  | 'timeout'
  | 'memory'
  | 'crash'
  | 'tamper'
  | 'no-code'
  | 'infrastructure';

export interface TestResult {
  readonly status: 'pass' | 'wrong' | 'exception' | 'not-run';
  /** What the call returned, absent when it raised or never ran. */
  readonly got?: Value;
  /** The exception as the language prints its last line, with the line of the program it came from; or why a result is wrong whatever it is. */
  readonly error?: string;
}

export interface Verdict {
  readonly id: string;
  readonly status: Status;
  readonly passed: number;
  readonly total: number;
  /** One per test, in the order of the submission. */
  readonly tests: readonly TestResult[];
  /** Why a program that never reached its tests failed (syntax error, exception at import, …). */
  readonly error?: { readonly type: string; readonly message: string; readonly line: number | null };
  /** What the program printed, capped. */
  readonly output: string;
  readonly timeMs: number;
  /** Most memory that the interpreter held, in MiB; `null` where nothing ran or its worker was lost. */
  readonly memoryMb: number | null;
  readonly engine: string;
  /** Whether the program could have interfered with a test, or itself decided a comparison. */
  readonly weak: boolean;
  /** Why it is weak, in words; absent where it is not. */
  readonly why?: string;
  /** With status `tamper`: what the program was seen doing. */
  readonly evidence?: string;
}

export interface Sandbox {
  /** Starts the engines; resolves when at least one worker is warm. */
  warm(): Promise<void>;
  /** Verdicts in the order of the submissions. Rejects with `AbortError` when `signal` fires. */
  grade(submissions: readonly Submission[], signal?: AbortSignal): Promise<Verdict[]>;
  dispose(): void;
}
