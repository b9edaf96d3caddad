/**
 * Graphs with checkpoints on a GPU: one section after the other, each recorded once however often it occurs. A section that
 * occurs more than once, as a layer does, reads arrays of its own, into which come the weights and the kept values of its
 * turn; what it leaves is copied to its place.
 */
import {
  inputsOf,
  lastReads,
  type Section,
  sectionsOf,
  type Shape,
  sizeOf,
  type Tensor,
  type ValueName,
} from '../graph/index.ts';
import {
  type ArrayCopy,
  type BoundProgram,
  type DeviceArray,
  type HostArray,
  type HostType,
  type Kernels,
  type Outputs,
  type PreparedKernel,
  type Runtime,
  RuntimeError,
} from '../runtime/runtime.ts';
import type { FrozenTensors } from './frozen-tensors.ts';
import type { Arrays } from './prepared.ts';

type Command = PreparedKernel | ArrayCopy;

/** What a graph reads of weights: arrays, and what is packed, by name. */
export interface WeightArrays {
  readonly arrays: Arrays;
  readonly frozen: FrozenTensors;
}

interface Step {
  readonly program: BoundProgram;
  /** Brings what it reads to where it reads it. */
  readonly before: readonly Command[];
  /** Brings what it left to its place. */
  readonly after: readonly Command[];
}

/** Arrays that are used again once they are given back. */
class Pool {
  readonly #runtime: Runtime;
  readonly #free = new Map<string, DeviceArray[]>();
  readonly all: DeviceArray[] = [];

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  take(type: HostType, shape: Shape): DeviceArray {
    const free = this.#free.get(`${type} ${shape.join()}`)?.pop();
    if (free) return free;
    const array = this.#runtime.allocate(shape, type);
    this.all.push(array);
    return array;
  }

  give(array: DeviceArray, type: HostType, shape: Shape): void {
    const key = `${type} ${shape.join()}`;
    this.#free.set(key, [...(this.#free.get(key) ?? []), array]);
  }
}

const typeOf = ({ dtype }: Tensor): HostType => dtype as HostType;

export class SectionedGraph {
  readonly #kernels: Kernels;
  readonly #steps: readonly Step[];
  readonly #own: readonly DeviceArray[];
  readonly #feeds: Arrays;
  /** What the last run left. */
  readonly outputs: Arrays;

  private constructor(
    kernels: Kernels,
    steps: readonly Step[],
    own: readonly DeviceArray[],
    feeds: Arrays,
    outputs: Arrays,
  ) {
    this.#kernels = kernels;
    this.#steps = steps;
    this.#own = own;
    this.#feeds = feeds;
    this.outputs = outputs;
  }

  /** @param weights that live longer than this, and whose values change in place if at all */
  static async open(
    runtime: Runtime,
    kernels: Kernels,
    graph: Outputs,
    weights: WeightArrays,
  ): Promise<SectionedGraph> {
    const opening = new Opening(runtime, graph, weights);
    try {
      const steps = await opening.steps();
      return new SectionedGraph(kernels, steps, opening.own, opening.feeds, opening.outputs);
    } catch (error) {
      await opening.release();
      throw error;
    }
  }

  /** Weights are read at each run as they are. */
  async run(feeds: Readonly<Record<string, HostArray>>): Promise<void> {
    for (const [name, array] of this.#feeds) {
      const value = feeds[name];
      if (!value) throw new RuntimeError(`The graph needs a value for its input ${name}.`);
      array.write(value);
    }
    let commands: readonly Command[] = [];
    for (const { program, before, after } of this.#steps) {
      commands = [...commands, ...before];
      if (commands.length > 0) this.#kernels.start(commands);
      await program.run();
      commands = after;
    }
    if (commands.length > 0) this.#kernels.start(commands);
  }

