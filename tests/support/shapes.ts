import * as fc from 'fast-check';
import type { Language, Value } from '../../src/sandbox/types.ts';

/** Values by how they are built: a small start, and steps that nest it, share it, widen it. */

export interface Shape {
  /** Statements that leave the value in `x`. */
  readonly code: readonly string[];
  readonly value: Value;
  /** Parts when written out; a value with too many is not built here, only in the program. */
  readonly size: number;
}

/** Beyond this the value is only built by the program. */
export const BUILT_SIZE = 20_000;

interface Step {
  readonly code: string;
  readonly build: (x: Value) => Value;
  /** How often the value so far is in the next. */
  readonly copies: number;
  readonly adds: number;
  /** Whether the step needs, and leaves, what can be in a set. */
  readonly needs?: boolean;
  readonly leaves?: boolean;
}

const fs = (...v: Value[]): Value => ({ $: 'frozenset', v });
const tuple = (...v: Value[]): Value => ({ $: 'tuple', v });
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const PYTHON: readonly Step[] = [
  { code: 'x = frozenset([x])', build: (x) => fs(x), copies: 1, adds: 1, needs: true, leaves: true },
  {
    code: 'x = frozenset([x, (x,), (x, x)])',
    build: (x) => fs(x, tuple(x), tuple(x, x)),
    copies: 4,
    adds: 3,
    needs: true,
    leaves: true,
  },
  { code: 'x = (x,)', build: (x) => tuple(x), copies: 1, adds: 1, leaves: true },
  { code: 'x = (x, x)', build: (x) => tuple(x, x), copies: 2, adds: 1, leaves: true },
  { code: 'x = (x, *range(30))', build: (x) => tuple(x, ...range(30)), copies: 1, adds: 31, leaves: true },
  {
    code: 'x = frozenset([x, *range(30)])',
    build: (x) => fs(x, ...range(30)),
    copies: 1,
    adds: 31,
    needs: true,
    leaves: true,
  },
  { code: 'x = {x, 0.5}', build: (x) => ({ $: 'set', v: [x, 0.5] }), copies: 1, adds: 2, needs: true },
  { code: 'x = {x: 1}', build: (x) => ({ $: 'dict', v: [[x, 1]] }), copies: 1, adds: 2, needs: true },
  { code: 'x = {x: x}', build: (x) => ({ $: 'dict', v: [[x, x]] }), copies: 2, adds: 1, needs: true },
  { code: 'x = {"b": x, "1": x}', build: (x) => ({ $: 'dict', v: [['b', x], ['1', x]] }), copies: 2, adds: 3 },
  { code: 'x = [x]', build: (x) => [x], copies: 1, adds: 1 },
  { code: 'x = [x] * 20', build: (x) => range(20).map(() => x), copies: 20, adds: 1 },
]; // prettier-ignore

const JAVASCRIPT: readonly Step[] = [
  { code: 'x = new Set([x]);', build: (x) => ({ $: 'set', v: [x] }), copies: 1, adds: 1 },
  { code: 'x = new Set([x, [x], [x, x]]);', build: (x) => ({ $: 'set', v: [x, [x], [x, x]] }), copies: 4, adds: 3 },
  { code: 'x = new Set([[], [], x]);', build: (x) => ({ $: 'set', v: [[], [], x] }), copies: 1, adds: 3 },
  { code: 'x = new Map([[x, 1]]);', build: (x) => ({ $: 'map', v: [[x, 1]] }), copies: 1, adds: 2 },
  { code: 'x = new Map([[x, x]]);', build: (x) => ({ $: 'map', v: [[x, x]] }), copies: 2, adds: 1 },
  { code: 'x = [x];', build: (x) => [x], copies: 1, adds: 1 },
  { code: 'x = Array(20).fill(x);', build: (x) => range(20).map(() => x), copies: 20, adds: 1 },
  { code: 'x = { b: x, 1: x };', build: (x) => ({ b: x, 1: x }), copies: 2, adds: 1 },
  { code: 'x = { __proto__: null, ["__proto__"]: x };', build: (x) => ({ $: 'dict', v: [['__proto__', x]] }), copies: 1, adds: 2 },
]; // prettier-ignore

const STARTS: Readonly<Record<Language, readonly (readonly [string, Value, boolean])[]>> = {
  python: [
    ['x = frozenset()', fs(), true],
    ['x = (0.1, True, 1)', tuple(0.1, true, 1), true],
    ['x = "\\ud83d\\ude00"', { $: 'str', v: [0xd83d, 0xde00] }, true],
    ['x = "😀" * 50', '😀'.repeat(50), true],
    ['x = []', [], false],
  ],
  javascript: [
    ['let x = new Set();', { $: 'set', v: [] }, true],
    ['let x = 0.1;', 0.1, true],
    ['let x = "\\ud83d\\ude00";', '😀', true],
    ['let x = undefined;', { $: 'undefined' }, true],
  ],
};

/** Shapes of up to `maxSteps` steps. Every other one is made of few kinds of step, so that these nest in themselves. */
export function shapes(language: Language, maxSteps: number): fc.Arbitrary<Shape> {
  const all = language === 'python' ? PYTHON : JAVASCRIPT;
  const kinds = fc.oneof(fc.constant(all), fc.shuffledSubarray([...all], { minLength: 1, maxLength: 2 }));
  const indices = fc.array(fc.nat(), { maxLength: maxSteps });
  return fc.tuple(fc.constantFrom(...STARTS[language]), kinds, indices).map(([start, steps, picks]) => {
    const [first, leaf, hashable] = start;
    const code = [first];
    let [value, size, inSets] = [leaf, 1, hashable];
    for (const pick of picks) {
      const step = steps[pick % steps.length];
      if (!step || (step.needs && !inSets)) continue;
      code.push(step.code);
      size = Math.min(Number.MAX_SAFE_INTEGER, size * step.copies + step.adds);
      if (size <= BUILT_SIZE) value = step.build(value);
      inSets = language === 'javascript' || (inSets && step.leaves === true);
    }
    return { code, value, size };
  });
}
