/** Which device to compute on, and why; a person always gets to see the reason. */

export const DEVICE_KINDS = ['webgpu', 'wasm'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];
/** `auto` decides by the adapter. */
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

/** The browser's fastest adapter; `null` where there is none. */
export async function requestAdapter(): Promise<GPUAdapter | null> {
  const gpu = globalThis.navigator?.gpu as GPU | undefined;
  return (await gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null)) ?? null;
}

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
