/** The host of a worker: this project's programs, and engines in workers of their own. */
import { askForEngine, type EngineWorker } from '../src/host/engine-link.ts';
import { type HostOptions, type OpenHost, openHost as openHostWith } from '../src/host/open-host.ts';
import { buildProgram, buildStepped } from '../src/programs/index.ts';
import type { DeviceKind } from '../src/runtime/device.ts';

/** In a worker the page starts it. */
export const spawnEngine = (): EngineWorker =>
  typeof document === 'undefined'
    ? askForEngine(globalThis as unknown as DedicatedWorkerGlobalScope)
    : new Worker(new URL('./engine.ts', import.meta.url), { type: 'module', name: 'engine' });

export const openHost = (kind: DeviceKind, options?: HostOptions): Promise<OpenHost> =>
  openHostWith(kind, { build: buildProgram, stepped: buildStepped, spawn: spawnEngine }, options);
