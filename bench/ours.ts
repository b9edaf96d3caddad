/** This project's engine in the browser. */
import type { DeviceKind } from '../src/runtime/device.ts';
import { openHost } from '../workers/host.ts';
import { type Ours, oursOn, partsFor } from './ours-on.ts';
import type { Workload } from './workload.ts';

export async function openOurs(kind: DeviceKind, workload: Workload): Promise<Ours> {
  const { host, threads } = await openHost(kind);
  return oursOn(host, threads, kind === 'webgpu' ? 1 : partsFor(threads), workload);
}
