/** What the GPU adapter can do. */
import { isSoftware, readAdapter, requestAdapter } from '../../../runtime/device.ts';

/** Limits that decide how large a model or a batch can be, or how fast. */
export const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

export interface AdapterReport {
  readonly description: string;
  /** Whether it is a program and not hardware. */
  readonly software: boolean;
  readonly limits: Readonly<Record<(typeof LIMITS)[number], number>>;
  /** In alphabetical order. */
  readonly features: readonly string[];
}

/** @returns null where the browser offers none */
export async function reportAdapter(): Promise<AdapterReport | null> {
  const [adapter, facts] = await Promise.all([requestAdapter(), readAdapter()]);
  if (!adapter || !facts) return null;
  const limits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
  return {
    description: facts.description,
    software: isSoftware(facts),
    limits: limits as AdapterReport['limits'],
    features: [...adapter.features].toSorted(),
  };
}
