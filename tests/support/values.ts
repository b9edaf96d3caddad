import * as fc from 'fast-check';
import type { Language, Value } from '../../src/sandbox/types.ts';
import { dictOf, strOf } from '../../src/sandbox/value.ts';

/** Texts of any UTF-16 units, lone surrogates included, and of what usually goes wrong. */
const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '',
    '\u0000',
    '\r\n',
    'e\u0301',
    '\u00e9',
    '\u202e',
    '\ud800',
    '\udc00\ud800',
    '"\\',
    '__proto__',
    '$',
    '1',
  ),
);

const hex = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('hex'));

/** The `v` of a float's tag: named where JSON has no number. */
function named(value: number): number | string {
  if (Object.is(value, -0)) return '-0.0';
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? value : value > 0 ? 'inf' : '-inf';
}

const number = fc.oneof(
  fc.double(),
  fc.constantFrom(
    -0,
    NaN,
    Infinity,
    -Infinity,
    5e-324,
    1.7976931348623157e308,
    0.1 + 0.2,
    1e21,
    1e-7,
    2 ** 53,
  ),
);
const pythonFloat = number.map((value): Value =>
  Number.isFinite(value) && !Number.isSafeInteger(value) ? value : { $: 'float', v: named(value) },
);
const javascriptNumber = number.map((value): Value =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : { $: 'float', v: named(value) },
);
const bigText = fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n });
const pythonInt = fc.oneof(
  fc.maxSafeInteger(),
  bigText.map((value): Value =>
    Number.isSafeInteger(Number(value)) ? Number(value) : { $: 'int', v: String(value) },
  ),
);

const distinct = (values: Value[]): Value[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];
const few = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { maxLength: 4 });

const lastOfEach = (entries: readonly (readonly [Value, Value])[]): (readonly [Value, Value])[] => [
  ...new Map(entries.map((entry) => [JSON.stringify(entry[0]), entry])).values(),
];
const dict = (entries: readonly (readonly [Value, Value])[]): Value => dictOf(lastOfEach(entries));
const typedDict = (type: string, entries: readonly (readonly [Value, Value])[]): Value => ({
  $: 'dict',
  v: lastOfEach(entries),
  type,
});

/** Python's texts are code points: surrogates in any order, which UTF-16 would merge. */
const surrogates = fc
  .array(fc.constantFrom(0xd83d, 0xde00, 0x1f600, 0x61), { minLength: 1, maxLength: 5 })
  .map(strOf);
const pythonText = fc.oneof(text, surrogates);

function fraction(top: bigint, bottom: bigint): Value {
  let [a, b] = [top < 0n ? -top : top, bottom];
  while (b !== 0n) [a, b] = [b, a % b];
  return { $: 'fraction', v: [String(top / a), String(bottom / a)] };
}

/** Numbers of types beside int and float, many of them equal to one of those. */
const exactNumber = fc.oneof(
  fc.tuple(fc.bigInt({ min: -40n, max: 40n }), fc.constantFrom(1n, 2n, 3n, 5n, 8n, 1n << 60n)).map(([a, b]) => fraction(a, b)),
  fc.constantFrom('0', '-0', '1', '1.0', '0.5', '0.1', '1E+2', '100', '2.50', '1E-7', '1E+400', '9007199254740993', '0.125').map(
    (v): Value => ({ $: 'decimal', v }),
  ),
); // prettier-ignore

