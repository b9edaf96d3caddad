/**
 * What the rest of the project knows about running generated programs: plain data in, plain data out.
 * Engines, frames and workers stay behind {@link Sandbox}.
 */

/**
 * A Python value as JSON. `null`, booleans, strings and arrays stand for None, bool, str and list; a number is
 * an int when it is a safe integer and a float otherwise. Everything JSON cannot hold travels tagged, for
 * example `{"$":"tuple","v":[1,2]}` or `{"$":"float","v":1}`; the tags are listed in `value.ts`.
 */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** One call of the entry point and what it must return. Only `args` ever enters the sandbox. */
export interface Test {
  readonly args: readonly Value[];
  readonly expected: Value;
}

export interface Submission {
  readonly id: string;
  /** Python source that defines `entry`; `null` when the completion held no program. */
  readonly program: string | null;
  readonly entry: string;
  readonly tests: readonly Test[];
  /** Deadline for the whole program, all calls together. */
  readonly timeoutMs?: number;
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
  /** The exception as Python prints its last line. */
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
  readonly engine: string;
}

export interface Sandbox {
  /** Starts the engines; resolves when at least one worker is warm. */
  warm(): Promise<void>;
  /** Verdicts in the order of the submissions. Rejects with `AbortError` when `signal` fires. */
  grade(submissions: readonly Submission[], signal?: AbortSignal): Promise<Verdict[]>;
  dispose(): void;
}
