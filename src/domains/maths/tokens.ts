/**
 * The tokens of expressions as people, LaTeX and models write them: `1,234`, `3 1/2`, `2\frac{1}{3}`, `(14 + 7) * 3`,
 * `50%`, `33 mod 5`. Reading takes time in proportion to the text, which is bounded.
 */
import { add as addNumbers, ArithmeticError, parseDecimal, type Rational, rational } from './rational.ts';

/** Longest text that is read as one expression, in UTF-16 units. */
export const MAX_EXPRESSION = 1000;

export type Token =
  /** `whole` is an unsigned integer as written, which may begin a mixed number. */
  | { readonly kind: 'number'; readonly value: Rational; readonly whole: boolean }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'operator'; readonly operator: '+' | '-' | '*' | '/' | '^' | 'mod' | '%' }
  | { readonly kind: 'relation' | 'open' | 'close' | 'fraction' }
  /** What is no part of an expression. */
  | { readonly kind: 'other'; readonly text: string };

const VULGAR: Readonly<Record<string, readonly [number, number]>> = {
  '½': [1, 2],
  '⅓': [1, 3],
  '⅔': [2, 3],
  '¼': [1, 4],
  '¾': [3, 4],
  '⅕': [1, 5],
  '⅖': [2, 5],
  '⅗': [3, 5],
  '⅘': [4, 5],
  '⅙': [1, 6],
  '⅚': [5, 6],
  '⅛': [1, 8],
  '⅜': [3, 8],
  '⅝': [5, 8],
  '⅞': [7, 8],
};

const operator = (name: Extract<Token, { kind: 'operator' }>['operator']): Token => ({
  kind: 'operator',
  operator: name,
});
const RELATION: Token = { kind: 'relation' };

const SIGNS: Readonly<Record<string, Token>> = {
  '+': operator('+'),
  '-': operator('-'),
  '−': operator('-'),
  '–': operator('-'),
  '－': operator('-'),
  '*': operator('*'),
  '×': operator('*'),
  '·': operator('*'),
  '⋅': operator('*'),
  '∙': operator('*'),
  '/': operator('/'),
  '÷': operator('/'),
  '∕': operator('/'),
  '⁄': operator('/'),
  '^': operator('^'),
  '%': operator('%'),
  '=': RELATION,
  '(': { kind: 'open' },
  '[': { kind: 'open' },
  '{': { kind: 'open' },
  ')': { kind: 'close' },
  ']': { kind: 'close' },
  '}': { kind: 'close' },
};

const WORDS: Readonly<Record<string, Token>> = {
  plus: operator('+'),
  minus: operator('-'),
  times: operator('*'),
  of: operator('*'),
  over: operator('/'),
  mod: operator('mod'),
  modulo: operator('mod'),
  is: RELATION,
  equals: RELATION,
  gives: RELATION,
  makes: RELATION,
  pi: { kind: 'name', name: 'π' },
};

const COMMANDS: Readonly<Record<string, Token | null>> = {
  frac: { kind: 'fraction' },
  dfrac: { kind: 'fraction' },
  tfrac: { kind: 'fraction' },
  cdot: operator('*'),
  times: operator('*'),
  div: operator('/'),
  bmod: operator('mod'),
  mod: operator('mod'),
  pi: { kind: 'name', name: 'π' },
  '%': operator('%'),
  '{': SIGNS['{']!,
  '}': SIGNS['}']!,
  left: null,
  right: null,
  boxed: null,
  displaystyle: null,
  quad: null,
  ',': null,
  ';': null,
  ':': null,
  '!': null,
  ' ': null,
};

const SPACE = /\s+/y;
const GROUPED = /[1-9]\d{0,2}(?:[,\u2009\u202f\u00a0]\d{3})+(?!\d)(?:\.\d+)?/y;
const MIXED = /(\d{1,400})\s+(\d{1,400})\/(\d{1,400})(?![\d^/]|[.,]\d)/y;
const RATIO = /(\d{1,400})\/(\d{1,400})(?![\d^/]|[.,]\d)/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const SHORT_FRACTION = /\\[dt]?frac\s*(\d)\s*(\d)/y;
const COMMAND = /\\([A-Za-z]+|.)/suy;
const WORD = /(?:divided|multiplied)\s+by|\p{L}+/uy;
const PRODUCT = /^[xyz]+$/;
const SUPERSCRIPT: Readonly<Record<string, number>> = { '²': 2, '³': 3 };

