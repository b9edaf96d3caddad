/** Where a measurement was taken, in words that make it comparable with another. */
import { dependencies, devDependencies } from '../package.json';
import { readAdapter } from '../src/runtime/device.ts';

export type Environment = Readonly<Record<string, string | number | boolean>>;

export async function readEnvironment(): Promise<Environment> {
  const adapter = await readAdapter();
  return {
    browser: browserVersion(navigator.userAgent),
    platform: platformOf(navigator.userAgent),
    cores: navigator.hardwareConcurrency,
    'cross-origin isolated': globalThis.crossOriginIsolated,
    'onnxruntime-web': dependencies['onnxruntime-web'],
    'jax-js': devDependencies['@jax-js/jax'],
    adapter: adapter ? adapter.description : 'none',
  };
}

export function browserVersion(userAgent: string): string {
  const match = /(HeadlessChrome|Edg|Firefox|Chrome)\/([\d.]+)/.exec(userAgent);
  return match ? `${match[1]} ${match[2]}` : userAgent;
}

export function platformOf(userAgent: string): string {
  return /\(([^)]*)\)/.exec(userAgent)?.[1] ?? 'unknown';
}

interface MemoryMeasurement {
  readonly bytes: number;
}

/** Chrome answers after its next garbage collection, at the latest after some twenty seconds. */
const MEMORY_TIMEOUT_MS = 60_000;

/** Bytes that the page and its workers hold, after a garbage collection; `null` where the browser does not tell. */
export async function measureMemory(): Promise<number | null> {
  const measure = (
    performance as { measureUserAgentSpecificMemory?: () => Promise<MemoryMeasurement> }
  ).measureUserAgentSpecificMemory?.bind(performance);
  if (!measure || !globalThis.crossOriginIsolated) return null;
  const timeout = new Promise<null>((resolve) => setTimeout(() => resolve(null), MEMORY_TIMEOUT_MS));
  return Promise.race([
    measure().then(
      ({ bytes }) => bytes,
      () => null,
    ),
    timeout,
  ]);
}
