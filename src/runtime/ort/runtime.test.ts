import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '../../float16.ts';
import { add, cast, concat, input } from '../../graph/index.ts';
import { type Runtime, RuntimeError } from '../runtime.ts';
import type { Gpu } from './gpu.ts';
import { createRuntime } from './runtime.ts';

/** Every pattern there is. */
const ALL = Uint16Array.from({ length: 65536 }, (_, i) => i);

/** `null` where there is none; comparing such long arrays by `toEqual` takes seconds. */
function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): unknown {
  if (a.length !== b.length) return { lengths: [a.length, b.length] };
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return { i, values: [a[i], b[i]] };
  return null;
}

describe('float16', () => {
  let runtime: Runtime;
  beforeAll(() => {
    ort.env.wasm.numThreads = 1;
    runtime = createRuntime(ort, 'wasm', 1);
  });

  it('goes in, is moved and comes out bit for bit, and is the same numbers to ONNX Runtime as to us', async () => {
    const x = input('x', [ALL.length], 'f16');
    const program = await runtime.compile({ twice: concat([x, x], 0), wide: cast(x, 'f32') });
    const { values } = await program.run({ x: ALL });
    expect(values['twice']).toBeInstanceOf(Uint16Array);
    expect(firstDifference(values['twice']!, new Uint16Array([...ALL, ...ALL]))).toBeNull();
    expect(firstDifference(values['wide']!, fromFloat16(ALL))).toBeNull();
    await program.release();
  });

  it('is rounded by ONNX Runtime as by us', async () => {
    const halves = fromFloat16(ALL.subarray(0, 0x7c00));
    // Each half, the middle to the next one and what is just beside that middle.
    const between = halves.map((value, i) => (value + (halves[i + 1] ?? 65536)) / 2);
    const [above, below] = [between.map((v) => v * (1 + 2 ** -23)), between.map((v) => v * (1 - 2 ** -23))];
    const x = new Float32Array([...halves, ...between, ...above, ...below, -0, Infinity, -1e30, NaN]);
    const program = await runtime.compile({ y: cast(input('x', [x.length]), 'f16') });
    const { values } = await program.run({ x });
    const [got, want] = [values['y']!, toFloat16(x)];
    expect(got).toBeInstanceOf(Uint16Array);
    expect(firstDifference(fromFloat16(got as Uint16Array), fromFloat16(want))).toBeNull();
    await program.release();
  });

  it('stays on the device as what it is', async () => {
    const bits = Uint16Array.of(0x3c00, 0x0001, 0xfc00);
    const array = runtime.upload(bits);
    expect(array.type).toBe('f16');
    expect(await array.readFloat16()).toEqual(bits);
    await expect(array.read()).rejects.toThrow(/holds f16 values and not f32/);
    const program = await runtime.compile({ y: cast(input('x', [3], 'f16'), 'f32') });
    expect((await program.run({ x: array })).values['y']).toEqual(Float32Array.of(1, 2 ** -24, -Infinity));
    await expect(program.run({ x: Float32Array.of(1, 2, 3) })).rejects.toThrow(/Input x must be f16 \[3\]/);
    await expect(program.run({ x: runtime.upload(Float32Array.of(1, 2, 3)) })).rejects.toThrow(
      /Input x must be f16; the array on the device holds f32/,
    );
    await program.release();
  });

  it('is refused by a GPU that has none, with what to do', async () => {
    const gpu = { float16: false } as Gpu;
    const bare = createRuntime(ort, 'webgpu', 1, gpu);
    expect(bare.float16).toBe(false);
    const refusal = bare.compile({ y: add(cast(input('x', [2], 'f16'), 'f32'), 1) });
    await expect(refusal).rejects.toThrow(RuntimeError);
    await expect(refusal).rejects.toThrow(/shader-f16.*Choose the WASM device/);
  });
});
