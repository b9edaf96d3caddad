import * as v from 'valibot';

/** Values further from the file's than this, absolutely, fail. */
export const TOLERANCE = 1e-6;

export interface Verification {
  readonly ok: boolean;
  /** Numbers compared. */
  readonly checked: number;
  /** Largest error of each kind of value that the file holds. */
  readonly largestErrors: Readonly<Record<string, number>>;
  readonly tolerance: number;
  /** Where we differ, e.g. `losses.3.grad.0.4: ours 0.1, the file’s 0.2`; at most 20, then a count. */
  readonly failures: readonly string[];
}

/** The file is not of the form that can be verified; the message names every bad field by its path. */
export class MalformedFileError extends Error {
  override readonly name = 'MalformedFileError';
}

const FAILURES_SHOWN = 20;

/** Collects the errors of one verification. */
export class Comparison {
  #checked = 0;
  readonly #largest: Record<string, number> = {};
  readonly #failures: string[] = [];

  scalar(kind: string, path: string, ours: number, expected: number): void {
    const error = Math.abs(ours - expected);
    this.#checked += 1;
    this.#largest[kind] = Math.max(this.#largest[kind] ?? 0, error);
    // Written so that NaN fails.
    if (!(error <= TOLERANCE)) this.#failures.push(`${path}: ours ${ours}, the file’s ${expected}`);
  }

  vector(kind: string, path: string, ours: readonly number[], expected: readonly number[]): void {
    expected.forEach((value, i) => this.scalar(kind, `${path}.${i}`, ours[i] ?? NaN, value));
  }

  result(): Verification {
    if (this.#checked === 0) throw new MalformedFileError('The file holds no values to compare with.');
    const rest = this.#failures.length - FAILURES_SHOWN;
    return {
      ok: this.#failures.length === 0,
      checked: this.#checked,
      largestErrors: this.#largest,
      tolerance: TOLERANCE,
      failures: [...this.#failures.slice(0, FAILURES_SHOWN), ...(rest > 0 ? [`and ${rest} more`] : [])],
    };
  }
}

export function malformed(path: string, problem: string): MalformedFileError {
  return new MalformedFileError(`The file is malformed: “${path}” ${problem}.`);
}

/** @throws MalformedFileError naming up to five bad fields by their paths. */
export function parseFile<S extends v.GenericSchema>(schema: S, json: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const problems = result.issues.slice(0, 5).map((issue) => {
    const path = v.getDotPath(issue);
    return path === null ? issue.message : `“${path}” ${issue.message}`;
  });
  throw new MalformedFileError(`The file is malformed: ${problems.join('; ')}.`);
}
