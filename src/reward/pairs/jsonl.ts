import { messageOf } from '../../errors.ts';
import { type LineProblem, pairsOf, Unreadable } from './record.ts';
import type { ImportedPair } from './types.ts';

export { MAX_TEXT, type LineProblem } from './record.ts';

/** Pairs as JSON lines: TRL's `prompt`, `chosen`, `rejected`, and our labels beside them. `record.ts` has what else is read. */

/** A line that was skipped, by its number from 1, and why. */
export interface SkippedLine {
  readonly line: number;
  readonly problem: LineProblem;
  readonly message: string;
}

export interface PairFile {
  readonly pairs: readonly ImportedPair[];
  /** Line of each pair, for what is found out about it later; a line may hold several. */
  readonly lines: readonly number[];
  readonly skipped: readonly SkippedLine[];
}

/** A file without a single usable pair; nothing was done with it. */
export class PairFileError extends Error {
  override readonly name = 'PairFileError';
}

/**
 * Reads every line; those that cannot be used are skipped and named, never repaired. Unknown fields are left aside.
 * @throws PairFileError when no pair is left
 */
export function readPairs(bytes: Uint8Array): PairFile {
  const pairs: ImportedPair[] = [];
  const lines: number[] = [];
  const skipped: SkippedLine[] = [];
  let line = 0;
  for (const part of byteLines(bytes)) {
    line++;
    if (part.every((byte) => byte === 32 || (byte >= 9 && byte <= 13))) continue;
    try {
      for (const pair of readLine(part)) {
        pairs.push(pair);
        lines.push(line);
      }
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      skipped.push({ line, problem: error.problem, message: error.message });
    }
  }
  if (pairs.length > 0) return { pairs, lines, skipped };
  const [first] = skipped;
  throw new PairFileError(
    first === undefined
      ? 'The file holds no pairs. Each line is an object {"prompt","chosen","rejected"}.'
      : `None of the ${skipped.length} lines is a pair; line ${first.line}: ${first.message} Nothing was used.`,
  );
}

function* byteLines(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

function readLine(bytes: Uint8Array): ImportedPair[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Unreadable('not-utf8', 'The line is not UTF-8 text.');
  }
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    const reason = messageOf(error);
    throw new Unreadable('not-json', `The line is not JSON: ${reason.slice(0, 200)}.`);
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    throw new Unreadable('wrong-type', 'The line is not a JSON object.');
  return pairsOf(record as Readonly<Record<string, unknown>>);
}

/** One pair a line, in the order of the columns and labels. */
export function writePairs(pairs: readonly ImportedPair[]): string {
  return pairs
    .map((pair) => {
      const { prompt, chosen, rejected, ...labels } = pair;
      return `${JSON.stringify({ prompt, chosen, rejected, ...labels })}\n`;
    })
    .join('');
}
