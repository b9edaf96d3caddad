import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, expect, it } from 'vitest';
import { emitOnnx, encodeModel } from './onnx/index.ts';
import { frozenHeadLogprobs, gradients, input, mul, sum } from './index.ts';

const memories: WebAssembly.Memory[] = [];
const megabytes = (): number =>
  memories.reduce((total, { buffer }) => total + buffer.byteLength, 0) / 2 ** 20;

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
});

const [ROWS, VOCABULARY, WIDTH] = [1024, 8192, 4];

/** By how much the engine's memory grows, in MiB, when values and gradient are computed. */
async function growth(heldLogits: number): Promise<number> {
  const rows = input('rows', [ROWS, WIDTH]);
  const head = input('head', [VOCABULARY, WIDTH]);
  const logprobs = frozenHeadLogprobs(rows, head, input('ids', [ROWS], 'i32'), {
    differentiable: true,
    heldLogits,
  });
  const loss = sum(mul(logprobs, input('weights', [ROWS])), [0]);
  const graph = emitOnnx({ loss, gradient: gradients(loss, [rows])[0]! }, 'wasm');
  const session = await ort.InferenceSession.create(encodeModel(graph));
  const before = megabytes();
  const result = await session.run({
    rows: new ort.Tensor('float32', new Float32Array(ROWS * WIDTH).fill(0.1), [ROWS, WIDTH]),
    head: new ort.Tensor('float32', new Float32Array(VOCABULARY * WIDTH), [VOCABULARY, WIDTH]),
    ids: new ort.Tensor('int32', new Int32Array(ROWS), [ROWS]),
    weights: new ort.Tensor('float32', new Float32Array(ROWS).fill(1 / ROWS), [ROWS]),
  });
  const grown = megabytes() - before;
  expect(result['loss']!.data[0]).toBeCloseTo(-Math.log(VOCABULARY), 3);
  await session.release();
  return grown;
}

it('holds the logits of one chunk of rows at a time, not all 32 MiB of them', async () => {
  expect(await growth(2 ** 18)).toBeLessThan(16);
  expect(await growth(2 ** 30)).toBeGreaterThan(32);
});
