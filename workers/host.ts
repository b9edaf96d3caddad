/** The host of a worker: this project's programs, and engines in workers of their own. */
import { askForEngine, type EngineWorker } from '../src/host/engine-link.ts';
import { type HostOptions, type OpenHost, openHost as openHostWith } from '../src/host/open-host.ts';
import { buildProgram, buildStepped } from '../src/programs/index.ts';
import type { ModelConfig } from '../src/model/config.ts';
import { isLarge } from '../src/model/parameters.ts';
import type { DeviceKind } from '../src/runtime/device.ts';

/** An engine that computes with a large model may hold all weights of it, and what it computes with them. */
const LARGE_ENGINE_BYTES = 4 * 2 ** 30;

/** Memory that an engine may take for a model, where that is more than small ones need. */
export const engineBytesFor = (config: ModelConfig): number | undefined =>
  isLarge(config) ? LARGE_ENGINE_BYTES : undefined;

/** In a worker the page starts it. */
export const spawnEngine = (): EngineWorker =>
  typeof document === 'undefined'
    ? askForEngine(globalThis as unknown as DedicatedWorkerGlobalScope)
    : new Worker(new URL('./engine.ts', import.meta.url), { type: 'module', name: 'engine' });

export const openHost = (kind: DeviceKind, options?: HostOptions): Promise<OpenHost> =>
  openHostWith(kind, { build: buildProgram, stepped: buildStepped, spawn: spawnEngine }, options);
