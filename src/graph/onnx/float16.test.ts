import { expect, it } from 'vitest';
import { cast, constant, input, less, loop, scalar } from '../index.ts';
import { operatorCases } from '../operator-cases.ts';
import { emitOnnx, usesFloat16 } from './index.ts';

it.each(['wasm', 'webgpu'] as const)('is found wherever a program holds it: %s', (target) => {
  for (const { name, outputs, float16 } of operatorCases())
    expect([name, usesFloat16(emitOnnx(outputs, target))]).toEqual([name, float16]);

  const stored = cast(constant([2], [1, 2], 'f16'), 'f32');
  expect(usesFloat16(emitOnnx({ stored }, target))).toBe(true);

  const [inLoop] = loop(2, less(scalar(0), 1), [input('x', [2])], (_, [x]) => ({
    goOn: less(scalar(0), 1),
    carried: [cast(cast(x!, 'f16'), 'f32')],
  }));
  expect(usesFloat16(emitOnnx({ inLoop: inLoop! }, target))).toBe(true);
});
