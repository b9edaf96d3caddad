import { ADAMW_DEFAULTS } from '../../src/host/adamw.ts';
import { GpuAdamW } from '../../src/host/adamw-gpu.ts';
import { adamwInPlace } from '../../src/host/adamw-host.ts';
import { Random } from '../../src/random.ts';
import type { DeviceArray, Kernels, Runtime } from '../../src/runtime/runtime.ts';

export interface AdamWReport {
  readonly length: number;
  /** Kernels of an update. */
  readonly kernels: number;
  /** Of norm and weights from those of the host, beside the largest of them. */
  readonly error: number;
}

const UPDATES = 3;

/** Updates of vectors in one piece and, as where bindings are small, in several, beside those of the host. */
export async function checkAdamW(runtime: Runtime): Promise<AdamWReport[]> {
  const kernels = runtime.kernels!;
  // 1,024 values are bound at once.
  const small: Kernels = { ...kernels, bindingBytes: 4096 };
  const reports: AdamWReport[] = [];
  for (const length of [3, 1024, 1025, 5000])
    for (const by of [kernels, small]) reports.push(await compare(runtime, by, length));
  return reports;
}

async function compare(runtime: Runtime, kernels: Kernels, length: number): Promise<AdamWReport> {
  const random = new Random(length, 0, 'adamw');
  const vector = (): Float32Array => Float32Array.from({ length }, () => random.normal());
  const [start, first, second] = [vector(), vector(), vector()];
  const host = {
    parameters: start.slice(),
    momentum: new Float32Array(length),
    variance: new Float32Array(length),
  };
  const total = first.map((value, i) => value + second[i]!);
  const flat = {
    parameters: runtime.upload(start),
    momentum: runtime.upload(host.momentum),
    variance: runtime.upload(host.variance),
    gradient: runtime.upload(first),
  };
  const part: DeviceArray = runtime.upload(second);
  const adamw = new GpuAdamW(runtime, kernels, flat, part, length);
  kernels.start(adamw.accumulate);
  let error = 0;
  for (let step = 1; step <= UPDATES; step++) {
    const norm = adamwInPlace(host, total, step, 0.01, ADAMW_DEFAULTS);
    adamw.set(step, 0.01, ADAMW_DEFAULTS);
    kernels.start(adamw.update);
    error = Math.max(error, Math.abs((await adamw.norm()) / norm - 1));
  }
  const parameters = await flat.parameters.read();
  const largest = Math.max(...host.parameters.map(Math.abs));
  for (const [i, value] of host.parameters.entries())
    error = Math.max(error, Math.abs(parameters[i]! - value) / largest);
  adamw.dispose();
  for (const array of [...Object.values(flat), part]) array.dispose();
  return { length, kernels: adamw.update.length, error };
}
