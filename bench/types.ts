import type { CountsReport, GpuReport, GpuRequest } from './gpu/types.ts';
import type { ModelsAutomation } from './models/types.ts';
import type { DeviceChoice } from '../src/runtime/device.ts';

export interface BenchRequest {
  readonly device: DeviceChoice;
  /** Timed repetitions of each engine, interleaved. */
  readonly repetitions: number;
}

/** One measurement: medians of `unit`, ours against the peer's; `null` where the peer has nothing to compare. */
export interface BenchRow {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number | null;
  /** How many times faster ours is. */
  readonly ratio: number | null;
  readonly samples: { readonly ours: readonly number[]; readonly peer: readonly number[] };
}

export interface BenchReport {
  /** Browser, threads, adapter, versions of both engines. */
  readonly environment: Readonly<Record<string, string | number | boolean>>;
  readonly rows: readonly BenchRow[];
}

/** What the page of the benchmarks offers to a program that drives it, as `window.posteriorBench`. */
export interface BenchAutomation extends ModelsAutomation {
  benchEngine(request: BenchRequest): Promise<BenchReport>;
  gpuCounts(request: Record<string, never>): Promise<CountsReport>;
  benchGpu(request: GpuRequest): Promise<GpuReport>;
}

declare global {
  interface Window {
    posteriorBench?: BenchAutomation;
  }
}
