/** Which device to compute on, and why; a person always gets to see the reason. */

export const DEVICE_KINDS = ['webgpu', 'wasm'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];
/** `auto` decides by the adapter and by what a step of the model takes. */
export const DEVICE_CHOICES = ['auto', ...DEVICE_KINDS] as const;
export type DeviceChoice = (typeof DEVICE_CHOICES)[number];

export const isDeviceChoice = (value: string | null): value is DeviceChoice =>
  (DEVICE_CHOICES as readonly (string | null)[]).includes(value);

export interface Device {
  readonly kind: DeviceKind;
  /** One sentence: why this device. */
  readonly reason: string;
  /** The adapter's own words, where there is one. */
  readonly adapter: string | null;
  /** Whether the adapter is a program and not hardware. */
  readonly software: boolean;
}

export class DeviceError extends Error {
  override readonly name = 'DeviceError';
}

/** What is worth knowing of an adapter. */
export interface AdapterFacts {
  readonly description: string;
  readonly isFallback: boolean;
}

const SOFTWARE = /swiftshader|llvmpipe|\bwarp\b|basic render/i;

export const isSoftware = ({ description, isFallback }: AdapterFacts): boolean =>
  isFallback || SOFTWARE.test(description);

/**
 * Decides from plain facts: `auto` takes WebGPU only on real hardware, since a software adapter is far slower than
 * WASM.
 * @throws DeviceError when the asked-for device does not exist here
 */
export function decideDevice(choice: DeviceChoice, adapter: AdapterFacts | null, hasWasm = true): Device {
  const software = adapter !== null && isSoftware(adapter);
  const name = adapter?.description ?? null;
  // The engine's own program is WebAssembly, whichever device it computes on.
  if (!hasWasm)
    throw new DeviceError(
      'This browser runs no WebAssembly, so nothing can be computed here. Nothing was changed. Use a current Chrome, Edge, Firefox or Safari, or allow WebAssembly in its settings.',
    );
  const wasm = (reason: string): Device => ({ kind: 'wasm', reason, adapter: name, software });
  switch (choice) {
    case 'wasm':
      return wasm('WASM, because it was asked for.');
    case 'webgpu':
      if (!adapter)
        throw new DeviceError(
          'WebGPU was asked for, but this browser offers no adapter. Nothing was changed. Choose "auto" or "wasm", or enable WebGPU in the browser.',
        );
      return {
        kind: 'webgpu',
        reason: `WebGPU on ${name}, because it was asked for${software ? '; this is a software adapter, far slower than WASM' : ''}.`,
        adapter: name,
        software,
      };
    case 'auto':
      if (!adapter) return wasm('WASM, because this browser offers no WebGPU adapter.');
      if (software) return wasm(`WASM, because the only WebGPU adapter is a software one (${name}).`);
      return { kind: 'webgpu', reason: `WebGPU on ${name}.`, adapter: name, software };
  }
}

/** Milliseconds that a step takes, and the first one, which compiles. */
export interface StepTime {
  readonly firstMs: number;
  readonly ms: number;
}

/** What the same step of one model takes on each device; in words what went wrong, where the GPU did not get through it. */
export interface StepTimes {
  readonly webgpu: StepTime | string;
  readonly wasm: StepTime;
}

const inMs = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** The faster device, given the one that the adapter speaks for: WebGPU on hardware. */
export function decideByTimes(device: Device, { webgpu, wasm }: StepTimes): Device {
  if (typeof webgpu === 'string')
    return {
      ...device,
      kind: 'wasm',
      reason: `WASM, because the GPU (${device.adapter}) did not get through a first step of this model: ${webgpu}`,
    };
  const [kind, name] =
    webgpu.ms <= wasm.ms ? (['webgpu', `WebGPU on ${device.adapter}`] as const) : (['wasm', 'WASM'] as const);
  const [own, other] = kind === 'webgpu' ? [webgpu.ms, wasm.ms] : [wasm.ms, webgpu.ms];
  const rival = kind === 'webgpu' ? 'WASM' : `WebGPU on ${device.adapter}`;
  const ratio = (other / own).toFixed(1);
  return {
    ...device,
    kind,
    reason: `${name}, because a measured step of this model takes ${inMs(own)} there and ${inMs(other)} on ${rival}: ${ratio} times as long.`,
  };
}

/** The longest that a GPU may leave a call without an answer, once its first step was timed. */
export const answerWithin = ({ firstMs }: StepTime): number => Math.max(30_000, 20 * firstMs);

/** The browser's fastest adapter; `null` where there is none. */
export async function requestAdapter(): Promise<GPUAdapter | null> {
  const gpu = globalThis.navigator?.gpu as GPU | undefined;
  return (await gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null)) ?? null;
}

/** Bytes of the largest buffer that {@link requestAdapter}'s adapter allows; `null` where there is none. */
export const largestBuffer = async (): Promise<number | null> =>
  (await requestAdapter())?.limits.maxBufferSize ?? null;

/** Facts of {@link requestAdapter}'s adapter. */
export async function readAdapter(): Promise<AdapterFacts | null> {
  const adapter = await requestAdapter();
  if (!adapter) return null;
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const words = [vendor, architecture, device, description].filter(Boolean).join(' ');
  return { description: words || 'an unnamed adapter', isFallback: isFallbackAdapter };
}

/** {@link decideDevice} for the browser this runs in. */
export async function chooseDevice(choice: DeviceChoice): Promise<Device> {
  const adapter = choice === 'wasm' ? null : await readAdapter();
  return decideDevice(choice, adapter, typeof WebAssembly === 'object');
}
