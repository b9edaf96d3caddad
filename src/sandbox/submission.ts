import { isCollection } from './equality.ts';
import { MAX_PRINTED_BYTES } from './protocol.ts';
import type { Comparison, IoTest, Submission, Test, Verdict } from './types.ts';
import { checkValue, ValueFormatError } from './value.ts';
import { emptyVerdict, languageOf } from './verdict.ts';

/** A submission that cannot be graded as it stands; nothing of its batch was run. */
export class InvalidSubmissionError extends Error {
  override readonly name = 'InvalidSubmissionError';
}

export const MAX_TIMEOUT_MS = 600_000;
/** Largest memory limit that is sensible, in MiB: what a WebAssembly memory of 32 bits can have. */
export const MAX_MEMORY_MB = 4096;
/** Longest program that is run, in UTF-16 units. */
const MAX_PROGRAM_CHARS = 1_000_000;
/** Longest text that is given to a script's standard input, in UTF-16 units. */
const MAX_INPUT_CHARS = 32 * 2 ** 20;

/** @throws {@link InvalidSubmissionError} naming the submission and what is wrong with it. */
export function checkSubmission(submission: Submission): void {
  const { id, tests, io, harness, timeoutMs, memoryMb } = submission;
  const invalid = (what: string): never => {
    throw new InvalidSubmissionError(what);
  };
  if (tests.length === 0 && !harness && !io?.length)
    invalid(`Submission ${id} has no tests, so nothing could fail it.`);
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
    invalid(`Submission ${id} has a deadline of ${timeoutMs} ms; give one between 0 and ${MAX_TIMEOUT_MS}.`);
  }
  if (memoryMb !== undefined && !(memoryMb > 0 && memoryMb <= MAX_MEMORY_MB)) {
    invalid(
      `Submission ${id} has a memory limit of ${memoryMb} MiB; give one between 0 and ${MAX_MEMORY_MB}.`,
    );
  }
  if (harness && languageOf(submission) !== 'python') {
    invalid(`Submission ${id} has a harness, which is Python, for a program that is not.`);
  }
  if (io && (tests.length > 0 || harness)) {
    invalid(`Submission ${id} has tests of a function and tests of a script; a program is one or the other.`);
  }
  if (io && languageOf(submission) !== 'python') {
    invalid(`Submission ${id} is a script that reads its standard input, and only Python is run so.`);
  }
  for (const [i, test] of (io ?? []).entries()) {
    const problem = problemOfIo(test);
    if (problem !== null) invalid(`Test ${i + 1} of submission ${id}: ${problem}`);
  }
  for (const [i, test] of tests.entries()) {
    const problem = problemOf(test, submission);
    if (problem !== null) invalid(`Test ${i + 1} of submission ${id}: ${problem}`);
  }
}

/** What is wrong with a test, in a sentence; `null` if nothing is. */
function problemOf({ args, kwargs, expected, compare }: Test, submission: Submission): string | null {
  const language = languageOf(submission);
  if (kwargs && language !== 'python') return 'Only Python has arguments by name.';
  if (kwargs && Object.hasOwn(kwargs, '$')) return 'The arguments by name are an object of names.';
  try {
    for (const arg of [...args, ...Object.values(kwargs ?? {})]) checkValue(arg, language, 'argument');
    checkValue(expected, language, 'expected');
  } catch (error) {
    if (!(error instanceof ValueFormatError)) throw error;
    return error.message;
  }
  if (compare?.tolerance && !isTolerance(compare.tolerance))
    return 'A tolerance is a finite number that is not negative.';
  const collection = compare?.as === 'sequence' || compare?.as === 'unordered' || compare?.as === 'set';
  if (collection && !isCollection(expected, language))
    return `Compared as ${compare.as}, the expected value must be a collection.`;
  return null;
}

function problemOfIo({ input, output }: IoTest): string | null {
  if (input.length > MAX_INPUT_CHARS) return `The input is longer than ${MAX_INPUT_CHARS} characters.`;
  if (new TextEncoder().encode(output).length > MAX_PRINTED_BYTES)
    return `The expected output is longer than ${MAX_PRINTED_BYTES} bytes, which is all that is kept of a program's.`;
  const half = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
  return half.test(input) || half.test(output)
    ? 'Half a surrogate pair is no text that can be read or printed.'
    : null;
}

function isTolerance({ relative = 0, absolute = 0 }: NonNullable<Comparison['tolerance']>): boolean {
  return [relative, absolute].every((each) => Number.isFinite(each) && each >= 0);
}

/** A verdict for what never enters the sandbox: no program, or one too long. */
export function refuse(submission: Submission): Verdict | null {
  const { program } = submission;
  const facts = { timeMs: 0, engine: 'none' };
  if (program === null) {
    const error = { type: 'NoCode', message: 'The completion holds no program.', line: null };
    return emptyVerdict(submission, 'no-code', error, facts);
  }
  if (program.length > MAX_PROGRAM_CHARS) {
    const message = `The program has ${program.length} characters; at most ${MAX_PROGRAM_CHARS} are run.`;
    return emptyVerdict(submission, 'memory', { type: 'MemoryError', message, line: null }, facts);
  }
  return null;
}
