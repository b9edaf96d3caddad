import type { Value } from '../../src/sandbox/types.ts';

/** Values that differ from the given one in one place, however types are compared. Never empty. */
export function mutations(value: Value): Value[] {
  if (value === null) return [0, 'null'];
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [value === 0 ? 5 : -3 * value];
  if (typeof value === 'string') return [`${value}x`, value === '' ? ' ' : value.slice(1)];
  if (Array.isArray(value)) {
    const inside = value.flatMap((item, i) => mutations(item).map((other) => value.with(i, other)));
    return [[...value, null], ...inside];
  }
  const record = value as Readonly<Record<string, Value>>;
  if (Object.hasOwn(record, '$')) return [[value], ...taggedMutations(record)];
  const inside = Object.entries(record).flatMap(([key, held]) =>
    mutations(held).map((other): Value => Object.fromEntries([...Object.entries(record), [key, other]])),
  );
  return [{ ...record, 'another key': null }, ...inside];
}

function taggedMutations({ $: tag = null, v: held = null }: Readonly<Record<string, Value>>): Value[] {
  switch (tag) {
    case 'int':
    case 'bigint':
      return [{ $: tag, v: String(BigInt(String(held)) + 1n) }];
    case 'float':
      return [{ $: tag, v: typeof held === 'number' ? held / 2 + 1.25 : held === '-0.0' ? 1 : '-0.0' }];
    case 'bytes':
    case 'bytearray':
      return [{ $: tag, v: `${String(held)}00` }];
    case 'tuple':
      return mutations(held).map((v): Value => ({ $: tag, v }));
    case 'set':
    case 'frozenset':
      return [{ $: tag, v: [...(held as Value[]), 'another item'] }];
    case 'dict':
    case 'map':
      return [{ $: tag, v: [...(held as Value[]), ['another key', null]] }];
    default:
      return [];
  }
}
