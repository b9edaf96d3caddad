import type { Environment } from '../environment.ts';
import type { GpuCounts } from './counter.ts';

/** What one thing asks of the GPU; for tokens and repeated calls an average. */
export interface CountsRow {
  readonly what: string;
  readonly engine: 'ours' | 'jax-js';
  readonly counts: GpuCounts;
  /** Bytes of buffers that are held while it is repeated. */
  readonly held: number;
  /** Whether ONNX Runtime left some of its nodes to the CPU; `null` where that is not told. */
  readonly onCpu: boolean | null;
}

export interface CountsReport {
  readonly environment: Environment;
  readonly rows: readonly CountsRow[];
}

export interface GpuRequest {
  /** `small` for a software adapter. */
  readonly size: 'full' | 'small';
}

/** Gigaflops of one product; a string tells why there are none. */
export interface ProductRow {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly engine: number | string;
  readonly own: number | string;
  readonly jax: number | string;
}

/** Milliseconds, or why there are none. */
export type Measured = number | string;

/** What `bench gpu` measures; each part that failed says so in words. */
export interface GpuReport extends GpuRequest {
  readonly environment: Environment;
  readonly operators:
    | {
        readonly checked: number;
        readonly worst: number;
        readonly failed: readonly string[];
        readonly float16: boolean;
      }
    | string;
  /** Outputs of all kinds of program, those that were not recorded, and those of which a bit is another than without a record. */
  readonly records:
    | {
        readonly outputs: number;
        readonly unrecorded: readonly string[];
        readonly different: readonly string[];
      }
    | string;
  /** Of a copy of 4 bytes to the host, with nothing else to do. */
  readonly readbackMs: Measured;
  readonly products: readonly ProductRow[];
  /** A training step of the bench model. */
  readonly trainStep: { readonly captured: Measured; readonly uncaptured: Measured; readonly jax: Measured };
  /** Tokens a second of the bench model, prompts shared by groups. */
  readonly generation: { readonly engine: Measured; readonly jax: Measured };
  /** Milliseconds of a layer of Qwen2.5-Coder-0.5B, forwards and backwards, and GFLOP/s of its products. */
  readonly layer: { readonly ms: Measured; readonly gigaflops: Measured };
  /** The default model: a token of every completion, by their number. */
  readonly tokens: readonly {
    readonly completions: number;
    readonly captured: Measured;
    readonly uncaptured: Measured;
  }[];
  /** Bytes of buffers that the training step of the bench model holds. */
  readonly held: number | string;
  readonly seconds: number;
}
