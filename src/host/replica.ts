/** One of several single-threaded engines that share the work of a batch; runs inside its own worker. */
import { type BuildProgram, type ProgramSpec, specKey } from '../programs/spec.ts';
import type { HostArray, Runtime } from '../runtime/runtime.ts';
import type { Feeds, Values } from './host.ts';
import { ProgramCache } from './program-cache.ts';
import { compileGraph } from './sectioned.ts';

export type WeightSlot = 'current' | 'reference';
/** Tensors by name, as a graph is fed with them. */
export type WeightFeeds = Readonly<Record<string, Float32Array>>;

/** What a worker with a replica says and hears. */
export interface EngineApi {
  /** Lets the engine's memory grow to this; before it runs anything. */
  allowMemory(bytes: number): void;
  /** Bytes of the engine's memory now. */
  heapBytes(): number;
  /** Replaces the trainable tensors of a slot; memory that is shared may change between runs. */
  setWeights(slot: WeightSlot, weights: WeightFeeds): void;
  /** Adds frozen tensors, which both slots have, or replaces those of the same names. */
  addFrozen(weights: WeightFeeds): void;
  dropFrozen(names: readonly string[]): void;
  run(spec: ProgramSpec, slot: WeightSlot, feeds: Feeds): Promise<Values>;
}

export class Replica implements Omit<EngineApi, 'allowMemory' | 'heapBytes'> {
  readonly #runtime: Runtime;
  readonly #build: BuildProgram;
  readonly #programs: ProgramCache;
  readonly #weights = new Map<WeightSlot, WeightFeeds>();
  readonly #frozen = new Map<string, Float32Array>();

  constructor(runtime: Runtime, build: BuildProgram, programs = new ProgramCache()) {
    this.#runtime = runtime;
    this.#build = build;
    this.#programs = programs;
  }

  setWeights(slot: WeightSlot, weights: WeightFeeds): void {
    this.#weights.set(slot, weights);
  }

  addFrozen(weights: WeightFeeds): void {
    for (const [name, data] of Object.entries(weights)) this.#frozen.set(name, data);
  }

  dropFrozen(names: readonly string[]): void {
    for (const name of names) this.#frozen.delete(name);
  }

  run(spec: ProgramSpec, slot: WeightSlot, feeds: Feeds): Promise<Values> {
    const weights = this.#weights.get(slot);
    if (!weights) throw new Error(`This replica was given no ${slot} weights.`);
    return this.#programs.use(
      specKey(spec),
      () => compileGraph(this.#runtime, this.#build(spec)),
      async (program) =>
        (await program.run({ ...feeds, ...Object.fromEntries(this.#frozen), ...weights })).values,
    );
  }
}

/** The buffers behind some arrays, for transfer. */
export const buffersOf = (values: Readonly<Record<string, HostArray>>): ArrayBuffer[] =>
  Object.values(values)
    .map(({ buffer }) => buffer)
    .filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer);
