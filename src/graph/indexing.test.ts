import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { emitOnnx, encodeModel } from './onnx/index.ts';
import type { Target } from './target.ts';
import { embed, gradients, input, mul, sum } from './index.ts';

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

const WIDTH = 3;
const VOCABULARY = 50;

/** The gradient of Σ table[ids]·rows for the table, as the target computes it, on WASM. */
async function embedGradient(target: Target, ids: Int32Array, rows: Float32Array): Promise<Float32Array> {
  const n = ids.length;
  const table = input('table', [VOCABULARY, WIDTH]);
  const loss = sum(mul(embed(table, input('ids', [n], 'i32')), input('rows', [n, WIDTH])), [0, 1]);
  const graph = emitOnnx({ gradient: gradients(loss, [table])[0]! }, target);
  const session = await ort.InferenceSession.create(encodeModel(graph));
  const { gradient } = await session.run({
    ids: new ort.Tensor('int32', ids, [n]),
    rows: new ort.Tensor('float32', rows, [n, WIDTH]),
  });
  await session.release();
  return gradient!.data as Float32Array;
}

describe('the gradient of embed', () => {
  // Several blocks, the last of them not full.
  it.each([7, 1024, 2500])('adds %i rows up the same way on a GPU as on WASM', async (n) => {
    const random = new Random(1, n, 'rows');
    const ids = Int32Array.from({ length: n }, () => Math.floor(random.uniform() ** 3 * VOCABULARY));
    const rows = Float32Array.from({ length: n * WIDTH }, () => random.normal());
    const [wasm, gpu] = [await embedGradient('wasm', ids, rows), await embedGradient('webgpu', ids, rows)];
    gpu.forEach((value, i) => expect(Math.abs(value - wasm[i]!)).toBeLessThan(1e-4));
    const unused = Array.from({ length: VOCABULARY }, (_, id) => id).filter((id) => !ids.includes(id));
    for (const id of unused)
      expect([...gpu.subarray(id * WIDTH, (id + 1) * WIDTH)]).toEqual(Array(WIDTH).fill(0));
  });

  it('writes into a table of its own for each block, so that none has to be copied', () => {
    const table = input('table', [VOCABULARY, WIDTH]);
    const loss = sum(mul(embed(table, input('ids', [2500], 'i32')), input('rows', [2500, WIDTH])), [0, 1]);
    const { nodes } = emitOnnx({ gradient: gradients(loss, [table])[0]! }, 'webgpu');
    const tables = nodes
      .filter(({ type }) => type === 'Expand')
      .filter(({ outputs }) =>
        nodes.some(({ type, inputs }) => type === 'ScatterND' && inputs[0] === outputs[0]),
      );
    expect(tables).toHaveLength(3);
    expect(new Set(tables.map(({ inputs }) => inputs[0])).size).toBe(3);
  });
});
