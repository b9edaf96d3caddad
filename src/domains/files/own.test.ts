import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJsonLine, type JsonObject } from '../code/grading/json-line.ts';
import type { Value } from '../../sandbox/types.ts';
import { readOwnCode, writeCode } from './own.ts';

const float = fc.double({ noNaN: true, noDefaultInfinity: true });

/** Values as the sandbox has them: a float that is a safe integer is tagged, and so is what JSON has not. */
const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Value>(null, true, '', 'é\ud800', { $: 'float', v: '-0.0' }, { $: 'float', v: 'inf' }),
    fc.integer(),
    float.map((x): Value => (Number.isSafeInteger(x) ? { $: 'float', v: Object.is(x, -0) ? '-0.0' : x } : x)),
    fc.bigInt({ min: 2n ** 60n, max: 2n ** 70n }).map((x): Value => ({ $: 'int', v: String(x) })),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 3 }).map((v): Value => ({ $: 'tuple', v })),
    fc.dictionary(fc.constantFrom('a', 'b c', 'ü'), tie('value')),
    fc.array(fc.tuple(fc.integer(), tie('value')), { maxLength: 2 }).map((v): Value => ({ $: 'dict', v })),
  ),
})).value;

it('a task comes back as it was written', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 3 }), value, fc.string(), (args, expected, program) => {
      const task = {
        id: 't',
        family: 'own',
        prompt: 'p\n',
        entry: 'f',
        preamble: 'import math\n',
        reference: 'Because.',
        visibleTests: [],
        heldOutTests: [],
      };
      const visible = [{ args, expected }, 'assert f(1)'];
      const heldOut = [
        { args: [], kwargs: { a: expected }, expected: null, compare: { types: 'equal' as const } },
      ];
      const line = writeCode({ task, visible, heldOut, program: `x${program}` });
      const read = readOwnCode(parseJsonLine(line) as JsonObject, 1);
      expect(read).toMatchObject({ visible, heldOut, program: `x${program}`, reasoning: 'Because.' });
      expect(read).toMatchObject({
        id: 't',
        family: 'own',
        prompt: 'p\n',
        entry: 'f',
        preamble: 'import math\n',
      });
    }),
  );
});
