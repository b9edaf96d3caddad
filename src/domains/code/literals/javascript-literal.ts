import {
  parseExpressionAt,
  type Expression,
  type NewExpression,
  type ObjectExpression,
  type SpreadElement,
  type Token,
  type UnaryExpression,
} from 'acorn';
import type { Value } from '../../../sandbox/types.ts';
import { LiteralError, Source } from './literal-error.ts';

/** JavaScript literals, and `new Set([…])`, `new Map([…])` and `new Uint8Array([…])`. */

const NAMES = new Map<string, Value>([
  ['undefined', { $: 'undefined' }],
  ['NaN', { $: 'float', v: 'nan' }],
  ['Infinity', { $: 'float', v: 'inf' }],
]);

type Node = Expression | SpreadElement;

/** The values of the call's arguments. @throws {@link LiteralError} */
export function readJavaScript(source: Source): Value[] {
  const tokens: Token[] = [];
  const explain = (at: number): never =>
    source.explain(
      tokens.map(({ start, end }) => ({ from: start, text: source.call.slice(start, end) })),
      at,
    );
  const call = parse(source, tokens, explain);
  const whole = call.type === 'CallExpression' && call.callee.type === 'Identifier';
  if (!whole || call.end !== source.call.length) return explain(source.text.length);
  return listOf(source, call.arguments, 0);
}

function parse(source: Source, onToken: Token[], explain: (at: number) => never): Expression {
  try {
    // As a module, so that what strict code forbids is an error here as well.
    return parseExpressionAt(source.call, 0, { ecmaVersion: 2024, sourceType: 'module', onToken });
  } catch (error) {
    if (!(error instanceof SyntaxError && 'pos' in error)) throw error;
    const at = Math.min(Number(error.pos) - Source.offset, source.text.length);
    const what = error.message.replace(/ \(\d+:\d+\)$/, '');
    if (what === 'Unexpected token') return explain(at);
    return source.fail(what.startsWith('Unterminated') ? 'This text has no closing quote' : what, at);
  }
}

const placeOf = ({ start }: Node): number => start - Source.offset;

const refuse = (source: Source, node: Node): never =>
  source.refuse(source.call.slice(node.start, node.end), placeOf(node));

/** @param from where the first of them may stand, in the text */
function listOf(source: Source, nodes: ReadonlyArray<Node | null>, from: number): Value[] {
  let end = from;
  return nodes.map((node) => {
    if (node === null) return source.fail('Expected a value', end);
    end = node.end - Source.offset;
    return valueOf(source, node);
  });
}

function valueOf(source: Source, node: Node): Value {
  switch (node.type) {
    case 'Literal':
      if (typeof node.value === 'bigint') return { $: 'bigint', v: String(node.value) };
      if (typeof node.value === 'number') return numberOf(node.value);
      if (node.value === undefined || node.value instanceof RegExp || node.regex) return refuse(source, node);
      return node.value;
    case 'TemplateLiteral':
      return node.expressions.length === 0
        ? (node.quasis[0]?.value.cooked ?? refuse(source, node))
        : refuse(source, node);
    case 'Identifier':
      return NAMES.get(node.name) ?? source.refuseName(node.name, placeOf(node));
    case 'UnaryExpression':
      return signed(source, node);
    case 'ArrayExpression':
      return listOf(source, node.elements, placeOf(node) + 1);
    case 'ObjectExpression':
      return objectOf(source, node);
    case 'NewExpression':
      return newOf(source, node);
    default:
      return refuse(source, node);
  }
}

function numberOf(value: number): Value {
  if (Object.is(value, -0)) return { $: 'float', v: '-0.0' };
  return Number.isFinite(value) ? value : { $: 'float', v: value > 0 ? 'inf' : '-inf' };
}

function signed(source: Source, node: UnaryExpression): Value {
  const { operator, argument } = node;
  const sign = operator === '-' ? -1 : operator === '+' ? 1 : refuse(source, node);
  if (argument.type === 'Identifier' && argument.name === 'Infinity') return numberOf(sign * Infinity);
  if (argument.type !== 'Literal') return refuse(source, node);
  const { value } = argument;
  if (typeof value === 'number') return numberOf(sign * value);
  return typeof value === 'bigint' && sign === -1 ? { $: 'bigint', v: String(-value) } : refuse(source, node);
}

function objectOf(source: Source, { properties }: ObjectExpression): Value {
  const entries = properties.map((property): [string, Value] => {
    if (property.type === 'SpreadElement') return refuse(source, property);
    const { key, kind, computed, method, shorthand, value } = property;
    if (shorthand) return source.fail('Expected : after a key', key.end - Source.offset);
    if (kind !== 'init' || computed || method) return refuse(source, { ...value, start: property.start });
    const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '';
    return [name, valueOf(source, value)];
  });
  const plain = entries.every(([key]) => key !== '$' && key !== '__proto__');
  return plain ? Object.fromEntries(entries) : { $: 'dict', v: entries };
}

function newOf(source: Source, node: NewExpression): Value {
  const place = placeOf(node);
  const name = node.callee.type === 'Identifier' ? node.callee.name : '';
  const [list, ...more] = node.arguments;
  if (!['Set', 'Map', 'Uint8Array'].includes(name))
    throw new LiteralError('Only new Set, new Map and new Uint8Array are values here.', place);
  if ((list && list.type !== 'ArrayExpression') || more.length > 0)
    throw new LiteralError(`new ${name} takes its values in one array: new ${name}([…]).`, place);
  const items = list ? listOf(source, list.elements, placeOf(list) + 1) : [];
  switch (name) {
    case 'Set':
      return { $: 'set', v: items };
    case 'Map':
      if (!items.every((item) => Array.isArray(item) && item.length === 2))
        throw new LiteralError('A Map is written as pairs: new Map([[key, value]]).', place);
      return { $: 'map', v: items };
    default: {
      const bytes = items.map((item) => (typeof item === 'number' ? item : -1));
      if (!bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256))
        throw new LiteralError('A Uint8Array holds whole numbers from 0 to 255.', place);
      return { $: 'bytes', v: bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('') };
    }
  }
}
