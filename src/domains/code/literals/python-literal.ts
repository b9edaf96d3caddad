import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import type { Value } from '../../../sandbox/types.ts';
import { dictOf, strOf } from '../../../sandbox/value.ts';
import { LiteralError, Source, type Token } from './literal-error.ts';
import { floatPart, intOf, PYTHON_CALLS } from './python-calls.ts';
import { readText, TextError, type PythonText } from './python-text.ts';

/** Python literals, and the calls that stand for values without one. */

/** The values of the call's arguments. @throws {@link LiteralError} */
export function readPython(source: Source): Value[] {
  const callee = parser.parse(source.call).resolveInner(0, 1);
  const list = callee.nextSibling;
  const values = list ? valuesIn(source, list) : [];
  // Otherwise the text closes the call, or leaves it open.
  if (list?.to !== source.call.length) return explain(source, callee, source.call.length);
  return values;
}

const placeOf = ({ from }: SyntaxNode): number => from - Source.offset;
const codeOf = (source: Source, { from, to }: SyntaxNode): string => source.call.slice(from, to).trim();
const refuse = (source: Source, node: SyntaxNode): never =>
  source.refuse(codeOf(source, node), placeOf(node));

/** Ends the reading where the parser could not go on: at `end` in the call. */
function explain(source: Source, within: SyntaxNode, end: number): never {
  const tokens: Token[] = [];
  let top = within;
  while (top.parent) top = top.parent;
  top.cursor().iterate(({ type, from, to, node }) => {
    const isText = type.name.endsWith('String');
    if (!type.isError && to > from && (isText || !node.firstChild))
      tokens.push({ text: source.call.slice(from, to), from });
    return !isText;
  });
  return source.explain(tokens, Math.min(end - Source.offset, source.text.length));
}

const BRACKETS_AND_COMMAS: ReadonlySet<string> = new Set(['Comment', ',', '(', ')', '[', ']', '{', '}']);

/** The parts of a collection or of a list of arguments, in order. */
function partsOf(collection: SyntaxNode): SyntaxNode[] {
  const parts: SyntaxNode[] = [];
  for (let node = collection.firstChild; node; node = node.nextSibling)
    if (!BRACKETS_AND_COMMAS.has(node.name)) parts.push(node);
  return parts;
}

const valuesIn = (source: Source, collection: SyntaxNode): Value[] =>
  partsOf(collection).map((part) => valueOf(source, part));

function valueOf(source: Source, node: SyntaxNode): Value {
  if (node.type.isError) return explain(source, node, node.from);
  const number = numberOf(source, node);
  if (number !== null) return number;
  switch (node.name) {
    case 'None':
      return null;
    case 'Boolean':
      return codeOf(source, node) === 'True';
    case 'String':
    case 'ContinuedString': {
      const { kind, points } = textOf(source, node);
      return kind === 'str' ? strOf(points) : { $: 'bytes', v: hexOf(points) };
    }
    case 'ArrayExpression':
      return valuesIn(source, node);
    case 'TupleExpression':
      return { $: 'tuple', v: valuesIn(source, node) };
    case 'SetExpression':
      return { $: 'set', v: valuesIn(source, node) };
    case 'DictionaryExpression':
      return dictOf(entriesOf(source, node));
    case 'ParenthesizedExpression': {
      const [value] = valuesIn(source, node);
      return value === undefined ? refuse(source, node) : value;
    }
    case 'VariableName':
      return source.refuseName(codeOf(source, node), placeOf(node));
    case 'CallExpression':
      return callOf(source, node);
    default: {
      // A parser that lost its way takes a value for something else.
      const error = firstError(node);
      return error ? explain(source, error, error.from) : refuse(source, node);
    }
  }
}

function firstError(node: SyntaxNode): SyntaxNode | null {
  if (node.type.isError) return node;
  for (let child = node.firstChild; child; child = child.nextSibling) {
    const error = firstError(child);
    if (error) return error;
  }
  return null;
}

const hexOf = (bytes: readonly number[]): string =>
  bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The text of one literal, or of several that stand next to each other. */
function textOf(source: Source, node: SyntaxNode): PythonText {
  if (node.name === 'ContinuedString') {
    const texts = partsOf(node).map((part) => textOf(source, part));
    const kind = texts[0]?.kind ?? 'str';
    if (texts.some((text) => text.kind !== kind))
      return source.fail('Texts and bytes are mixed', placeOf(node));
    return { kind, points: texts.flatMap(({ points }) => points) };
  }
  if (node.name !== 'String') return refuse(source, node);
  try {
    return readText(codeOf(source, node));
  } catch (error) {
    if (error instanceof TextError) return source.fail(error.message, placeOf(node));
    throw error;
  }
}

