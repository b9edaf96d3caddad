import * as v from 'valibot';
import { DIMENSIONS, type ImportedPair, PAIR_KINDS, type PairColumns } from './types.ts';
import { messageOf } from '../../errors.ts';
import { THINK_CLOSE, THINK_OPEN } from '../../tasks/format.ts';

/**
 * Pairs as JSON lines: TRL's `prompt`, `chosen`, `rejected`, and our labels beside them. Also reads RewardBench's files
 * and ones in the manner of LCB-RB: a text may be a list of chat messages, and `subset` names a slice.
 */

export type LineProblem =
  'not-utf8' | 'not-json' | 'missing-field' | 'wrong-type' | 'empty-text' | 'equal-texts' | 'too-long';

/** A line that was skipped, by its number from 1, and why. */
export interface SkippedLine {
  readonly line: number;
  readonly problem: LineProblem;
  readonly message: string;
}

export interface PairFile {
  readonly pairs: readonly ImportedPair[];
  /** Line of each pair, for what is found out about it later. */
  readonly lines: readonly number[];
  readonly skipped: readonly SkippedLine[];
}

/** A file without a single usable pair; nothing was done with it. */
export class PairFileError extends Error {
  override readonly name = 'PairFileError';
}

/** Longest text that is read, in characters: models here take a few hundred tokens. */
export const MAX_TEXT = 32_768;

const LONE_SURROGATE = /[\uD800-\uDFFF]/u;

class Unreadable extends Error {
  constructor(
    readonly problem: LineProblem,
    message: string,
  ) {
    super(message);
  }
}

const label = v.optional(v.nullable(v.string('a text')));
const schema = v.object({
  taskId: label,
  family: label,
  subset: label,
  operation: label,
  writer: label,
  dimension: v.optional(v.nullable(v.picklist(DIMENSIONS, `one of ${DIMENSIONS.join(', ')}`))),
  kind: v.optional(v.nullable(v.picklist(PAIR_KINDS, `one of ${PAIR_KINDS.join(', ')}`))),
});

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
      pairs.push(readLine(part));
      lines.push(line);
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

function readLine(bytes: Uint8Array): ImportedPair {
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
  return readRecord(record as Readonly<Record<string, unknown>>);
}

function readRecord(record: Readonly<Record<string, unknown>>): ImportedPair {
  const columns: PairColumns = {
    prompt: promptOf(record['prompt']),
    chosen: thinkingOf(responseOf('chosen', record['chosen'])),
    rejected: thinkingOf(responseOf('rejected', record['rejected'])),
  };
  for (const [name, value] of Object.entries(columns) as [string, string][]) {
    if (value.trim() === '') throw new Unreadable('empty-text', `${name} is empty.`);
    if (value.length > MAX_TEXT)
      throw new Unreadable(
        'too-long',
        `${name} has ${value.length} characters; at most ${MAX_TEXT} are read.`,
      );
    // A lone surrogate would turn into another character on its way to bytes.
    if (LONE_SURROGATE.test(value))
      throw new Unreadable('not-utf8', `${name} holds half of a surrogate pair.`);
  }
  if (columns.chosen === columns.rejected)
    throw new Unreadable('equal-texts', 'chosen and rejected are the same text.');
  const parsed = v.safeParse(schema, record);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Unreadable('wrong-type', `${v.getDotPath(issue)} must be ${issue.message}.`);
  }
  const labels = Object.entries(parsed.output).filter(([, value]) => value !== null && value !== undefined);
  return { ...columns, ...(Object.fromEntries(labels) as Partial<ImportedPair>) };
}

type Message = { readonly role: unknown; readonly content: string };

function messagesOf(name: string, value: unknown): string | readonly Message[] {
  if (value === undefined || value === null) throw new Unreadable('missing-field', `${name} is missing.`);
  if (typeof value === 'string') return value;
  const isMessage = (item: unknown): item is Message =>
    typeof item === 'object' && item !== null && typeof (item as Message).content === 'string';
  if (Array.isArray(value) && value.length > 0 && value.every(isMessage)) return value;
  throw new Unreadable('wrong-type', `${name} must be a text or a list of messages with a content.`);
}

function promptOf(value: unknown): string {
  const read = messagesOf('prompt', value);
  return typeof read === 'string' ? read : read.map(({ content }) => content).join('\n');
}

/** Of a conversation the last message: what went before is the prompt. */
function responseOf(name: string, value: unknown): string {
  const read = messagesOf(name, value);
  return typeof read === 'string' ? read : read.at(-1)!.content;
}

/** The text inside the one thinking block of a whole completion; a text without one is the reasoning itself. */
export function thinkingOf(text: string): string {
  const start = text.indexOf(THINK_OPEN);
  const end = text.indexOf(THINK_CLOSE);
  const one =
    start >= 0 &&
    end > start &&
    start === text.lastIndexOf(THINK_OPEN) &&
    end === text.lastIndexOf(THINK_CLOSE);
  return one ? text.slice(start + THINK_OPEN.length, end).trim() : text;
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