const whole = (text: string): bigint => BigInt(text);
const number = (value: Rational, isWholeNumber = false): Token => ({
  kind: 'number',
  value,
  whole: isWholeNumber,
});

/** `2\,500` and `2{,}500` are how LaTeX writes thousands. */
const plainGroups = (text: string): string => text.replaceAll(/(\d)(?:\{,\}|\\,)(?=\d{3}(?!\d))/g, '$1,');

/**
 * The tokens of a text; those that no expression has are `other`. A single letter is a variable where `isVariable`
 * says so. @throws ArithmeticError for a number that is too large or a fraction over 0
 */
export function tokenize(text: string, isVariable: (letter: string) => boolean = () => true): Token[] {
  const source = plainGroups(text);
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  while (at < source.length) {
    if (take(SPACE)) continue;
    const last = tokens.at(-1);
    const binds = last?.kind === 'operator' && (last.operator === '/' || last.operator === '^');
    const mixed = take(MIXED);
    if (mixed) {
      const [, ones = '', top = '', bottom = ''] = mixed;
      tokens.push(number(addNumbers(rational(whole(ones)), rational(whole(top), whole(bottom)))));
      continue;
    }
    const ratio = binds ? null : take(RATIO);
    if (ratio) {
      tokens.push(number(rational(whole(ratio[1]!), whole(ratio[2]!))));
      continue;
    }
    const grouped = take(GROUPED);
    if (grouped) {
      const digits = grouped[0].replaceAll(/[^\d.]/g, '');
      tokens.push(number(parseDecimal(digits), !digits.includes('.')));
      continue;
    }
    const decimal = take(NUMBER);
    if (decimal) {
      tokens.push(number(parseDecimal(decimal[0]), /^\d+$/.test(decimal[0])));
      continue;
    }
    const short = take(SHORT_FRACTION);
    if (short) {
      tokens.push(...fractionOver(last, rational(whole(short[1]!), whole(short[2]!)), tokens));
      continue;
    }
    const command = take(COMMAND);
    if (command) {
      const known = Object.hasOwn(COMMANDS, command[1]!) ? COMMANDS[command[1]!] : undefined;
      if (known !== null) tokens.push(known ?? { kind: 'other', text: command[0] });
      continue;
    }
    const word = take(WORD);
    if (word) {
      tokens.push(...wordTokens(word[0], isVariable));
      continue;
    }
    const character = String.fromCodePoint(source.codePointAt(at)!);
    at += character.length;
    const vulgar = VULGAR[character];
    if (vulgar) tokens.push(...fractionOver(last, rational(...vulgar), tokens));
    else if (character === '*' && source[at] === '*') {
      at++;
      tokens.push(operator('^'));
    } else if (SUPERSCRIPT[character] !== undefined)
      tokens.push(operator('^'), number(rational(SUPERSCRIPT[character]), true));
    else tokens.push(SIGNS[character] ?? { kind: 'other', text: character });
  }
  return tokens;
}

/** A fraction sign after a whole number makes a mixed number of the two. */
function fractionOver(last: Token | undefined, value: Rational, tokens: Token[]): Token[] {
  if (last?.kind !== 'number' || !last.whole) return [number(value)];
  tokens.pop();
  return [number(addNumbers(last.value, value))];
}

function wordTokens(word: string, isVariable: (letter: string) => boolean): Token[] {
  const lower = word.toLowerCase();
  if (lower.startsWith('divided ')) return [operator('/')];
  if (lower.startsWith('multiplied ')) return [operator('*')];
  if (Object.hasOwn(WORDS, lower)) return [WORDS[lower]!];
  if (word === 'π') return [{ kind: 'name', name: 'π' }];
  if ((/^[A-Za-z]$/.test(word) || PRODUCT.test(word)) && [...word].every(isVariable))
    return [...word].map((name) => ({ kind: 'name', name }));
  return [{ kind: 'other', text: word }];
}

/** As {@link tokenize}; null in place of an error and for a text beyond {@link MAX_EXPRESSION}. */
export function tokensOf(text: string, isVariable?: (letter: string) => boolean): Token[] | null {
  if (text.length > MAX_EXPRESSION) return null;
  try {
    return tokenize(text, isVariable);
  } catch (error) {
    if (error instanceof ArithmeticError) return null;
    throw error;
  }
}
