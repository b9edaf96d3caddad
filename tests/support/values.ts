import * as fc from 'fast-check';
import type { Language, Value } from '../../src/sandbox/types.ts';

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
const isPlain = (key: Value): boolean => typeof key === 'string' && key !== '$' && key !== '__proto__';

function dict(entries: readonly (readonly [Value, Value])[]): Value {
  const last = new Map(entries.map((entry) => [JSON.stringify(entry[0]), entry]));
  const kept = [...last.values()];
  return kept.every(([key]) => isPlain(key))
    ? Object.fromEntries(kept as [string, Value][])
    : { $: 'dict', v: kept };
}

/** Python values of every type, in canonical form. Keys are of types that never compare equal to one another. */
export const pythonValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value; key: Value }>((tie) => ({
  key: fc.oneof(
    { maxDepth: 2 },
    text,
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
    text,
    fc.tuple(number, number).map(([re, im]): Value => ({ $: 'complex', v: [named(re), named(im)] })),
    fc.tuple(fc.constantFrom('bytes', 'bytearray'), hex).map(([tag, v]): Value => ({ $: tag, v })),
    few(tie('value')),
    few(tie('value')).map((v): Value => ({ $: 'tuple', v })),
    fc
      .tuple(fc.constantFrom('set', 'frozenset'), few(tie('key')))
      .map(([tag, v]): Value => ({ $: tag, v: distinct(v) })),
    few(fc.tuple(tie('key'), tie('value'))).map(dict),
    few(fc.tuple(text, tie('value'))).map(dict),
  ),
})).value;

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
