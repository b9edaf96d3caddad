/** The host for a device: replicas on WASM, one engine on the GPU. */
import type { DeviceKind } from '../runtime/device.ts';
import type { BuildProgram, BuildStepped } from '../programs/spec.ts';
import type { ModelHost } from './host.ts';
import { LocalHost } from './local-host.ts';
import { createWasmRuntime } from '../runtime/ort/wasm.ts';
import { ReplicatedHost, type SpawnEngine } from './replicated-host.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** More engines than this compete for memory bandwidth and help little with models of this size. */
const MAX_ENGINES = 8;

export async function createRuntimeFor(kind: DeviceKind): Promise<Runtime> {
  if (kind === 'wasm') return createWasmRuntime();
  const { createWebgpuRuntime } = await import('../runtime/ort/webgpu.ts');
  return createWebgpuRuntime();
}

export interface HostParts {
  readonly build: BuildProgram;
  readonly stepped: BuildStepped;
  readonly spawn: SpawnEngine;
}

/** @param threads engines on WASM; by default one for each core */
export async function openHost(
  kind: DeviceKind,
  { build, stepped, spawn }: HostParts,
  threads: number = navigator.hardwareConcurrency || 1,
): Promise<{ host: ModelHost; threads: number }> {
  if (kind === 'webgpu')
    return { host: new LocalHost(await createRuntimeFor(kind), build, { stepped }), threads: 1 };
  const engines = Math.max(1, Math.min(threads, MAX_ENGINES));
  return { host: new ReplicatedHost(spawn, engines), threads: engines };
}
