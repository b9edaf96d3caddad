import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referenceEqual } from '../../tests/support/reference-equality.ts';
import { BUILT_SIZE, shapes } from '../../tests/support/shapes.ts';
import { formatBriefly, formatValue } from './format-value.ts';
import { relate, type Relation } from './equality.ts';
import { ALLOWANCE, Meter } from './meter.ts';
import type { Comparison, Language, Value } from './types.ts';
import { checkValue, ValueFormatError } from './value.ts';

/** What comparisons cost, counted in parts that are read and pairs that are compared. */

const LANGUAGES = ['python', 'javascript'] as const;
const COMPARISONS: readonly Comparison[] = [
  {},
  { types: 'equal' },
  { types: 'json' },
  { tolerance: { absolute: 0.1 } },
  { types: 'equal', tolerance: { relative: 2 } },
  { as: 'unordered', tolerance: { absolute: 0.1 } },
  { as: 'set' },
  { as: 'set', tolerance: { absolute: 0.1 } },
  { as: 'sequence', types: 'equal' },
];

function cost(got: Value, expected: Value, compare: Comparison, language: Language): [Relation, Meter] {
  const meter = new Meter();
  return [relate(got, expected, compare, language, meter), meter];
}

describe.each(LANGUAGES)('comparing results of %s', (language) => {
  it('reads each part once, however the value is nested', () => {
    fc.assert(
      fc.property(shapes(language, 60), fc.constantFrom(...COMPARISONS), ({ value, size }, compare) => {
        const built = Math.min(size, BUILT_SIZE);
        const [, meter] = cost(value, value, compare, language);
        // A part is charged for its text too: the numbers of what is in it.
        expect(meter.read).toBeLessThanOrEqual(4 * (2 * built + 10) + 200);
        expect(meter.compared).toBeLessThanOrEqual(ALLOWANCE + 2 * meter.read + 1);
      }),
      { numRuns: 400 },
    );
  });

  it('takes a shape for itself and tells it from a deeper one', () => {
    fc.assert(
      fc.property(shapes(language, 60), fc.constantFrom(...COMPARISONS.slice(0, 5)), ({ value }, compare) => {
        expect(cost(value, value, compare, language)[0]).toBe('same');
        expect(cost([value], value, compare, language)[0]).not.toBe('same');
      }),
    );
  });

  it('agrees with the reference on small values', () => {
    const leaf = fc.constantFrom<Value>(
      null, true, false, 0, 1, 0.95, 1.05, { $: 'float', v: 1 }, { $: 'float', v: 'nan' }, { $: 'float', v: 'inf' }, 'a', '1',
    ); // prettier-ignore
    const key = fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 2 }).map((v): Value => ({ $: 'tuple', v })),
    );
    const few = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 3 });
    const nested: fc.Arbitrary<Value> = fc.letrec<{ value: Value; key: Value }>((tie) => ({
      key: fc.oneof({ maxDepth: 2 }, key, few(tie('key')).map((v): Value => ({ $: 'frozenset', v }))),
      value: fc.oneof(
        { maxDepth: 3 },
        leaf,
        few(tie('value')),
        few(tie('value')).map((v): Value => ({ $: 'tuple', v })),
        few(tie('key')).map((v): Value => ({ $: 'set', v })),
        few(fc.tuple(tie('key'), tie('value'))).map((v): Value => ({ $: 'dict', v })),
      ),
    })).value; // prettier-ignore
    const scripted: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        leaf,
        few(tie('value')),
        few(tie('value')).map((v): Value => ({ $: 'set', v })),
        few(fc.tuple(tie('value'), tie('value'))).map((v): Value => ({ $: 'map', v })),
      ),
    })).value; // prettier-ignore
    const values = language === 'python' ? nested : scripted;
    const pairs = fc.oneof(
      fc.tuple(values, values),
      values.chain((value) => fc.tuple(fc.constant(value), jitter(value))),
    );
    fc.assert(
      fc.property(pairs, fc.constantFrom(...COMPARISONS), ([a, b], compare) => {
        const right = referenceEqual(a, b, compare, language);
        expect(cost(a, b, compare, language)[0]).toBe(right ? 'same' : 'different');
      }),
      { numRuns: 3000 },
    );
  });

  it('writes shapes for people in a text as long as they are large, or shorter where asked', () => {
    fc.assert(
      fc.property(shapes(language, 60), ({ value, size }) => {
        expect(formatValue(value).length).toBeLessThanOrEqual(200 * Math.min(size, BUILT_SIZE) + 200);
        expect(formatBriefly(value, 50).length).toBeLessThanOrEqual(51);
      }),
    );
  });
});

/** The same value with numbers moved a little, items in another order and types that `==` does not tell apart. */
function jitter(value: Value): fc.Arbitrary<Value> {
  if (typeof value === 'number') return fc.constantFrom(value, value + 0.05, value - 0.1, true, { $: 'float', v: value });
  if (Array.isArray(value)) return fc.tuple(...value.map(jitter)).chain((items) => reordered(items));
  if (value === null || typeof value !== 'object') return fc.constant(value);
  const { $: tag, v } = value as { readonly $?: string; readonly v?: Value };
  if (!Array.isArray(v)) return fc.constant(value);
  const items = v as readonly Value[];
  if (tag === 'tuple') {
    const of = fc.constantFrom<(v: Value[]) => Value>((v) => v, (v) => ({ $: 'tuple', v }));
    return fc.tuple(of, ...items.map(jitter)).map(([make, ...rest]) => make(rest));
  }
  if (tag !== 'set' && tag !== 'frozenset') return fc.shuffledSubarray([...items], { minLength: items.length }).map((v) => ({ $: tag ?? '', v }));
  return fc.tuple(...items.map((item) => (Array.isArray(item) ? fc.constant(item) : hashableJitter(item)))).chain(reordered).map((v) => ({ $: tag, v }));
} // prettier-ignore

