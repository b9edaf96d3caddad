/** The host of a worker: this project's programs, and engines in workers of their own. */
import { type HostOptions, type OpenHost, openHost as openHostWith } from '../src/host/open-host.ts';
import { buildProgram, buildStepped } from '../src/programs/index.ts';
import type { DeviceKind } from '../src/runtime/device.ts';

export const spawnEngine = (): Worker =>
  new Worker(new URL('./engine.ts', import.meta.url), { type: 'module', name: 'engine' });

export const openHost = (kind: DeviceKind, options?: HostOptions): Promise<OpenHost> =>
  openHostWith(kind, { build: buildProgram, stepped: buildStepped, spawn: spawnEngine }, options);
