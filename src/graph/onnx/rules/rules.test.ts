import { describe, expect, it } from 'vitest';
import { operatorCases } from '../../operator-cases.ts';
import type { LoopBody } from '../../loop.ts';
import { input, isInput } from '../../constant.ts';
import { makeTensor, type Operator, type Tensor } from '../../tensor.ts';
import { emitOnnx } from '../index.ts';
import { FAMILIES } from './index.ts';

/** Operators behind the tensors, loop bodies included. */
function reach(tensors: readonly Tensor[], found: Set<Operator>, seen = new Set<Tensor>()): void {
  for (const tensor of tensors) {
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    const { operator, inputs, payload } = tensor.node;
    if (!isInput(tensor)) found.add(operator);
    reach(inputs, found, seen);
    if (operator.name === 'loop') reach((payload as LoopBody).results, found, seen);
  }
}

const operators = new Set<Operator>();
for (const { outputs, loss } of operatorCases()) reach([...Object.values(outputs), loss], operators);
const names = [...operators].map(({ name }) => name);
const ruled = FAMILIES.flatMap((family) => Object.keys(family));

describe('the rules', () => {
  it('say of every operator what it becomes, and of nothing else', () => {
    expect(ruled.toSorted()).toEqual(names.toSorted());
    expect(names.length).toBeGreaterThan(40);
  });

  it('are told apart by name', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(ruled).size).toBe(ruled.length);
  });

  it.each(['wasm', 'webgpu'] as const)('leave an operator without one to be named: %s', (target) => {
    const operator: Operator = { name: 'conjure', evaluate: (_node, [x]) => [x!] };
    const y = makeTensor(operator, [input('x', [2])], [2], 'f32');
    expect(() => emitOnnx({ y }, target)).toThrow(/^conjure: .*needs a rule/);
  });
});
