import * as v from 'valibot';
import { MAX_RESULTS_CHARS } from './results.ts';
import type { Value } from './types.ts';

/**
 * Messages between the page and the sandbox. Three parties: the page (trusted), the opaque frame (our script,
 * untrusted origin) and a worker in it (runs generated programs). Page and frame speak over one port, page and
 * each worker over a port of their own. Whatever comes back is parsed here before anything reads it; a message
 * that does not parse is evidence of tampering, never an error to recover from.
 */

/** The files of an {@link EngineSpec} that could be had, by name. */
export type EngineFiles = Readonly<Record<string, ArrayBuffer>>;

/** Page → frame. The engine's bytes are posted once; the frame compiles them once for all its workers. */
export type ToFrame =
  | { readonly type: 'engine'; readonly script: string; readonly wasm: ArrayBuffer }
  | { readonly type: 'files'; readonly files: EngineFiles }
  /** Travels with the worker's end of a `MessageChannel`. */
  | { readonly type: 'spawn'; readonly worker: number }
  | { readonly type: 'terminate'; readonly worker: number };

/** Frame → worker, once, with its port. */
export interface Boot {
  readonly type: 'boot';
  readonly module: WebAssembly.Module;
  readonly files: EngineFiles;
  readonly port: MessagePort;
}

/** Page → worker. `job` is a {@link Work} as JSON text. */
export interface Run {
  readonly type: 'run';
  readonly nonce: string;
  readonly job: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

/** What a run is to do: one of three, as JSON. */
export type Work = Job | OperationsJob | TestsJob;

/** A program and the operations that tests ask of it, each as JSON text (`perform.py`). */
export interface OperationsJob {
  readonly program: string;
  readonly entry: string;
  readonly operations: readonly string[];
}

/** Tests to be run on what a program answered (`check.py`), as JSON text, and how many pages of its answer are read. */
export interface TestsJob {
  readonly tests: string;
  readonly pages: number;
}

/** A program, the name that it must define, and the arguments of each call of it. Expected values are not in it. */
export interface Job {
  readonly program: string;
  readonly entry: string;
  readonly calls: readonly JobCall[];
  /** With it the program is a script: it runs as `__main__` with this text on its standard input, and no calls are made. */
  readonly stdin?: string;
}

/** The arguments of one call; those by name are Python's. */
export type JobCall =
  readonly Value[] | { readonly args: readonly Value[]; readonly kwargs: { readonly [name: string]: Value } };

const worker = v.pipe(v.number(), v.integer());
const sentence = v.pipe(v.string(), v.maxLength(4000));

/** Frame → page. `noise` is anything a worker said outside its port. */
export const fromFrame = v.variant('type', [
  v.strictObject({ type: v.literal('ready') }),
  v.strictObject({ type: v.literal('failed'), message: sentence }),
  v.strictObject({ type: v.literal('died'), worker, message: sentence }),
  v.strictObject({ type: v.literal('noise'), worker }),
]);
export type FromFrame = v.InferOutput<typeof fromFrame>;

const nonce = v.pipe(v.string(), v.length(32));
/** Longest report that is parsed: all results that a worker reports, and of each call that it was refused. */
export const MAX_REPORT_CHARS = 2 * MAX_RESULTS_CHARS;

/**
 * Worker → page. A run is answered by exactly `started`, `done`, `idle`, in that order and with its nonce; the
 * verdict waits for `idle`, so that a second `done` in between is seen. `unfit` asks for the worker's
 * replacement: between `started` and `done` the program is innocent and runs again elsewhere.
 */
export const fromWorker = v.variant('type', [
  v.strictObject({ type: v.literal('ready'), engine: sentence }),
  v.strictObject({ type: v.literal('started'), nonce }),
  v.strictObject({
    type: v.literal('done'),
    nonce,
    report: v.pipe(v.string(), v.maxLength(MAX_REPORT_CHARS)),
  }),
  v.strictObject({ type: v.literal('idle'), nonce }),
  v.strictObject({ type: v.literal('unfit'), message: sentence }),
]);
export type FromWorker = v.InferOutput<typeof fromWorker>;

const programError = v.object({
  type: v.pipe(v.string(), v.maxLength(200)),
  message: v.pipe(v.string(), v.maxLength(4000)),
  line: v.nullable(v.number()),
});

const stream = v.pipe(v.string(), v.maxLength(100_000));
/** What an operation printed, on standard output and on standard error. */
const streams = v.strictObject({ out: stream, err: stream });

/** One call: what it returned (still to be checked as a `Value`), why that was refused, or what it raised. */
const callReport = v.union([
  v.strictObject({ returned: v.unknown(), printed: v.optional(streams) }),
  v.strictObject({ refused: sentence }),
  v.strictObject({ raised: sentence, memory: v.boolean(), line: v.nullable(v.number()) }),
]);
export type CallReport = v.InferOutput<typeof callReport>;

/** Most bytes of a script's standard output that are kept. */
export const MAX_PRINTED_BYTES = 2 ** 20;

/** What a script wrote to its standard output. `cut`: there was more. `not-text`: it is not UTF-8, and not here. */
const printed = v.strictObject({
  text: v.pipe(v.string(), v.maxLength(MAX_PRINTED_BYTES)),
  state: v.picklist(['whole', 'cut', 'not-text']),
});
export type Printed = v.InferOutput<typeof printed>;

/** What one run told: how far the program got, one report per call that was made, and its output. */
export const runReport = v.strictObject({
  outcome: v.picklist(['ran', 'syntax', 'exception', 'memory', 'timeout', 'crash']),
  error: v.nullable(programError),
  calls: v.array(callReport),
  output: v.pipe(v.string(), v.maxLength(100_000)),
  /** Of a script only. */
  printed: v.optional(printed),
  timeMs: v.pipe(v.number(), v.finite()),
  /** Most memory that the interpreter held during the run. */
  memoryBytes: v.pipe(v.number(), v.finite()),
  /** The size of the worker's memory, which never shrinks and may exceed what the interpreter used. */
  heldBytes: v.pipe(v.number(), v.finite()),
});
export type RunReport = v.InferOutput<typeof runReport>;

/** 128 random bits in hex: names one run, so that a stale or guessed reply cannot be taken for its own. */
export function makeNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
