import type { Environment } from '../environment.ts';
import type { GpuCounts } from './counter.ts';

/** What one thing asks of the GPU; for tokens and repeated calls an average. */
export interface CountsRow {
  readonly what: string;
  readonly engine: 'ours' | 'jax-js';
  readonly counts: GpuCounts;
  /** Bytes of buffers that are held while it is repeated. */
  readonly held: number;
  /** Whether ONNX Runtime left some of its nodes to the CPU. */
  readonly onCpu: boolean;
}

export interface CountsReport {
  readonly environment: Environment;
  readonly rows: readonly CountsRow[];
}
