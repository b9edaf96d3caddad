/**
 * Tests as people write them, one statement each. A call and what it must return is a test by itself, such as
 * `f([1, 2]) == 3`, in JavaScript `f([1, 2]) === 3`; a comment behind it may say how the two are compared:
 * `# compare: equal, within 1e-9`. A JSON object is a test as a file has it. Everything else is code, which Python alone has.
 */
import type { Comparison, Language, Test } from '../../sandbox/types.ts';
import { formatLiteral } from '../code/literals/format-literal.ts';
import { LiteralError, loadLiterals, parseArguments, parseValue } from '../code/literals/literal.ts';
import { isObject } from '../code/grading/formats/fields.ts';
import {
  type Json,
  JsonLineError,
  type JsonObject,
  parseJsonLine,
  writeJsonLine,
} from '../code/grading/json-line.ts';
import type { Item } from './draft.ts';

/** A part of a text of tests, told by the grammar of its language. */
export interface Statement {
  /** Where it stands in the text. */
  readonly from: number;
  readonly to: number;
  /** What stands behind it on its last line, without the sign of a comment. */
  readonly comment: string;
  readonly kind: StatementKind;
}

export type StatementKind =
  | { readonly kind: 'code' | 'json' }
  | ({ readonly kind: 'call' } & CallText)
  /** A call by itself. */
  | { readonly kind: 'bare'; readonly callee: string }
  | { readonly kind: 'unread'; readonly reason: string };

/** The texts that a test in the form of a call is made of. */
export interface CallText {
  readonly callee: string;
  readonly args: string;
  readonly kwargs: readonly (readonly [name: string, value: string])[];
  readonly expected: string;
}

/** One test of a text. */
export interface WrittenTest {
  /** As a record of the own form has it; the text itself where it cannot be read. */
  readonly item: Json;
  /** Why it cannot be read. */
  readonly reason: string | null;
  /** Its lines, from 1, both included. */
  readonly first: number;
  readonly last: number;
}

const EQUALS: Readonly<Record<Language, string>> = { python: '==', javascript: '===' };
const COMMENT: Readonly<Record<Language, string>> = { python: '#', javascript: '//' };