function entriesOf(source: Source, node: SyntaxNode): [Value, Value][] {
  const entries: [Value, Value][] = [];
  const parts = partsOf(node);
  for (let i = 0; i < parts.length; i += 3) {
    const [key, colon, value] = parts.slice(i, i + 3);
    if (!key) break;
    const read = valueOf(source, key);
    if (colon?.name !== ':' || !value) return explain(source, key, colon?.from ?? key.to);
    entries.push([read, valueOf(source, value)]);
  }
  return entries;
}

/** A number before it becomes a value; `imaginary` is the factor of j. */
type Numeric =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float' | 'imaginary'; readonly value: number };

const INTEGER = /^(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?\d)*)$/;
const FLOAT = /^(?:(?:\d(?:_?\d)*)?\.\d(?:_?\d)*|\d(?:_?\d)*\.?)(?:[eE][+-]?\d(?:_?\d)*)?$/;
const NAMED: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity };

function plainNumber(source: Source, node: SyntaxNode): Numeric | null {
  const code = codeOf(source, node);
  if (node.name === 'VariableName' && Object.hasOwn(NAMED, code))
    return { kind: 'float', value: NAMED[code] ?? 0 };
  // The parser reads the point of `1.` and of `1.e5` as that of an attribute.
  const isAttribute = node.name === 'MemberExpression' && FLOAT.test(code);
  if (node.name !== 'Number' && !isAttribute) return null;
  const digits = code.replaceAll('_', '');
  if (INTEGER.test(code)) return { kind: 'int', value: BigInt(digits) };
  const imaginary = /[jJ]$/.test(code);
  if (!FLOAT.test(imaginary ? code.slice(0, -1) : code) || /^0\d+$/.test(digits))
    return source.fail('This is not how Python writes a number', placeOf(node));
  return imaginary
    ? { kind: 'imaginary', value: Number(digits.slice(0, -1)) }
    : { kind: 'float', value: Number(digits) };
}

function signedNumber(source: Source, node: SyntaxNode): Numeric | null {
  if (node.name !== 'UnaryExpression') return plainNumber(source, node);
  const [sign, operand, ...rest] = partsOf(node);
  const signed = sign?.name === 'ArithOp' && operand && rest.length === 0;
  const number = signed ? plainNumber(source, operand) : null;
  if (number === null || (sign && codeOf(source, sign) === '+')) return number;
  return number.kind === 'int'
    ? { kind: 'int', value: -number.value }
    : { kind: number.kind, value: -number.value };
}

/** The value of a number with its sign, or of a sum of a real and an imaginary one; `null` for anything else. */
function numberOf(source: Source, node: SyntaxNode): Value | null {
  if (node.name === 'BinaryExpression') {
    const [left, operator, right, ...rest] = partsOf(node);
    const real = left && signedNumber(source, left);
    const imaginary = right && plainNumber(source, right);
    const sign = { '+': 1, '-': -1 }[operator ? codeOf(source, operator) : ''];
    if (
      !real ||
      real.kind === 'imaginary' ||
      imaginary?.kind !== 'imaginary' ||
      sign === undefined ||
      rest.length > 0
    )
      return null;
    return { $: 'complex', v: [floatPart(Number(real.value)), floatPart(sign * imaginary.value)] };
  }
  const number = signedNumber(source, node);
  if (number === null) return null;
  if (number.kind === 'int') return intOf(number.value);
  if (number.kind === 'float') return floatOf(number.value);
  // Python negates both parts.
  const real = 1 / number.value < 0 ? -0 : 0;
  return { $: 'complex', v: [floatPart(real), floatPart(number.value)] };
}

function floatOf(value: number): Value {
  const v = floatPart(value);
  return typeof v === 'number' && !Number.isSafeInteger(v) ? v : { $: 'float', v };
}

function callOf(source: Source, node: SyntaxNode): Value {
  const [callee, list] = partsOf(node);
  if (callee?.name !== 'VariableName' || !list) return refuse(source, node);
  const name = codeOf(source, callee);
  const known = PYTHON_CALLS.get(name);
  if (!known) throw new LiteralError(`${name}(…) is a call, not a value.`, placeOf(node));
  const value = known.of(valuesIn(source, list));
  if (value === null) throw new LiteralError(`${name}(…) takes ${known.takes} here.`, placeOf(node));
  return value;
}