  async release(): Promise<void> {
    for (const program of new Set(this.#steps.map((step) => step.program))) await program.release();
    for (const array of this.#own) array.dispose();
  }
}

/** Where a value of the whole graph is while a run goes on; null for a weight that is packed. */
type Place = DeviceArray | null;

class Opening {
  readonly #runtime: Runtime;
  readonly #weights: WeightArrays;
  readonly #sections: readonly Section[];
  /** Sections that one program computes, by its key. */
  readonly #alike = new Map<string, Section[]>();
  readonly #kept: Pool;
  /** For what a program reads and leaves in its turn, in which no other has one. */
  readonly #scratch: Pool;
  readonly #programs = new Map<string, Bound>();
  readonly #places = new Map<ValueName, Place>();
  readonly feeds = new Map<string, DeviceArray>();
  readonly outputs = new Map<string, DeviceArray>();

  constructor(runtime: Runtime, graph: Outputs, weights: WeightArrays) {
    this.#runtime = runtime;
    this.#weights = weights;
    this.#kept = new Pool(runtime);
    this.#scratch = new Pool(runtime);
    this.#sections = sectionsOf(graph);
    for (const section of this.#sections)
      this.#alike.set(section.key, [...(this.#alike.get(section.key) ?? []), section]);
    for (const [name, tensor] of Object.entries(inputsOf(Object.values(graph))))
      this.#placeInput(name, tensor);
    for (const [name, tensor] of Object.entries(graph)) {
      const array = runtime.allocate(tensor.shape, typeOf(tensor));
      this.outputs.set(name, array);
    }
    this.#placeKept();
  }

  get own(): readonly DeviceArray[] {
    return [...this.#kept.all, ...this.#scratch.all, ...this.feeds.values(), ...this.outputs.values()];
  }

  #placeInput(name: string, tensor: Tensor): void {
    const { arrays, frozen } = this.#weights;
    const known = arrays.get(name);
    if (known) this.#places.set(name, known);
    else if (frozen.has(name)) this.#places.set(name, frozen.isPacked(name) ? null : frozen.array(name));
    else {
      const array = this.#runtime.allocate(tensor.shape, typeOf(tensor));
      this.feeds.set(name, array);
      this.#places.set(name, array);
    }
  }

  /** Gives each kept value an array from when it is computed until it is read last. */
  #placeKept(): void {
    const last = lastReads(this.#sections);
    for (const [i, { inputs, outputs, results }] of this.#sections.entries()) {
      const kept = Object.entries(results).filter(([, value]) => typeof value === 'number');
      for (const [name, value] of kept) {
        const tensor = outputs[name]!;
        this.#places.set(value, this.#kept.take(typeOf(tensor), tensor.shape));
      }
      // Not before what it computes has places of its own: a program must not write over what it reads.
      const tensors = inputsOf(Object.values(outputs));
      for (const [name, value] of Object.entries(inputs)) {
        if (typeof value !== 'number' || last.get(value) !== i) continue;
        const tensor = tensors[name]!;
        this.#kept.give(this.#places.get(value)!, typeOf(tensor), tensor.shape);
        last.delete(value);
      }
    }
  }

  async steps(): Promise<Step[]> {
    const steps: Step[] = [];
    for (const section of this.#sections) {
      const known = this.#programs.get(section.key);
      const bound = known ?? (await this.#bind(section));
      this.#programs.set(section.key, bound);
      steps.push(this.#step(section, bound));
    }
    return steps;
  }

  async release(): Promise<void> {
    for (const { program } of this.#programs.values()) await program.release().catch(() => {});
    for (const array of this.own) array.dispose();
  }

  /** Arrays of its own for what differs from turn to turn, or is packed; else those where the values are. */
  async #bind(section: Section): Promise<Bound> {
    const alike = this.#alike.get(section.key)!;
    const taken: (() => void)[] = [];
    const scratch = (tensor: Tensor): DeviceArray => {
      const array = this.#scratch.take(typeOf(tensor), tensor.shape);
      taken.push(() => this.#scratch.give(array, typeOf(tensor), tensor.shape));
      return array;
    };
    const own = new Map<string, DeviceArray>();
    const bound = (name: string, tensor: Tensor, places: readonly Place[]): DeviceArray => {
      const [first] = places;
      if (first && places.every((place) => place === first)) return first;
      const array = scratch(tensor);
      own.set(name, array);
      return array;
    };
    const tensors = inputsOf(Object.values(section.outputs));
    const inputs = Object.entries(tensors).map(([name, tensor]) => {
      const places = alike.map((each) => this.#places.get(each.inputs[name]!) ?? null);
      return [name, bound(name, tensor, places)] as const;
    });
    const outputs = Object.entries(section.outputs).map(([name, tensor]) => {
      const places = alike.map((each) => this.#placeOf(each.results[name]!));
      return [name, bound(name, tensor, places)] as const;
    });
    const program = await this.#runtime.bind(section.outputs, {
      inputs: Object.fromEntries(inputs),
      outputs: Object.fromEntries(outputs),
    });
    taken.forEach((give) => give());
    return { program, own };
  }

  #placeOf(result: ValueName): DeviceArray {
    return typeof result === 'number' ? this.#places.get(result)! : this.outputs.get(result)!;
  }

  #step({ inputs, outputs, results }: Section, { program, own }: Bound): Step {
    const before: Command[] = [];
    for (const [name, tensor] of Object.entries(inputsOf(Object.values(outputs)))) {
      const [into, value] = [own.get(name), inputs[name]!];
      if (!into) continue;
      const place = this.#places.get(value) ?? null;
      if (place) before.push(copyOf(place, into, tensor));
      else before.push(...this.#weights.frozen.expansion(value as string, into));
    }
    const after = Object.entries(outputs).flatMap(([name, tensor]) => {
      const from = own.get(name);
      return from ? [copyOf(from, this.#placeOf(results[name]!), tensor)] : [];
    });
    return { program, before, after };
  }
}

interface Bound {
  readonly program: BoundProgram;
  /** Its own arrays, by the names of its inputs and outputs. */
  readonly own: Arrays;
}

const copyOf = (from: DeviceArray, to: DeviceArray, { shape }: Tensor): ArrayCopy => ({
  kind: 'copy',
  from,
  to,
  length: sizeOf(shape),
});
