/** Answers: what a text says the answer is, and whether two of them are the same. Nothing is rounded. */
import { parseTokens } from './expression.ts';
import { type Token, tokensOf } from './tokens.ts';
import { equals, numberOf, type Polynomial } from './polynomial.ts';
import { absolute, compare, type Rational, subtract } from './rational.ts';

/** Longest text that an answer is looked for in; a longer one is not read. */
export const MAX_ANSWER = 4000;

const FINAL = '####';
const BOX = /\\(?:boxed|fbox)\s*\{/g;
const OPENING = /^(?:the\s+)?(?:final\s+)?answer\s*(?:is\b|:|=)\s*/i;

/** The part of a text that states its answer: after the last `####`, else in the last `\boxed{…}`, else all of it. */
export function answerPart(text: string): string {
  const final = text.lastIndexOf(FINAL);
  if (final >= 0) return text.slice(final + FINAL.length);
  const last = [...text.matchAll(BOX)].at(-1);
  if (last === undefined) return text;
  const start = last.index + last[0].length;
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return text.slice(start, i);
  }
  return text.slice(start);
}

/** Pairs of marks that LaTeX puts around a formula. */
const FENCES = [
  ['$$', '$$'],
  ['$', '$'],
  ['\\(', '\\)'],
  ['\\[', '\\]'],
] as const;

function unfenced(text: string): string {
  for (const [open, close] of FENCES) {
    if (text.length >= open.length + close.length && text.startsWith(open) && text.endsWith(close))
      return text.slice(open.length, -close.length).trim();
  }
  return text;
}

/** LaTeX's ways to set a word as text. */
const plainWords = (text: string): string =>
  text
    .replaceAll(/\\(?:text|textrm|mathrm|mbox)\s*\{([^{}]*)\}/g, ' $1 ')
    .replaceAll('\\$', '$')
    .replaceAll('\\%', '%')
    .replaceAll('^\\circ', '°')
    .trim();

const withoutStop = (text: string): string => (text.endsWith('.') ? text.slice(0, -1).trimEnd() : text);

/** Without one of the units at either end; a letter next to it would make it part of another word. */
function withoutUnit(text: string, units: readonly string[]): string {
  const lower = text.toLowerCase();
  for (const unit of [...units].sort((a, b) => b.length - a.length)) {
    const name = unit.toLowerCase();
    const joins = (character: string | undefined): boolean =>
      character !== undefined && /\p{L}/u.test(character) && /\p{L}/u.test(name);
    if (lower.endsWith(name) && !joins(lower[lower.length - name.length - 1]))
      return text.slice(0, text.length - unit.length).trim();
    const rest = lower.replace(/^[-−–]\s*/, '');
    const sign = text.slice(0, text.length - rest.length);
    if (rest.startsWith(name) && !joins(rest[name.length]))
      return sign + text.slice(sign.length + unit.length).trim();
  }
  return text;
}

/** In `x = 7` the 7. */
function rightSide(tokens: readonly Token[]): readonly Token[] {
  return tokens.length > 2 && tokens[0]?.kind === 'name' && tokens[1]?.kind === 'relation'
    ? tokens.slice(2)
    : tokens;
}

/**
 * The answer that a text states: an integer, decimal, percentage, fraction, mixed number or simple expression, with or
 * without one of the `units` that the task allows. Null where it cannot be read as one. Costs linear time.
 */
export function readAnswer(text: string, units: readonly string[] = []): Polynomial | null {
  if (text.length > MAX_ANSWER) return null;
  const stated = withoutStop(answerPart(text).trim()).replace(OPENING, '');
  const bare = withoutUnit(withoutStop(plainWords(unfenced(stated))), units);
  const tokens = tokensOf(bare);
  return tokens && (parseTokens(rightSide(tokens))?.value ?? null);
}

/** Equal, or, where the task allows it, numbers no further apart than `tolerance`. */
export function sameAnswer(a: Polynomial, b: Polynomial, tolerance: Rational | null = null): boolean {
  if (equals(a, b)) return true;
  const [x, y] = [numberOf(a), numberOf(b)];
  return tolerance !== null && x !== null && y !== null && compare(absolute(subtract(x, y)), tolerance) <= 0;
}
