import { describe, expect, it } from 'vitest';
import { add, constant, evaluateNamed, input, loop, matmul, mul, scalar, sum, transpose } from './index.ts';
import { Preparation } from './preparation.ts';
import { inputName, isInput } from './constant.ts';
import type { NdArray, Tensor } from './tensor.ts';

const values = (shape: readonly number[], start: number): NdArray => ({
  shape,
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => start + i / 7),
});

function inputsOf(outputs: readonly Tensor[]): string[] {
  const names = new Set<string>();
  const visit = (tensor: Tensor): void => {
    if (isInput(tensor)) names.add(inputName(tensor));
    tensor.node.inputs.forEach(visit);
  };
  outputs.forEach(visit);
  return [...names].sort();
}

describe('Preparation', () => {
  it('gives the values of the whole, with the work on stable inputs in the first part alone', () => {
    const [w, norm, x] = [input('w', [3, 4]), input('norm', [4]), input('x', [2, 4])];
    const y = matmul(x, transpose(mul(w, norm), [1, 0]));
    const feeds = { w: values([3, 4], 1), norm: values([4], -1), x: values([2, 4], 2) };
    const preparation = new Preparation((name) => name !== 'x');
    const rest = preparation.rest({ y });
    const { prepared } = preparation;
    expect(Object.values(prepared).map(({ shape }) => shape)).toEqual([[4, 3]]);
    expect(inputsOf(Object.values(prepared))).toEqual(['norm', 'w']);
    expect(inputsOf(Object.values(rest))).toEqual(['prepared 0', 'x']);
    const made = evaluateNamed(Object.values(prepared), feeds);
    const names = Object.keys(prepared);
    const given = { ...feeds, ...Object.fromEntries(names.map((name, i) => [name, made[i]!])) };
    expect(evaluateNamed([rest['y']!], given)).toEqual(evaluateNamed([y], feeds));
  });

  it('takes once what several graphs compute alike', () => {
    const graph = (x: Tensor) => mul(x, mul(input('w', [2]), 3));
    const preparation = new Preparation((name) => name === 'w');
    const rests = ['a', 'b'].map((name) => preparation.rest({ y: graph(input(name, [2])) }));
    preparation.rest({ y: mul(input('c', [2]), mul(input('w', [2]), 4)) });
    expect(Object.keys(preparation.prepared)).toHaveLength(2);
    expect(inputsOf(rests.map(({ y }) => y!))).toEqual(['a', 'b', 'prepared 0']);
  });

  it('leaves stable inputs themselves, constants, and what loops read', () => {
    const [w, x] = [input('w', [2]), input('x', [2])];
    const doubled = mul(w, 2);
    const [total] = loop(3, constant([], [1], 'bool'), [x], (_step, [value]) => ({
      goOn: constant([], [1], 'bool'),
      carried: [add(value!, doubled)],
    }));
    const outputs = { total: total!, plain: add(x, w), fixed: add(x, mul(scalar(2), scalar(3))) };
    const preparation = new Preparation((name) => name === 'w');
    expect(preparation.rest(outputs)).toEqual(outputs);
    expect(preparation.prepared).toEqual({});
  });

  it('takes outputs that never change, too', () => {
    const preparation = new Preparation(() => true);
    const { y } = preparation.rest({ y: sum(input('w', [2]), [0]) });
    expect(inputName(y!)).toBe('prepared 0');
  });
});
