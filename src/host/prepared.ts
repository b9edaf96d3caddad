/** Graphs bound to arrays of a device, with what depends on the weights alone computed once for each version of them. */
import { inputsOf, Preparation } from '../graph/index.ts';
import {
  type BoundProgram,
  type DeviceArray,
  type HostArray,
  type HostType,
  type Outputs,
  type Runtime,
  RuntimeError,
} from '../runtime/runtime.ts';

export type Arrays = ReadonlyMap<string, DeviceArray>;

/** Weights, and what graphs read of them in another form. */
export class PreparedWeights {
  readonly #runtime: Runtime;
  readonly #weights: Arrays;
  readonly #preparation: Preparation;
  readonly #arrays = new Map<string, DeviceArray>();
  #program: BoundProgram | null = null;
  /** The version of the weights that the program has seen last. */
  #version: number | null = null;

  /** @param weights arrays that live longer than this, and whose values change in place if at all */
  constructor(runtime: Runtime, weights: Arrays) {
    this.#runtime = runtime;
    this.#weights = weights;
    this.#preparation = new Preparation((name) => weights.has(name));
  }

  /** The outputs, reading what is prepared. To be called for all graphs before {@link open}. */
  rest(outputs: Outputs): Outputs {
    return this.#preparation.rest(outputs);
  }

  /** What graphs take as inputs, by name. */
  async open(): Promise<Readonly<Record<string, DeviceArray>>> {
    const { prepared } = this.#preparation;
    for (const [name, { shape, dtype }] of Object.entries(prepared))
      this.#arrays.set(name, this.#runtime.allocate(shape, dtype as HostType));
    const made = (name: string): string => `made ${name}`;
    const weights = Object.fromEntries(this.#weights);
    if (this.#arrays.size > 0)
      this.#program = await this.#runtime.bind(
        Object.fromEntries(Object.entries(prepared).map(([name, tensor]) => [made(name), tensor])),
        {
          inputs: weights,
          outputs: Object.fromEntries([...this.#arrays].map(([name, array]) => [made(name), array])),
        },
      );
    return { ...weights, ...Object.fromEntries(this.#arrays) };
  }

  /** Computes what is prepared anew if the weights are others. */
  async see(version: number): Promise<void> {
    if (this.#version === version) return;
    await this.#program?.run();
    this.#version = version;
  }

  async release(): Promise<void> {
    await this.#program?.release();
    for (const array of this.#arrays.values()) array.dispose();
  }
}

/** One graph over weights, run for one batch after the other. */
export class BoundGraph {
  readonly #prepared: PreparedWeights;
  readonly #program: BoundProgram;
  readonly #feeds: Arrays;
  /** What the last run left. */
  readonly outputs: Arrays;

  private constructor(prepared: PreparedWeights, program: BoundProgram, feeds: Arrays, outputs: Arrays) {
    this.#prepared = prepared;
    this.#program = program;
    this.#feeds = feeds;
    this.outputs = outputs;
  }

  static async open(runtime: Runtime, outputs: Outputs, weights: Arrays): Promise<BoundGraph> {
    const prepared = new PreparedWeights(runtime, weights);
    const graph = prepared.rest(outputs);
    const [feeds, results] = [new Map<string, DeviceArray>(), new Map<string, DeviceArray>()];
    try {
      const known = await prepared.open();
      for (const [name, { shape, dtype }] of Object.entries(inputsOf(Object.values(graph))))
        if (!(name in known)) feeds.set(name, runtime.allocate(shape, dtype as HostType));
      for (const [name, { shape, dtype }] of Object.entries(graph))
        results.set(name, runtime.allocate(shape, dtype as HostType));
      const program = await runtime.bind(graph, {
        inputs: { ...known, ...Object.fromEntries(feeds) },
        outputs: Object.fromEntries(results),
      });
      return new BoundGraph(prepared, program, feeds, results);
    } catch (error) {
      await prepared.release().catch(() => {});
      for (const array of [...feeds.values(), ...results.values()]) array.dispose();
      throw error;
    }
  }

  /** @param version another number whenever the weights are others */
  async run(feeds: Readonly<Record<string, HostArray>>, version: number): Promise<void> {
    await this.#prepared.see(version);
    for (const [name, array] of this.#feeds) {
      const value = feeds[name];
      if (!value) throw new RuntimeError(`The graph needs a value for its input ${name}.`);
      array.write(value);
    }
    await this.#program.run();
  }

  async release(): Promise<void> {
    await this.#program.release();
    await this.#prepared.release();
    for (const array of [...this.#feeds.values(), ...this.outputs.values()]) array.dispose();
  }
}
