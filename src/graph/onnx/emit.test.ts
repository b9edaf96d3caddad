import { describe, expect, it } from 'vitest';
import {
  add,
  and,
  argmax,
  cast,
  concat,
  input,
  less,
  logSoftmax,
  loop,
  matmul,
  mul,
  or,
  reshape,
  scalar,
  slice,
  softplus,
  split,
  writePosition,
} from '../index.ts';
import { emitOnnx } from './index.ts';

const x = input('x', [2, 3]);
const w = input('w', [4, 3]);

describe('emitOnnx', () => {
  const typesOf = (outputs: Parameters<typeof emitOnnx>[0]) =>
    emitOnnx(outputs, 'wasm').nodes.map((n) => n.type);

  it('leaves dead code behind and emits equal expressions once', () => {
    mul(x, 3);
    expect(typesOf({ y: add(mul(x, 2), mul(x, 2)) })).toEqual(['Mul', 'Add']);
  });

  it('makes a product and a sum one Gemm, unless the product is used elsewhere', () => {
    const product = matmul(x, w, { transB: true });
    const c = input('c', [2, 4]);
    expect(typesOf({ y: add(c, product) })).toEqual(['Gemm']);
    expect(typesOf({ y: add(c, product), product })).toEqual(['Gemm', 'Add']);
  });

  it('computes what does not change outside the loop', () => {
    const [y] = loop(3, less(scalar(0), 1), [x], (_, [z]) => ({
      goOn: less(scalar(0), 1),
      carried: [add(z!, mul(x, 5))],
    }));
    const graph = emitOnnx({ y: y! }, 'wasm');
    const loopNode = graph.nodes.find((n) => n.type === 'Loop')!;
    expect(graph.nodes.map((n) => n.type)).toContain('Mul');
    const body = loopNode.attributes['body']!;
    expect(body.kind === 'graph' && body.value.nodes.map((n) => n.type)).not.toContain('Mul');
  });

  describe('for a device that records kernels', () => {
    const lastTypes = (outputs: Parameters<typeof emitOnnx>[0]) => {
      const { nodes } = emitOnnx(outputs, 'webgpu', { computedOutputs: true });
      return Object.keys(outputs).map((name) => nodes.find((node) => node.outputs.includes(name))!.type);
    };

    it('computes every output, also one that is an input or another output', () => {
      const sum = add(x, 1);
      expect(lastTypes({ sum, flat: reshape(x, [6]), same: x, again: sum })).toEqual([
        'Add',
        'Where',
        'Where',
        'Where',
      ]);
    });

    it('writes into an input in place, and into nothing else', () => {
      const row = input('row', [1, 3]);
      const at = input('at', [], 'i32');
      const table = input('table', [1, 2, 3]);
      expect(lastTypes({ y: writePosition(table, at, row) })).toEqual(['ScatterND']);
      expect(lastTypes({ y: writePosition(mul(table, 2), at, row) })).toEqual(['Where']);
    });
  });

  describe('for WebGPU', () => {
    it('multiplies one row with a matrix as it lies', () => {
      const [row, keys] = [input('row', [2, 1, 3]), input('keys', [2, 5, 3])];
      const y = matmul(row, keys, { transB: true, scale: 0.5 });
      const types = emitOnnx({ y }, 'webgpu').nodes.map(({ type }) => type);
      expect(types).toEqual(['Mul', 'Reshape', 'MatMul', 'Reshape']);
    });

    it('binds at most eight buffers to a kernel that splits or joins', () => {
      const sizes = Array.from({ length: 60 }, (_, i) => 1 + (i % 3));
      const parts = split(input('flat', [120]), 0, sizes);
      const graph = emitOnnx({ y: concat(parts.toReversed(), 0) }, 'webgpu');
      for (const { inputs, outputs, type } of graph.nodes)
        if (type === 'Split') expect(outputs.length).toBeLessThanOrEqual(7);
        else expect(inputs.length).toBeLessThanOrEqual(7);
      expect(emitOnnx({ y: concat(parts.toReversed(), 0) }, 'wasm').nodes.length).toBe(2);
    });

    it('turns a matrix round once and outside the loop when the loop never changes it', () => {
      const keys = input('keys', [2, 5, 3]);
      const [y] = loop(3, less(scalar(0), 1), [input('q', [2, 3, 3])], (_, [q]) => {
        const scores = matmul(q!, keys, { transB: true });
        return { goOn: less(scalar(0), 1), carried: [matmul(scores, keys)] };
      });
      const graph = emitOnnx({ y: y! }, 'webgpu');
      const body = graph.nodes.find((n) => n.type === 'Loop')!.attributes['body']!;
      expect(graph.nodes.map((n) => n.type)).toEqual(['Less', 'Transpose', 'Loop']);
      expect(body.kind === 'graph' && body.value.nodes.map((n) => n.type)).not.toContain('Transpose');
    });

    it('uses no operator that the provider would hand to the CPU', () => {
      const q = input('q', [2, 3, 4]);
      const ids = input('ids', [2, 6], 'i32');
      const flag = less(q, 0);
      const outputs = {
        a: softplus(logSoftmax(matmul(q, q, { transB: true, scale: 0.5 }))),
        b: cast(and(or(flag, flag), less(q, 1)), 'f32'),
        c: slice(ids, 1, 1, 5),
        d: argmax(q),
      };
      const types = emitOnnx(outputs, 'webgpu').nodes.map((n) => n.type);
      for (const missing of ['FusedMatMul', 'LogSoftmax', 'Softplus', 'And', 'Or', 'Slice', 'ArgMax'])
        expect(types).not.toContain(missing);
    });
  });

  it('refuses two inputs of one name', () => {
    expect(() => emitOnnx({ y: add(x, input('x', [2, 3])) }, 'wasm')).toThrow(/two inputs named x/);
  });
});