/** What cannot be read keeps its place, so that places in the text and in the suite are the same. */
export async function readSuite(text: string, language: Language, entry: string): Promise<WrittenTest[]> {
  const [statements] = await Promise.all([statementsOf(text, language), loadLiterals(language)]);
  return statements.map((statement) => {
    const source = text.slice(statement.from, statement.to);
    const first = lineAt(text, statement.from);
    const lines = { first, last: first + source.trimEnd().split('\n').length - 1 };
    try {
      return { item: itemOf(statement, source, language, entry), reason: null, ...lines };
    } catch (error) {
      const known =
        error instanceof UnreadTestError || error instanceof LiteralError || error instanceof JsonLineError;
      if (!known) throw error;
      return { item: source, reason: error.message, ...lines };
    }
  });
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;

/** Fetched when they are first wanted: the parsers are large. */
async function statementsOf(text: string, language: Language): Promise<Statement[]> {
  return language === 'python'
    ? (await import('./python-statements.ts')).pythonStatements(text)
    : (await import('./javascript-statements.ts')).javascriptStatements(text);
}

class UnreadTestError extends Error {}

const unread = (reason: string): never => {
  throw new UnreadTestError(reason);
};

function itemOf({ kind, comment }: Statement, source: string, language: Language, entry: string): Json {
  switch (kind.kind) {
    case 'unread':
      return unread(kind.reason);
    case 'json': {
      const parsed = parseJsonLine(source, 'test');
      return isObject(parsed) ? parsed : unread('The test is no JSON object.');
    }
    case 'bare': {
      if (language === 'python' && !isEntry(kind.callee, entry)) return source.trimEnd();
      return unread(`What must it return? ${source.trimEnd()} ${EQUALS[language]} …`);
    }
    case 'call':
      return testOf(kind, comment, language, entry);
    case 'code':
      return source.trimEnd();
  }
}

/** Whether a test calls the function that it is of, as far as that is known. */
function isEntry(callee: string, entry: string): boolean {
  const withoutSpace = (text: string): string => text.replace(/\s+/g, '');
  return entry.trim() === '' || withoutSpace(callee) === withoutSpace(entry);
}

function testOf(
  { callee, args, kwargs, expected }: CallText,
  comment: string,
  language: Language,
  entry: string,
): JsonObject {
  if (!isEntry(callee, entry)) unread(`This calls ${callee}; the function is ${entry.trim()}.`);
  const named = kwargs.map(([name, value]) => [name, parseValue(value, language)] as const);
  const compare = comparisonIn(comment);
  return {
    args: parseArguments(args, language) as Json[],
    ...(named.length === 0 ? {} : { kwargs: Object.fromEntries(named) as JsonObject }),
    expected: parseValue(expected, language) as Json,
    ...(compare === null ? {} : { compare }),
  };
}

const TYPES: readonly string[] = ['exact', 'equal', 'json'];
const AS: readonly string[] = ['sequence', 'unordered', 'set', 'truth'];
const WITHIN = /^within (\S+)( relative)?$/;

/** What a comment says of the comparison; null for any other comment. */
function comparisonIn(comment: string): JsonObject | null {
  const said = /^\s*compare:(.*)$/.exec(comment)?.[1];
  if (said === undefined) return null;
  const compare: JsonObject = {};
  const tolerance: JsonObject = {};
  for (const word of said.split(',').map((part) => part.trim().replace(/\s+/g, ' '))) {
    const [, margin = '', relative] = WITHIN.exec(word) ?? [];
    const number = Number(margin);
    if (TYPES.includes(word)) compare['types'] = word;
    else if (AS.includes(word)) compare['as'] = word;
    else if (margin !== '' && number >= 0 && Number.isFinite(number))
      tolerance[relative === undefined ? 'absolute' : 'relative'] = number;
    else
      unread(
        `“${word}” is no comparison. There are ${[...TYPES, ...AS].join(', ')}, within 1e-9 and within 1e-9 relative.`,
      );
  }
  return Object.keys(tolerance).length === 0 ? compare : { ...compare, tolerance };
}

function comparisonText({ types, as, tolerance }: Comparison): string {
  const { absolute, relative } = tolerance ?? {};
  const words = [
    types,
    as,
    absolute === undefined ? undefined : `within ${absolute}`,
    relative === undefined ? undefined : `within ${relative} relative`,
  ];
  return words.filter((word) => word !== undefined).join(', ');
}

/** A suite as a text that reads as the same tests. */
export async function writeSuite(items: readonly Item[], language: Language, entry: string): Promise<string> {
  const lines = await Promise.all(
    items.map(async (item) => {
      if (typeof item === 'string') return item.trimEnd();
      const text = callText(item, language, entry);
      const [read, ...more] = await readSuite(text, language, entry);
      const same = more.length === 0 && JSON.stringify(read?.item) === JSON.stringify(inOrder(item));
      return same ? text : writeJsonLine(inOrder(item));
    }),
  );
  return lines.map((line) => `${line}\n`).join('');
}

function callText({ args, kwargs = {}, expected, compare }: Test, language: Language, entry: string): string {
  const given = [
    ...args.map((arg) => formatLiteral(arg, language)),
    ...Object.entries(kwargs).map(([name, value]) => `${name}=${formatLiteral(value, language)}`),
  ];
  const said = compare ? comparisonText(compare) : '';
  const comment = said === '' ? '' : `  ${COMMENT[language]} compare: ${said}`;
  return `${entry}(${given.join(', ')}) ${EQUALS[language]} ${formatLiteral(expected, language)}${comment}`;
}

/** The test with its parts in the order in which they are read. */
function inOrder({ args, kwargs, expected, compare }: Test): object {
  const { types, as, tolerance } = compare ?? {};
  const { absolute, relative } = tolerance ?? {};
  return {
    args,
    ...(kwargs ? { kwargs } : {}),
    expected,
    ...(compare
      ? {
          compare: {
            ...(types ? { types } : {}),
            ...(as ? { as } : {}),
            ...(tolerance
              ? {
                  tolerance: {
                    ...(absolute === undefined ? {} : { absolute }),
                    ...(relative === undefined ? {} : { relative }),
                  },
                }
              : {}),
          },
        }
      : {}),
  };
}
