/**
 * One line of JSON as programs write it. Two things that `JSON.parse` loses are kept: an integer beyond 2⁵³ becomes
 * the tag `int`, and a number written as a float (`1.0`, `1e3`) the tag `float`, so that what Python's `json.dumps`
 * writes means what it meant.
 */

/** A line that is not JSON; the message says where or why. */
export class JsonLineError extends Error {
  override readonly name = 'JsonLineError';
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const CONSTANT = /-?Infinity|NaN/;
/** Far beyond any value that is graded, and far within the stack of what walks through a line. */
const MAX_NESTING = 500;
/** Never in JSON text of ours: marks what stood for a number until its place is known. */
const MARK = '\u0000number';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/**
 * @param what names the text in messages
 * @throws {@link JsonLineError}
 */
export function parseJsonLine(text: string, what = 'line'): Json {
  let marked = false;
  const [outside, replaced] = rewrite(text, (literal) => {
    if (isPlain(literal)) return literal;
    marked = true;
    return JSON.stringify({ [MARK]: literal });
  });
  if (deepest(outside) > MAX_NESTING) {
    throw new JsonLineError(`The ${what} is nested more than ${MAX_NESTING} deep.`);
  }
  try {
    // A line that is not JSON must be reported in its own words, not in those of what replaced them.
    const parsed = JSON.parse(text) as Json;
    return marked ? resolve(JSON.parse(replaced) as Json) : parsed;
  } catch (error) {
    const name = CONSTANT.exec(outside)?.[0];
    if (name !== undefined) {
      const v = { NaN: 'nan', Infinity: 'inf', '-Infinity': '-inf' }[name] ?? '';
      throw new JsonLineError(`${name} is not JSON: write {"$":"float","v":"${v}"} for it.`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new JsonLineError(`The ${what} is not JSON: ${reason.slice(0, 200).replace(/\s+/g, ' ')}.`);
  }
}

/**
 * The text without its strings, and the text with its number literals changed. Strings are passed over by hand: a
 * pattern for them exhausts the stack on a program of megabytes.
 */
function rewrite(text: string, change: (literal: string) => string): [outside: string, changed: string] {
  const outside: string[] = [];
  const changed: string[] = [];
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at);
    const between = text.slice(at, quote === -1 ? text.length : quote);
    outside.push(between);
    changed.push(between.replace(NUMBER, change));
    if (quote === -1) break;
    at = endOfString(text, quote);
    changed.push(text.slice(quote, at));
  }
  return [outside.join(' '), changed.join('')];
}

/** How deep brackets are nested in a text without strings. */
function deepest(text: string): number {
  let depth = 0;
  let most = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > most) most = depth;
  }
  return most;
}

/** The index after the closing quote of the string that opens at `quote`. */
function endOfString(text: string, quote: number): number {
  for (let at = quote + 1; ;) {
    const end = text.indexOf('"', at);
    if (end === -1) return text.length;
    let before = end - 1;
    while (text[before] === '\\') before--;
    if ((end - before) % 2 === 1) return end + 1;
    at = end + 1;
  }
}

/** Whether JSON.parse reads the number as what it is. */
function isPlain(token: string): boolean {
  const integer = /^-?\d+$/.test(token);
  return integer ? Number.isSafeInteger(Number(token)) : !Number.isSafeInteger(Number(token));
}

function resolve(value: Json): Json {
  if (Array.isArray(value)) return value.map(resolve);
  if (value === null || typeof value !== 'object') return value;
  const literal = literalOf(value);
  if (literal !== null) {
    if (/^-?\d+$/.test(literal)) return { $: 'int', v: literal };
    return { $: 'float', v: Object.is(Number(literal), -0) ? '-0.0' : Number(literal) };
  }
  const tagged = Object.hasOwn(value, '$');
  // What a tag holds is a number already told apart.
  const inTag = tagged && ['float', 'complex', 'int', 'bigint'].includes(String(value['$']));
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [key, inTag ? untagged(held) : resolve(held)]),
  );
}

function untagged(value: Json): Json {
  if (Array.isArray(value)) return value.map(untagged);
  const literal = literalOf(value);
  if (literal === null) return value;
  return /^-?\d+$/.test(literal) ? literal : Number(literal);
}

function literalOf(value: Json): string | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const held = Object.hasOwn(value, MARK) ? value[MARK] : null;
  return typeof held === 'string' ? held : null;
}

/** The number that a field holds which is no value of a program, such as a limit. */
export function plainNumber(value: unknown): unknown {
  const tagged = typeof value === 'object' && value !== null && '$' in value && 'v' in value;
  return tagged && value.$ === 'float' ? value.v : value;
}
