import { describe, expect, it } from 'vitest';
import {
  type AdapterFacts,
  answerWithin,
  decideByTimes,
  decideDevice,
  DeviceError,
  isSoftware,
} from './device.ts';

const HARDWARE: AdapterFacts = { description: 'nvidia ampere RTX 3060', isFallback: false };
const SOFTWARE: AdapterFacts = { description: 'google swiftshader', isFallback: false };

describe('isSoftware', () => {
  it.each([
    'google swiftshader SwiftShader Device (Subzero)',
    'mesa llvmpipe (LLVM 17.0.6, 256 bits)',
    'Microsoft Direct3D12 (WARP)',
    'Microsoft Basic Render Driver',
  ])('knows %s', (description) => {
    expect(isSoftware({ description, isFallback: false })).toBe(true);
  });

  it('believes an adapter that says so itself', () => {
    expect(isSoftware({ ...HARDWARE, isFallback: true })).toBe(true);
  });

  it.each(['nvidia ampere RTX 3060', 'apple metal-3 M2', 'intel xe warpdrive', 'an unnamed adapter'])(
    'takes %s for hardware',
    (description) => {
      expect(isSoftware({ description, isFallback: false })).toBe(false);
    },
  );
});

describe('decideDevice', () => {
  it('takes WebGPU on hardware', () => {
    const device = decideDevice('auto', HARDWARE);
    expect(device).toMatchObject({ kind: 'webgpu', software: false, adapter: HARDWARE.description });
    expect(device.reason).toBe('WebGPU on nvidia ampere RTX 3060.');
  });

  it('counts a software adapter as none, and says so', () => {
    const device = decideDevice('auto', SOFTWARE);
    expect(device).toMatchObject({ kind: 'wasm', software: true });
    expect(device.reason).toMatch(/software one \(google swiftshader\)/);
    expect(decideDevice('auto', { ...HARDWARE, isFallback: true }).kind).toBe('wasm');
  });

  it('takes WASM without an adapter', () => {
    const device = decideDevice('auto', null);
    expect(device).toMatchObject({ kind: 'wasm', software: false, adapter: null });
    expect(device.reason).toMatch(/no WebGPU adapter/);
  });

  it('takes WASM when asked, whatever the adapter', () => {
    expect(decideDevice('wasm', HARDWARE)).toMatchObject({ kind: 'wasm', reason: /asked for/ });
  });

  it('takes WebGPU when asked, and warns of a software adapter', () => {
    expect(decideDevice('webgpu', HARDWARE).reason).not.toMatch(/software/);
    const device = decideDevice('webgpu', SOFTWARE);
    expect(device).toMatchObject({ kind: 'webgpu', software: true });
    expect(device.reason).toMatch(/software adapter, far slower than WASM/);
  });

  it('refuses WebGPU where there is no adapter, and says what to choose', () => {
    expect(() => decideDevice('webgpu', null)).toThrow(DeviceError);
    expect(() => decideDevice('webgpu', null)).toThrow(/no adapter\. .* Choose "auto" or "wasm"/);
  });

  it.each([
    ['auto', null],
    ['auto', SOFTWARE],
    ['wasm', HARDWARE],
  ] as const)('refuses WASM without WebAssembly (%s)', (choice, adapter) => {
    expect(() => decideDevice(choice, adapter, false)).toThrow(DeviceError);
    expect(() => decideDevice(choice, adapter, false)).toThrow(/no WebAssembly/);
  });
});

describe('decideByTimes', () => {
  const first = decideDevice('auto', HARDWARE);
  const time = (ms: number) => ({ firstMs: 10 * ms, ms });

  it('takes the faster device and says by how much', () => {
    const gpu = decideByTimes(first, { webgpu: time(41.4), wasm: time(182) });
    expect(gpu).toEqual({
      ...first,
      reason:
        'WebGPU on nvidia ampere RTX 3060, because a measured step of this model takes 41 ms there and 182 ms on WASM: 4.4 times as long.',
    });
    const wasm = decideByTimes(first, { webgpu: time(30), wasm: time(8.25) });
    expect(wasm.kind).toBe('wasm');
    expect(wasm.reason).toBe(
      'WASM, because a measured step of this model takes 8.3 ms there and 30 ms on WebGPU on nvidia ampere RTX 3060: 3.6 times as long.',
    );
  });

  it('takes WASM where the GPU failed, and tells what it said', () => {
    const { kind, reason } = decideByTimes(first, { webgpu: 'It gave no answer.', wasm: time(9) });
    expect(kind).toBe('wasm');
    expect(reason).toMatch(/RTX 3060.*first step of this model: It gave no answer\.$/);
  });

  it('waits at least half a minute for an answer, and longer where the first one took long', () => {
    expect(answerWithin(time(1))).toBe(30_000);
    expect(answerWithin(time(1000))).toBe(200_000);
  });
});
