/** The host for a device: replicas on WASM, one engine on the GPU. */
import { messageOf } from '../errors.ts';
import type { ModelConfig } from '../model/config.ts';
import {
  answerWithin,
  decideByTimes,
  type Device,
  type DeviceKind,
  type StepTime,
  type StepTimes,
} from '../runtime/device.ts';
import type { BuildProgram, BuildStepped } from '../programs/spec.ts';
import { timeStep } from './calibrate.ts';
import type { ModelHost } from './host.ts';
import { LocalHost } from './local-host.ts';
import { createWasmRuntime } from '../runtime/ort/wasm.ts';
import { ReplicatedHost, type SpawnEngine } from './replicated-host.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** More engines than this compete for memory bandwidth and help little with models of this size. */
export const MAX_ENGINES = 8;

/** @param answerMs how long a GPU may leave a call without an answer before it counts as lost */
export async function createRuntimeFor(kind: DeviceKind, answerMs?: number): Promise<Runtime> {
  if (kind === 'wasm') return createWasmRuntime();
  const { createWebgpuRuntime } = await import('../runtime/ort/webgpu.ts');
  return createWebgpuRuntime(answerMs);
}

export interface HostParts {
  readonly build: BuildProgram;
  readonly stepped: BuildStepped;
  readonly spawn: SpawnEngine;
}

export interface OpenHost {
  readonly host: ModelHost;
  readonly threads: number;
}

export interface HostOptions {
  /** Engines on WASM; by default one for each core. */
  readonly threads?: number | undefined;
  /** As for {@link createRuntimeFor}. */
  readonly answerMs?: number | undefined;
  /** Memory that an engine on WASM may take, where that is more than small models need. */
  readonly engineBytes?: number | undefined;
}

export async function openHost(
  kind: DeviceKind,
  { build, stepped, spawn }: HostParts,
  { threads = navigator.hardwareConcurrency || 1, answerMs, engineBytes }: HostOptions = {},
): Promise<OpenHost> {
  if (kind === 'webgpu')
    return { host: new LocalHost(await createRuntimeFor(kind, answerMs), build, { stepped }), threads: 1 };
  const engines = Math.max(1, Math.min(threads, MAX_ENGINES));
  return { host: new ReplicatedHost(spawn, engines, engineBytes), threads: engines };
}

/** How a host is opened for a device: all that differs from one worker to the other. */
export type Open = (kind: DeviceKind, answerMs?: number) => Promise<OpenHost>;

export interface ChosenHost extends OpenHost {
  readonly device: Device;
  /** What was measured for the choice, to be given back at the next start; `null` where nothing was to choose from. */
  readonly times: StepTimes | null;
}

/**
 * A host on the faster of two devices, by a step of the model on each.
 * @param device WebGPU on hardware
 * @param known what was measured before, if it was
 */
export async function openFaster(
  device: Device,
  config: ModelConfig,
  open: Open,
  known: StepTimes | null,
): Promise<ChosenHost> {
  const times = known ?? (await measure(config, open));
  const chosen = decideByTimes(device, times);
  const { webgpu } = times;
  const answerMs = typeof webgpu === 'string' ? undefined : answerWithin(webgpu);
  return { ...(await open(chosen.kind, answerMs)), device: chosen, times };
}

/** For each call of a first step: on hardware its programs are compiled within seconds. */
const CALIBRATION_MS = 60_000;

async function measure(config: ModelConfig, open: Open): Promise<StepTimes> {
  const timed = async (kind: DeviceKind): Promise<StepTime> => {
    const { host } = await open(kind, CALIBRATION_MS);
    try {
      return await timeStep(host, config);
    } finally {
      await host.dispose().catch(() => {});
    }
  };
  const webgpu = await timed('webgpu').catch((error: unknown) => messageOf(error));
  return { webgpu, wasm: await timed('wasm') };
}
