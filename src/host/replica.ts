/** One of several single-threaded engines that share the work of a batch; runs inside its own worker. */
import { type BuildProgram, type ProgramSpec, specKey } from '../programs/spec.ts';
import type { Feeds, Values } from './host.ts';
import type { HostArray, Program, Runtime } from '../runtime/runtime.ts';

export type WeightSlot = 'current' | 'reference';

/** What a worker with a replica says and hears. */
export interface EngineApi {
  setWeights(slot: WeightSlot, weights: Float32Array): void;
  run(spec: ProgramSpec, slot: WeightSlot, feeds: Feeds): Promise<Values>;
}

export class Replica implements EngineApi {
  readonly #runtime: Runtime;
  readonly #build: BuildProgram;
  readonly #programs = new Map<string, Promise<Program>>();
  readonly #weights = new Map<WeightSlot, Float32Array>();

  constructor(runtime: Runtime, build: BuildProgram) {
    this.#runtime = runtime;
    this.#build = build;
  }

  setWeights(slot: WeightSlot, weights: Float32Array): void {
    this.#weights.set(slot, weights);
  }

  async run(spec: ProgramSpec, slot: WeightSlot, feeds: Feeds): Promise<Values> {
    const key = specKey(spec);
    let program = this.#programs.get(key);
    if (!program) {
      program = this.#runtime.compile(this.#build(spec));
      this.#programs.set(key, program);
      program.catch(() => this.#programs.delete(key));
    }
    const weights = this.#weights.get(slot);
    if (!weights) throw new Error(`This replica was given no ${slot} weights.`);
    const { values } = await (await program).run({ ...feeds, parameters: weights });
    return values;
  }
}

/** The buffers behind some arrays, for transfer. */
export const buffersOf = (values: Readonly<Record<string, HostArray>>): ArrayBuffer[] =>
  Object.values(values)
    .map(({ buffer }) => buffer)
    .filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer);
