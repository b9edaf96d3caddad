import type { Language } from './types.ts';

/** A file that an engine's workers need beside their script and their compiled module. */
export interface EngineFile {
  /** Under `sandbox/` of the site. */
  readonly name: string;
  /** An optional file that cannot be had is left out: the engine then starts without it. */
  readonly optional: boolean;
  /** Unpacked on arrival, unless the host has already done so. */
  readonly gzip: boolean;
}

/** What the trusted side knows of an engine. Everything else about it is in its worker script. */
export interface EngineSpec {
  readonly language: Language;
  /** For sentences: "Python did not start". */
  readonly title: string;
  /** One classic script under `sandbox/`: the worker. */
  readonly script: string;
  /** The engine's WebAssembly under `sandbox/`, compiled once in the frame and shared by its workers. */
  readonly wasm: string;
  readonly files: readonly EngineFile[];
  /** A worker is replaced after this many programs. */
  readonly runsPerWorker: number;
  /** Most memory of a program that names no limit, interpreter included, in MiB. */
  readonly memoryMb: number;
  /** Smallest and largest limit that a program may ask for, in MiB; one beyond these acts as these. */
  readonly minMemoryMb: number;
  readonly maxMemoryMb: number;
  /** A worker whose memory has grown beyond this, in MiB, is replaced when another is warm. */
  readonly keepMb: number;
}
