/** Expressions: what tokens come to, as a polynomial, and what they are made of. Parsing never throws. */
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
import { add as addNumbers, ArithmeticError, modulo, type Rational, rational } from './rational.ts';
import { type Token, tokensOf } from './tokens.ts';

const MAX_DEPTH = 64;

/** An expression with what it is made of. */
export interface Expression {
  readonly value: Polynomial;
  /** Numbers as they are written, `1/2` being one. */
  readonly numbers: readonly Rational[];
  /** Operations between numbers or variables. */
  readonly operations: number;
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

/** The value of a whole text; null where it is no expression. */
export function readExpression(text: string): Polynomial | null {
  const tokens = tokensOf(text);
  return tokens && (parseTokens(tokens)?.value ?? null);
}
