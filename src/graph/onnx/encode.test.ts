import { describe, expect, it } from 'vitest';
import official from 'onnx-proto';
import { input, matmul, sum } from '../index.ts';
import { emitOnnx, encodeModel } from './index.ts';

describe('encodeModel', () => {
  it('is read back by the official schema', () => {
    const [x, w] = [input('x', [2, 3]), input('w', [4, 3])];
    const y = sum(matmul(x, w, { transB: true, scale: 0.5 }), [1]);
    const { ModelProto, TensorProto } = official.onnx;
    const model = ModelProto.decode(encodeModel(emitOnnx({ y }, 'wasm')));
    expect(ModelProto.verify(model)).toBeNull();
    expect(Number(model.opsetImport[0]!.version)).toBe(18);
    const graph = model.graph!;
    expect(graph.input!.map((v) => v.name)).toEqual(['x', 'w']);
    expect(graph.output!.map((v) => v.name)).toEqual(['y']);
    expect(graph.node!.map((n) => n.opType)).toEqual(['Gemm', 'ReduceSum']);
    const attribute = (name: string) => graph.node![0]!.attribute!.find((a) => a.name === name)!;
    expect(Number(attribute('transB').i)).toBe(1);
    expect(attribute('alpha').f).toBe(0.5);
    expect(graph.initializer![0]!.dataType).toBe(TensorProto.DataType.INT64);
    const shape = graph.input![1]!.type!.tensorType!.shape!.dim!;
    expect(shape.map((d) => Number(d.dimValue))).toEqual([4, 3]);
  });
});
