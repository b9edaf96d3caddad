import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ModelConfig } from '../model/config.ts';
import { buildProgram } from '../programs/index.ts';
import { decideDevice, type DeviceKind } from '../runtime/device.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';
import type { ModelHost } from './host.ts';
import { LocalHost } from './local-host.ts';
import { type Open, openFaster } from './open-host.ts';

const CONFIG: ModelConfig = {
  family: 'llama', vocabulary: 31, width: 16, layers: 1, heads: 2, kvHeads: 2, headWidth: 8, hidden: 24,
  maxPositions: 128, ropeTheta: 10_000, normEpsilon: 1e-6, tied: true, head: 'causal', padId: 0, endIds: [1],
}; // prettier-ignore
const HARDWARE = decideDevice('auto', { description: 'a card', isFallback: false });

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

/** Both devices are WASM here; a call to the one that is made slow takes so much longer. */
function devices(slow: Partial<Record<DeviceKind, number>>) {
  const opened: string[] = [];
  let disposed = 0;
  const open: Open = async (kind, answerMs) => {
    opened.push(`${kind} ${answerMs}`);
    const own = new LocalHost(createRuntime(ort, 'wasm', 1), buildProgram);
    const later = async <T>(result: Promise<T>): Promise<T> => {
      const value = await result;
      await new Promise((resolve) => setTimeout(resolve, slow[kind] ?? 0));
      return value;
    };
    const host = Object.assign(Object.create(own) as ModelHost, {
      load: own.load.bind(own),
      run: (...args: Parameters<ModelHost['run']>) => later(own.run(...args)),
      update: (...args: Parameters<ModelHost['update']>) => later(own.update(...args)),
      dispose: () => {
        disposed++;
        return own.dispose();
      },
    });
    return { host, threads: 1 };
  };
  return { open, opened, disposed: () => disposed };
}

describe('openFaster', () => {
  it.each([
    ['wasm', { webgpu: 400 }],
    ['webgpu', { wasm: 400 }],
  ] as const)('measures a step on both and opens the faster: %s', async (kind, slow) => {
    const { open, opened, disposed } = devices(slow);
    const { device, times, host } = await openFaster(HARDWARE, CONFIG, open, null);
    expect(device.kind).toBe(kind);
    expect(device.reason).toMatch(/a measured step of this model takes \d+ ms there/);
    expect(times!.wasm.firstMs).toBeGreaterThanOrEqual(times!.wasm.ms);
    expect(opened.map((each) => each.split(' ')[0])).toEqual(['webgpu', 'wasm', kind]);
    expect(disposed()).toBe(2);
    await host.dispose();
  });

  it('believes what was measured before, and derives from it how long an answer may take', async () => {
    const { open, opened } = devices({});
    const known = { webgpu: { firstMs: 4000, ms: 5 }, wasm: { firstMs: 90, ms: 80 } };
    const { device, times, host } = await openFaster(HARDWARE, CONFIG, open, known);
    expect(device.kind).toBe('webgpu');
    expect(times).toBe(known);
    expect(opened).toEqual(['webgpu 80000']);
    await host.dispose();
  });

  it('takes WASM where the GPU fails, and says how', async () => {
    const { open } = devices({});
    const failing: Open = (kind, answerMs) =>
      kind === 'webgpu' ? Promise.reject(new Error('No shader was compiled.')) : open(kind, answerMs);
    const { device, host } = await openFaster(HARDWARE, CONFIG, failing, null);
    expect(device.kind).toBe('wasm');
    expect(device.reason).toMatch(/did not get through a first step.*No shader was compiled\./);
    await host.dispose();
  });
});
