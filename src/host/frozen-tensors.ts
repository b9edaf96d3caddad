/** The tensors of a model that nothing changes, as a device keeps them. */
import { type Shape, sizeOf } from '../graph/index.ts';
import type { NamedTensors } from '../model/parameters.ts';
import { type DeviceArray, type PreparedKernel, type Runtime, RuntimeError } from '../runtime/runtime.ts';
import { packBfloat16, prepareExpansion } from './bfloat16.ts';

interface Stored {
  readonly shape: Shape;
  /** What graphs read; of one that is packed, as long as somebody wants it. */
  array: DeviceArray | null;
  /** The values as bfloat16, two a word. */
  readonly words: DeviceArray | null;
}

/** On a GPU those whose values are bfloat16 are kept so, and written out as float32 where they are wanted. */
export class FrozenTensors {
  readonly #runtime: Runtime;
  readonly #tensors = new Map<string, Stored>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Adds tensors, or replaces those of the same names. */
  add(tensors: NamedTensors): void {
    for (const [name, { shape, data }] of tensors) {
      this.#drop(name);
      const words = this.#runtime.kernels && packBfloat16(data);
      this.#tensors.set(
        name,
        words
          ? { shape, array: null, words: this.#runtime.upload(words) }
          : { shape, array: this.#runtime.upload(data, shape), words: null },
      );
    }
  }

  /** Lets those go that are not among these. */
  keep(isKept: (name: string) => boolean): void {
    for (const name of this.#tensors.keys()) if (!isKept(name)) this.#drop(name);
  }

  /** Arrays of all. */
  whole(): Map<string, DeviceArray> {
    return new Map([...this.#tensors.keys()].map((name) => [name, this.array(name)]));
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  isPacked(name: string): boolean {
    return (this.#tensors.get(name)?.words ?? null) !== null;
  }

  /** An array for graphs to read, the same until {@link pack} lets it go. */
  array(name: string): DeviceArray {
    const stored = this.#stored(name);
    if (stored.array === null) {
      stored.array = this.#runtime.allocate(stored.shape, 'f32');
      this.#runtime.kernels!.start(this.expansion(name, stored.array));
    }
    return stored.array;
  }

  /** Kernels that write a packed tensor out into another array. */
  expansion(name: string, into: DeviceArray): readonly PreparedKernel[] {
    const { shape, words } = this.#stored(name);
    if (words === null) throw new RuntimeError(`${name} is not packed.`);
    return prepareExpansion(this.#runtime.kernels!, words, into, sizeOf(shape));
  }

  /** Bytes of arrays that are there beside what is packed. */
  get expandedBytes(): number {
    const expanded = [...this.#tensors.values()].filter(
      ({ array, words }) => array !== null && words !== null,
    );
    return expanded.reduce((total, { shape }) => total + 4 * sizeOf(shape), 0);
  }

  /** Lets the arrays of packed tensors go that nobody reads any more. */
  pack(isRead: (name: string) => boolean): void {
    for (const [name, stored] of this.#tensors) {
      if (stored.words === null || isRead(name)) continue;
      stored.array?.dispose();
      stored.array = null;
    }
  }

  dispose(): void {
    this.keep(() => false);
  }

  #stored(name: string): Stored {
    const stored = this.#tensors.get(name);
    if (!stored) throw new RuntimeError(`There is no tensor ${name}.`);
    return stored;
  }

  #drop(name: string): void {
    const stored = this.#tensors.get(name);
    stored?.array?.dispose();
    stored?.words?.dispose();
    this.#tensors.delete(name);
  }
}