/** Python values of every type, in canonical form. Keys are of types that never compare equal to one another. */
export const pythonValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value; key: Value }>((tie) => ({
  key: fc.oneof(
    { maxDepth: 2 },
    pythonText,
    fc.integer({ min: 2, max: 1000 }),
    fc.constant(null),
    hex.map((v): Value => ({ $: 'bytes', v })),
    few(tie('key')).map((v): Value => ({ $: 'tuple', v })),
    few(tie('key')).map((v): Value => ({ $: 'frozenset', v: distinct(v) })),
  ),
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<Value>(null, true, false),
    pythonInt,
    pythonFloat,
    exactNumber,
    fc.tuple(fc.integer(), fc.integer(), fc.integer({ min: 1 })).map((v): Value => ({ $: 'range', v })),
    pythonText,
    fc.tuple(number, number).map(([re, im]): Value => ({ $: 'complex', v: [named(re), named(im)] })),
    fc.tuple(fc.constantFrom('bytes', 'bytearray'), hex).map(([tag, v]): Value => ({ $: tag, v })),
    few(tie('value')),
    few(tie('value')).map((v): Value => ({ $: 'tuple', v })),
    few(tie('value')).map((v): Value => ({ $: 'deque', v })),
    fc
      .tuple(fc.constantFrom('Counter', 'OrderedDict'), few(fc.tuple(tie('key'), tie('value'))))
      .map(([type, entries]) => typedDict(type, entries)),
    fc
      .tuple(fc.constantFrom('set', 'frozenset'), few(tie('key')))
      .map(([tag, v]): Value => ({ $: tag, v: distinct(v) })),
    few(fc.tuple(tie('key'), tie('value'))).map(dict),
    few(fc.tuple(pythonText, tie('value'))).map(dict),
  ),
})).value;

/** Pairs of which many are equal under Python's `==`, few of them of the same types. */
export const similarPythonPair: fc.Arbitrary<readonly [Value, Value]> = fc.letrec<{
  pair: readonly [Value, Value];
  key: readonly [Value, Value];
}>((tie) => {
  const number = fc.constantFrom<Value>(
      0, 1, true, false, { $: 'float', v: 1 }, { $: 'float', v: '-0.0' }, 0.5, 0.1, 2.5, 100, 1e300,
      { $: 'complex', v: [1, 0] }, { $: 'complex', v: [0.5, 0] }, { $: 'complex', v: [1, 2] }, { $: 'decimal', v: '1.00' },
      { $: 'decimal', v: '0.5' }, { $: 'decimal', v: '0.1' }, { $: 'decimal', v: '1E+400' }, { $: 'decimal', v: '1e300' },
      { $: 'int', v: String(10n ** 400n) }, { $: 'int', v: String(10n ** 300n) }, { $: 'int', v: String(BigInt(1e300)) },
      { $: 'fraction', v: ['1', '2'] }, { $: 'fraction', v: ['1', '10'] }, { $: 'fraction', v: ['1', '1'] }, { $: 'fraction', v: ['1', '3'] },
    ); // prettier-ignore
  const other = fc.constantFrom<Value>(
      null, 'a', '1', '😀', { $: 'str', v: [0xd83d, 0xde00] }, { $: 'bytes', v: '61' }, { $: 'range', v: [0, 3, 2] },
      { $: 'range', v: [0, 4, 2] }, { $: 'range', v: [5, 1, 1] }, { $: 'range', v: [0, 0, 7] }, { $: 'range', v: [0, 1, 5] },
    ); // prettier-ignore
  const leaf = fc.oneof(number, other);
  const twins = few(tie('pair'));
  const keys = few(tie('key'));
  const kinds = (...tags: readonly string[]) => fc.tuple(fc.constantFrom(...tags), fc.constantFrom(...tags));
  const sides = <T>(pairs: readonly (readonly [T, T])[]): [T[], T[]] => [
    pairs.map(([a]) => a),
    pairs.map(([, b]) => b),
  ];
  const made = (tag: string, v: Value[]): Value => (tag === 'list' ? v : { $: tag, v });
  const dictKinds = fc.constantFrom('dict', 'dict', 'Counter', 'OrderedDict');
  const madeDict = (type: string, v: Value): Value =>
    type === 'dict' ? { $: 'dict', v } : { $: 'dict', v, type };
  return {
      key: fc.oneof(
        { maxDepth: 2 },
        fc.tuple(leaf, leaf),
        leaf.map((each) => [each, each] as const),
        fc.tuple(kinds('tuple', 'frozenset'), keys).map(([[s, t], pairs]) => {
          const [x, y] = sides(pairs);
          return [made(s, x), made(t, y.toReversed())] as const;
        }),
      ),
      pair: fc.oneof(
        { maxDepth: 4 },
        tie('key'),
        fc.constant([{ $: 'bytearray', v: '61' }, { $: 'bytes', v: '61' }] as const),
        fc.tuple(kinds('list', 'tuple', 'deque', 'list'), twins).map(([[s, t], pairs]) => {
          const [x, y] = sides(pairs);
          return [made(s, x), made(t, y)] as const;
        }),
        fc.tuple(kinds('set', 'frozenset'), keys).map(([[s, t], pairs]) => {
          const [x, y] = sides(pairs);
          return [made(s, x), made(t, y.toReversed())] as const;
        }),
        fc.tuple(dictKinds, dictKinds, few(fc.tuple(tie('key'), tie('pair'))), fc.boolean()).map(([s, t, pairs, turn]) => {
          const [x, y] = sides(pairs.map(([[a, b], [c, d]]) => [[a, c], [b, d]] as const));
          return [madeDict(s, x), madeDict(t, turn ? y.toReversed() : y)] as const;
        }),
      ),
    }; // prettier-ignore
}).pair;

