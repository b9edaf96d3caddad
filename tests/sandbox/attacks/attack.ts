import type { Status, Test } from '../../../src/sandbox/types.ts';

/** A program that must pass: what an honest program finds after a hostile one. */
export interface Innocent {
  readonly program: string;
  readonly tests: readonly Test[];
}

/** One hostile program and the verdict that is right for it. */
export interface Attack {
  /** What the program tries, as a phrase. */
  readonly name: string;
  readonly program: string;
  /** The status it must get; two only where both are right, and then `why` says so. */
  readonly status: Status | readonly [Status, Status];
  readonly why?: string;
  /** Default: the entry point sorts a list. */
  readonly tests?: readonly Test[];
  /** Default `f`. */
  readonly entry?: string;
  /** Default: long enough for all that ends by itself. */
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
  /** Most tests that may pass where the status is not `pass`. Default 0. */
  readonly passed?: number;
  /** Run right after it in the same worker, before the usual innocent program. */
  readonly next?: Innocent;
}

/** The attacks of one class of `README.md`'s table. */
export type AttackClass = Readonly<Record<string, readonly Attack[]>>;

export const SORTING: readonly Test[] = [
  { args: [[3, 1, 2]], expected: [1, 2, 3] },
  { args: [[]], expected: [] },
  { args: [[5, 5, -1]], expected: [-1, 5, 5] },
];

/** A single call, for what takes long or takes everything. */
export const ONE_CALL: readonly Test[] = [{ args: [[2, 1]], expected: [1, 2] }];

/** Tests of a probe that lists the doors it found open. */
export const NO_DOOR_OPEN: readonly Test[] = [{ args: [], expected: [] }];

/** A program's text as written, without the indentation that it has here. Backslashes are the program's own. */
export function source(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const lines = String.raw({ raw: strings.raw }, ...values)
    .replace(/^\n/, '')
    .split('\n');
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return `${lines
    .map((line) => line.slice(indent))
    .join('\n')
    .trimEnd()}\n`;
}
