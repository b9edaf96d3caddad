/**
 * Expressions as people, LaTeX and models write them: `1,234`, `3 1/2`, `2\frac{1}{3}`, `(14 + 7) * 3`, `3x − 4`,
 * `50%`, `33 mod 5`. Reading costs time in proportion to the text, which is bounded, and never throws.
 */
import {
  add,
  constant,
  divide,
  multiply,
  negate,
  numberOf,
  onNumbers,
  type Polynomial,
  power,
  variable,
} from './polynomial.ts';
import {
  add as addNumbers,
  ArithmeticError,
  modulo,
  parseDecimal,
  type Rational,
  rational,
} from './rational.ts';

/** Longest text that is read as one expression, in UTF-16 units. */
export const MAX_EXPRESSION = 1000;
const MAX_DEPTH = 64;

export type Token =
  /** `whole` is an unsigned integer as written, which may begin a mixed number. */
  | { readonly kind: 'number'; readonly value: Rational; readonly whole: boolean }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'operator'; readonly operator: '+' | '-' | '*' | '/' | '^' | 'mod' | '%' }
  | { readonly kind: 'relation' | 'open' | 'close' | 'fraction' }
  /** What is no part of an expression. */
  | { readonly kind: 'other'; readonly text: string };

/** An expression with what it is made of. */
export interface Expression {
  readonly value: Polynomial;
  /** Numbers as they are written, `1/2` being one. */
  readonly numbers: readonly Rational[];
  /** Operations between numbers or variables. */
  readonly operations: number;
}

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

/** The tokens are no expression. */
class NoExpression extends Error {}

/** Recursive descent: sums of products of signed powers; what stands side by side is multiplied. */
class Parser {
  #at = 0;
  #depth = 0;
  #operations = 0;
  readonly #numbers: Rational[] = [];

  constructor(readonly tokens: readonly Token[]) {}

  all(): Expression {
    const value = this.#sum();
    if (this.#at < this.tokens.length) throw new NoExpression();
    return { value, numbers: this.#numbers, operations: this.#operations };
  }

  get #next(): Token | undefined {
    return this.tokens[this.#at];
  }

  #takeOperator(...operators: readonly string[]): string | null {
    const token = this.#next;
    if (token?.kind !== 'operator' || !operators.includes(token.operator)) return null;
    this.#at++;
    return token.operator;
  }

  #sum(): Polynomial {
    if (++this.#depth > MAX_DEPTH) throw new NoExpression();
    let value = this.#product();
    for (let sign = this.#takeOperator('+', '-'); sign !== null; sign = this.#takeOperator('+', '-')) {
      const other = this.#product();
      this.#operations++;
      value = add(value, sign === '+' ? other : negate(other));
    }
    this.#depth--;
    return value;
  }

  #product(): Polynomial {
    let value = this.#signed();
    for (;;) {
      const sign = this.#takeOperator('*', '/', 'mod', '%') ?? (this.#beginsFactor() ? 'side by side' : null);
      if (sign === null) return value;
      const other = sign === 'side by side' ? this.#power() : this.#signed();
      this.#operations++;
      if (sign === '/') value = divide(value, other);
      else if (sign === 'mod' || sign === '%') value = onNumbers(value, other, modulo);
      else value = multiply(value, other);
    }
  }

  /** Two numbers side by side are no product. */
  #beginsFactor(): boolean {
    const kind = this.#next?.kind;
    return kind === 'name' || kind === 'open' || kind === 'fraction';
  }

  #signed(): Polynomial {
    let below = false;
    for (let sign = this.#takeOperator('+', '-'); sign !== null; sign = this.#takeOperator('+', '-'))
      below = below !== (sign === '-');
    const value = this.#power();
    return below ? negate(value) : value;
  }

  #power(): Polynomial {
    if (++this.#depth > MAX_DEPTH) throw new NoExpression();
    const base = this.#percent(this.#atom());
    const raised = this.#takeOperator('^') !== null;
    if (raised) this.#operations++;
    const value = raised ? power(base, this.#signed()) : base;
    this.#depth--;
    return value;
  }

  /** A percent sign before an operand is Python's modulo. */
  #percent(value: Polynomial): Polynomial {
    const following = this.tokens[this.#at + 1];
    const operand =
      following !== undefined && ['number', 'name', 'open', 'fraction'].includes(following.kind);
    if (operand || this.#takeOperator('%') === null) return value;
    return divide(value, constant(rational(100)));
  }

  #atom(): Polynomial {
    const token = this.#next;
    this.#at++;
    switch (token?.kind) {
      case 'number':
        return this.#number(token);
      case 'name':
        return variable(token.name);
      case 'open':
        return this.#closed();
      case 'fraction':
        return this.#fraction();
      default:
        throw new NoExpression();
    }
  }

  #number({ value, whole }: Extract<Token, { kind: 'number' }>): Polynomial {
    if (whole && this.#next?.kind === 'fraction') {
      const at = this.#numbers.length;
      this.#at++;
      const part = this.#fraction();
      const fraction = numberOf(part);
      if (fraction === null) return multiply(constant(value), part);
      const mixed = addNumbers(value, fraction);
      this.#numbers.splice(at, Infinity, mixed);
      return constant(mixed);
    }
    this.#numbers.push(value);
    return constant(value);
  }

  /** The rest of a bracket. */
  #closed(): Polynomial {
    const value = this.#sum();
    if (this.#next?.kind !== 'close') throw new NoExpression();
    this.#at++;
    return value;
  }

  /** The two braces after `\frac`; of two plain numbers it is one number. */
  #fraction(): Polynomial {
    const [numbers, operations] = [this.#numbers.length, this.#operations];
    const part = (): Polynomial => {
      if (this.#next?.kind !== 'open') throw new NoExpression();
      this.#at++;
      return this.#closed();
    };
    const value = divide(part(), part());
    const plain = numberOf(value);
    if (plain !== null && this.#numbers.length === numbers + 2 && this.#operations === operations)
      this.#numbers.splice(numbers, 2, plain);
    else this.#operations++;
    return value;
  }
}

/** The expression that tokens make; null where they make none, or a value too large or undefined. */
export function parseTokens(tokens: readonly Token[]): Expression | null {
  try {
    return new Parser(tokens).all();
  } catch (error) {
    if (error instanceof NoExpression || error instanceof ArithmeticError) return null;
    throw error;
  }
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

/** The value of a whole text; null where it is no expression. */
export function readExpression(text: string): Polynomial | null {
  const tokens = tokensOf(text);
  return tokens && (parseTokens(tokens)?.value ?? null);
}