/** JavaScript values of every type that may be returned, in canonical form. */
export const javascriptValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value; key: Value }>((tie) => ({
  key: fc.oneof(text, fc.integer(), fc.constantFrom<Value>(null, true, { $: 'undefined' })),
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<Value>(null, true, false, { $: 'undefined' }),
    javascriptNumber,
    text,
    bigText.map((value): Value => ({ $: 'bigint', v: String(value) })),
    hex.map((v): Value => ({ $: 'bytes', v })),
    few(tie('value')),
    few(tie('key')).map((v): Value => ({ $: 'set', v: distinct(v) })),
    few(fc.tuple(tie('key'), tie('value'))).map((v): Value => ({
      $: 'map',
      v: [...new Map(v.map((entry) => [JSON.stringify(entry[0]), entry])).values()],
    })),
    few(fc.tuple(text, tie('value'))).map(dict),
  ),
})).value;

export const VALUES: Readonly<Record<Language, fc.Arbitrary<Value>>> = {
  python: pythonValue,
  javascript: javascriptValue,
};

/** Another value, one step from `value`: a leaf changed, or an item more, at a place that `pick` chooses. */
export function mutate(value: Value, pick: (below: number) => number): Value {
  if (value === null) return false;
  if (typeof value === 'boolean') return value ? 'True' : 1;
  if (typeof value === 'string') return pick(2) === 0 ? `${value}\u200b` : [value];
  if (typeof value === 'number')
    return value + Math.max(1, Math.abs(value)) === value ? 'huge' : String(value);
  if (Array.isArray(value)) return inside(value, pick) ?? [...value, null];
  const record = value as { readonly [key: string]: Value };
  const { $: tag, v } = record;
  switch (tag) {
    case undefined:
      return { ...record, 'one more': null };
    case 'tuple':
      return { $: 'tuple', v: inside(v as Value[], pick) ?? [...(v as Value[]), 0] };
    case 'set':
    case 'frozenset':
      return { $: tag, v: [...(v as Value[]), 'one more'] };
    case 'map':
    case 'dict':
      return { $: tag, v: [...(v as Value[]), ['one more', 0]] };
    case 'bytes':
    case 'bytearray':
      return { $: tag, v: `${v as string}00` };
    case 'int':
    case 'bigint':
      return { $: tag, v: String(BigInt(v as string) + 1n) };
    default:
      return 'something else';
  }
}

/** One of the items mutated, or null where there is none. */
function inside(items: readonly Value[], pick: (below: number) => number): Value[] | null {
  if (items.length === 0) return null;
  const at = pick(items.length);
  return items.map((item, i) => (i === at ? mutate(item, pick) : item));
}