/** In a set only what has a hash. */
function hashableJitter(value: Value): fc.Arbitrary<Value> {
  return typeof value === 'number' ? jitter(value) : fc.constant(value);
}

function reordered(items: readonly Value[]): fc.Arbitrary<readonly Value[]> {
  return fc.oneof(fc.constant([...items]), fc.shuffledSubarray([...items], { minLength: items.length }));
}

describe('what a program could do against the page', () => {
  const tolerance = { absolute: 0.4 };
  const points = (count: number, at: (i: number) => Value): Value =>
    Array.from({ length: count }, (_, i) => at(i));

  it.each<[string, Value, Value, Comparison]>([
    [
      'many near items for few places',
      points(4000, (i) => [5 + i * 1e-6, 'p']),
      points(4000, (i) => [i, 'p']),
      { as: 'unordered', tolerance },
    ],
    [
      'items that are near only in a set of sets',
      points(300, (i) => ({ $: 'frozenset', v: Array.from({ length: 60 }, (_, k) => [k + i * 1e-6, 'p']) })),
      points(300, (i) => ({ $: 'frozenset', v: Array.from({ length: 60 }, (_, k) => [k + 0.3 + i, 'p']) })),
      { as: 'unordered', tolerance },
    ],
    [
      'items of which none is near, compared as sets',
      points(5000, (i) => [i, 'p']),
      points(5000, (i) => [i + 0.5, 'p', 1]),
      { as: 'set', tolerance },
    ],
    [
      'closeness that is no interval',
      points(5000, (i) => i * 1e-6 + 1),
      points(5000, (i) => -i * 1e-6 - 1),
      { as: 'unordered', tolerance: { relative: 1.5 } },
    ],
    [
      'Counters in any order',
      points(3000, (i) => ({ $: 'dict', v: [[i, 1], [-1, 0]], type: 'Counter' })),
      points(3000, (i) => ({ $: 'dict', v: [[i + 7000, 1]], type: 'Counter' })),
      { as: 'unordered', types: 'equal' },
    ],
  ])('%s are given up within the allowance', (_, got, expected, compare) => {
    const [relation, meter] = cost(got, expected, compare, 'python');
    expect(relation).not.toBe('same');
    expect(meter.compared).toBeLessThanOrEqual(ALLOWANCE + 2 * meter.read + 1);
  }); // prettier-ignore

  it('shares one allowance between all results of a run', () => {
    const meter = new Meter();
    // In order of what hardly differs, far from the order of what decides.
    const got = points(600, (i) => [((i * 7919) % 600) * 1e-6, i]);
    const expected = points(600, (i) => [i * 1e-6, i]);
    const relations = Array.from({ length: 50 }, () =>
      relate(got, expected, { as: 'unordered', tolerance }, 'python', meter),
    );
    expect(relations[0]).toBe('same');
    expect(relations.at(-1)).toBe('unknown');
    expect(meter.compared).toBeLessThanOrEqual(ALLOWANCE + 2 * meter.read + 50);
  });

  it('pairs off tens of thousands of numbers without coming near it', () => {
    const got = points(60_000, (i) => ((i * 7919) % 60_000) + 0.1);
    const expected = points(60_000, (i) => i);
    for (const as of ['unordered', 'set'] as const) {
      const [relation, meter] = cost(got, expected, { as, tolerance }, 'python');
      expect(relation).toBe('same');
      expect(meter.compared).toBeLessThanOrEqual(4 * 60_000);
    }
  });

  it('pairs off thousands of points in another order without coming near it', () => {
    const got = points(20_000, (i) => ['p', { $: 'tuple', v: [(i * 7919) % 20_000, i % 2] }]);
    const expected = points(20_000, (i) => ['p', { $: 'tuple', v: [i + 0.1, i % 2] }]);
    const [relation, meter] = cost(got, expected, { as: 'unordered', tolerance }, 'python');
    expect(relation).toBe('same');
    expect(meter.compared).toBeLessThan(ALLOWANCE);
  });

  it('does not walk through a range to know that it is too long', () => {
    const endless: Value = { $: 'range', v: [0, { $: 'int', v: '1000000000000000000000' }, 1] };
    for (const as of ['sequence', 'unordered', 'set'] as const) {
      expect(cost(endless, [0, 1], { as }, 'python')[0]).toBe('unknown');
    }
    expect(cost(endless, [0, 1], { types: 'equal' }, 'python')[0]).toBe('different');
  });

  it('reads a decimal of any exponent in no time', () => {
    const values = points(4000, (i) => ({ $: 'decimal', v: `${i + 1}E-${400_000_000 - i}` }));
    expect(cost(values, values, { types: 'equal' }, 'python')[0]).toBe('same');
    const small = points(4000, (i) => ({ $: 'decimal', v: `${i}1E-1190` }));
    expect(cost(small, values, { types: 'equal' }, 'python')[0]).toBe('different');
  });

  it('refuses what is nested beyond any stack, wherever it is, instead of failing', () => {
    const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) as Value;
    const tags = ['float', 'int', 'complex', 'bytes', 'fraction', 'decimal', 'range', 'str', 'nothing'];
    for (const value of [deep, ...tags.map((tag): Value => ({ $: tag, v: deep }))]) {
      expect(() => checkValue(value)).toThrow(ValueFormatError);
    }
    expect(formatBriefly(deep, 1000)).toMatch(/^\[+…/);
  });
});
