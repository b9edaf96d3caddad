import { describe, expect, it } from 'vitest';
import {
  add,
  checkpoint,
  constant,
  evaluateNamed,
  gradients,
  GraphError,
  input,
  inputsOf,
  loop,
  matmul,
  mul,
  type NdArray,
  sectionsOf,
  sigmoid,
  sum,
  type Tensor,
  type ValueName,
} from './index.ts';

const WIDTH = 3;
const values = (shape: readonly number[], start: number): NdArray => ({
  shape,
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(start + i)),
});

/** A stack of layers that are alike, its loss, and the gradient of every weight. */
function stack(layers: number, cut: (x: Tensor) => Tensor): Record<string, Tensor> {
  const weights = Array.from({ length: layers }, (_, i) => input(`w${i}`, [WIDTH, WIDTH]));
  let x = cut(mul(input('x', [2, WIDTH]), 2));
  for (const weight of weights) {
    const bias = constant([WIDTH], Float32Array.of(0.1, 0.2, 0.3));
    x = cut(add(sigmoid(add(matmul(x, weight), bias)), x));
  }
  const loss = sum(mul(x, x), [0, 1]);
  const all = gradients(loss, weights);
  return { loss, ...Object.fromEntries(all.map((gradient, i) => [`g${i}`, gradient])) };
}

const feedsFor = (layers: number): Record<string, NdArray> => ({
  x: values([2, WIDTH], 1),
  ...Object.fromEntries(Array.from({ length: layers }, (_, i) => [`w${i}`, values([WIDTH, WIDTH], 5 * i)])),
});

/** Evaluates section by section; each may read nothing but what is kept and what is fed. */
function evaluate(outputs: Record<string, Tensor>, feeds: Record<string, NdArray>) {
  const known = new Map<ValueName, NdArray>(Object.entries(feeds));
  for (const section of sectionsOf(outputs)) {
    const own = Object.entries(section.inputs).map(([name, value]) => [name, known.get(value)!] as const);
    const results = evaluateNamed(Object.values(section.outputs), Object.fromEntries(own));
    Object.keys(section.outputs).forEach((name, i) => known.set(section.results[name]!, results[i]!));
  }
  return Object.keys(outputs).map((name) => known.get(name)!);
}

describe('sections', () => {
  it('give together what the whole graph gives', () => {
    const outputs = stack(4, checkpoint);
    expect(evaluate(outputs, feedsFor(4))).toEqual(evaluateNamed(Object.values(outputs), feedsFor(4)));
  });

  it('are one program for all layers, and one for all of their gradients', () => {
    const kinds = (layers: number) => sectionsOf(stack(layers, checkpoint)).map(({ key }) => key);
    const [few, many] = [kinds(4), kinds(9)];
    expect(many.length - few.length).toBe(2 * 5);
    expect(new Set(many).size).toBe(new Set(few).size);
    expect(new Set(many)).toEqual(new Set(few));
  });

  it('read what is kept at their two ends, and weights', () => {
    const sections = sectionsOf(stack(3, checkpoint));
    const backward = sections.find(({ results }) => Object.values(results).includes('g1'))!;
    const read = Object.values(backward.inputs);
    expect(read.filter((value) => typeof value === 'number')).toHaveLength(2);
    expect(read.filter((value) => typeof value === 'string')).toEqual(['w1']);
    // The weights of no other layer, and no value of the inside of this one.
    expect(Object.keys(inputsOf(Object.values(backward.outputs)))).toHaveLength(3);
  });

  it('tell layers with other constants apart', () => {
    const layer = (x: Tensor, shift: number) =>
      checkpoint(add(x, constant([100], new Float32Array(100).fill(shift))));
    const graph = (shifts: readonly number[]) => ({
      y: sum(shifts.reduce(layer, checkpoint(mul(input('x', [100]), 2))), [0]),
    });
    const kinds = (shifts: readonly number[]) =>
      new Set(sectionsOf(graph(shifts)).map(({ key }) => key)).size;
    expect(kinds([1, 1, 1])).toBe(3);
    expect(kinds([1, 2, 1])).toBe(4);
  });

  it('are a single one without checkpoints', () => {
    const [section, ...others] = sectionsOf(stack(3, (x) => x));
    expect(others).toEqual([]);
    expect(Object.values(section!.results)).toEqual(['loss', 'g0', 'g1', 'g2']);
  });

  it('cannot go through a loop', () => {
    const goOn = constant([], [1], 'bool');
    const [y] = loop(2, goOn, [checkpoint(mul(input('x', [1]), 2))], (_step, [x]) => ({
      goOn,
      carried: [x!],
    }));
    expect(() => sectionsOf({ y: y! })).toThrow(GraphError);
  });
});
