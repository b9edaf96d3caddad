import * as v from 'valibot';
import type { Json, JsonObject } from '../json-line.ts';
import { nullableText, parse, programOf, text, unfenced, type ReadOptions } from './fields.ts';
import { plusNote, type CodeTask } from './humaneval.ts';

/**
 * MBPP, full and sanitized, and what is written like it: asserts that call a function by its name. Of EvalPlus either file
 * (`assertion`, or `test_list` with `test`), and lists of asserts as AceCode has them (`test_cases`).
 */

const texts = v.optional(v.nullable(v.array(text, 'an array of texts')), []);
const schema = v.object({
  code: nullableText,
  canonical_solution: nullableText,
  entry_point: nullableText,
  test_list: v.array(text, 'an array of texts'),
  assertion: nullableText,
  test: nullableText,
  test_setup_code: nullableText,
  test_imports: texts,
  challenge_test_list: texts,
});

export function readMbpp(record: JsonObject, id: string, options: ReadOptions): CodeTask {
  const { test_list: list, test_cases: cases } = record;
  const listed = list ?? cases ?? (typeof record['assertion'] === 'string' ? [] : undefined);
  const read = parse(schema, {
    ...record,
    ...(listed === undefined ? {} : { test_list: listFrom(listed) }),
    test_imports: listFrom(record['test_imports'] ?? null),
    challenge_test_list: listFrom(record['challenge_test_list'] ?? null),
  });
  const { code, canonical_solution, assertion, test, test_setup_code } = read;
  const solution = code ?? canonical_solution;
  const reference = solution === null ? null : unfenced(solution);
  const program = programOf(record, options, () => reference);
  const asserts = [
    ...read.test_list,
    ...(read.challenge_test_list ?? []),
    ...(assertion === null ? [] : [assertion]),
  ];
  const setup = [...(read.test_imports ?? []), test_setup_code ?? ''];
  // EvalPlus on the Hub has its further tests as a script, which calls the function as the asserts do.
  if (test !== null) asserts.push(test);
  const entry = read.entry_point;
  return {
    submission: { id, program, entry: entry ?? '' },
    code: { source: null, asserts, setup: setup.join('\n'), context: '', entry, reference },
    ...plusNote(record),
  };
}

/** A list of texts, which a table may have turned into one text: as JSON, or as Python prints lists. */
function listFrom(held: Json): Json {
  if (typeof held !== 'string') return held;
  const body = held.trim();
  if (!body.startsWith('[') || !body.endsWith(']')) return held;
  try {
    return JSON.parse(body) as Json;
  } catch {
    return pythonTexts(body) ?? held;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\n': '' };

const ESCAPED = /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/;

/** What `repr` of a list of texts stands for; `null` if it holds anything else. */
export function pythonTexts(printed: string): string[] | null {
  const found: string[] = [];
  let rest = printed.slice(1, -1).trim();
  while (rest !== '') {
    const quote = rest[0];
    if (quote !== "'" && quote !== '"') return null;
    let item = '';
    let at = 1;
    for (; at < rest.length && rest[at] !== quote; at++) {
      if (rest[at] !== '\\') {
        item += rest[at];
        continue;
      }
      const code = ESCAPED.exec(rest.slice(at, at + 10));
      const digits = code?.[1] ?? code?.[2] ?? code?.[3];
      const next = rest[at + 1] ?? '';
      const point = parseInt(digits ?? '', 16);
      if (point > 0x10ffff) return null;
      item += digits === undefined ? (ESCAPES[next] ?? next) : String.fromCodePoint(point);
      at += digits === undefined ? 1 : digits.length + 1;
    }
    if (at >= rest.length) return null;
    found.push(item);
    rest = rest.slice(at + 1).trimStart();
    if (rest === '') break;
    if (!rest.startsWith(',')) return null;
    rest = rest.slice(1).trimStart();
  }
  return found;
}
