/** What draws the tokens of a stepped program: a kernel, or its reference where there is no GPU. */
import { type Drawing, DRAWING_ARRAYS } from '../programs/stepped.ts';
import type { DeviceArray, Runtime } from '../runtime/runtime.ts';
import { GpuSampler } from './sampler-gpu.ts';
import { HostSampler } from './sampler-host.ts';

export type DrawingArrays = Readonly<Record<keyof typeof DRAWING_ARRAYS, DeviceArray>>;

export interface Sampler {
  /** Draws the token of a step, whose number is in the array of the step too. */
  draw(step: number): Promise<void>;
}

/**
 * @param state the program's arrays, by name
 * @throws RangeError for restrictions that `checkSampler` refuses
 */
export function createSampler(
  runtime: Runtime,
  drawing: Drawing,
  state: ReadonlyMap<string, DeviceArray>,
): Sampler {
  const arrays = Object.fromEntries(
    Object.entries(DRAWING_ARRAYS).map(([key, name]) => [key, state.get(name)!]),
  ) as DrawingArrays;
  return runtime.kernels
    ? new GpuSampler(runtime.kernels, drawing, arrays)
    : new HostSampler(drawing, arrays);
}
