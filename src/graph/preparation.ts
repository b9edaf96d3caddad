/** Graphs in two parts: what depends on some of their inputs alone, and the rest. */
import { input, inputName, isInput } from './constant.ts';
import { nodesBehind } from './order.ts';
import { makeNode, type Node, type Tensor } from './tensor.ts';

/** Operators that only call the same values another shape: nothing is gained by doing that beforehand. */
const FREE = new Set(['reshape', 'detach', 'checkpoint']);

type Kind = 'constant' | 'stable' | 'changing';

/**
 * Takes out of graphs what depends on their stable inputs and on constants alone, so that it can be computed once for
 * many runs; what several graphs compute alike is taken once. A loop stays whole, with all that goes into it: its body
 * computes nothing of that kind again anyway.
 */
export class Preparation {
  readonly #isStable: (name: string) => boolean;
  readonly #kinds = new Map<Node, Kind>();
  readonly #keys = new Map<Node, string>();
  readonly #ids = new Map<unknown, number>();
  /** The input that stands for what is prepared, by what that is. */
  readonly #inputs = new Map<string, Tensor>();
  readonly #prepared: Record<string, Tensor> = {};

  /** @param isStable whether the input of this name stays the same between runs */
  constructor(isStable: (name: string) => boolean) {
    this.#isStable = isStable;
  }

  /** What the graphs so far take as inputs beside their own, by the names of those inputs. */
  get prepared(): Readonly<Record<string, Tensor>> {
    return this.#prepared;
  }

  /** The same outputs, which now read what is prepared. */
  rest(outputs: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>> {
    const replaced = new Map<Tensor, Tensor>();
    const replace = (tensor: Tensor): Tensor => {
      const known = replaced.get(tensor);
      if (known) return known;
      const { node } = tensor;
      if (this.#isWork(tensor)) {
        const own = this.#prepare(tensor);
        replaced.set(tensor, own);
        return own;
      }
      const results = node.operator.name === 'loop' ? node.outputs : rebuilt(node, node.inputs.map(replace));
      node.outputs.forEach((output, i) => replaced.set(output, results[i]!));
      return replaced.get(tensor)!;
    };
    const all = Object.values(outputs);
    for (const node of nodesBehind(all)) this.#kindOf(node);
    const open = (node: Node): readonly Tensor[] => (this.#isWork(node.outputs[0]!) ? [] : node.inputs);
    for (const node of nodesBehind(all, open)) if (!this.#isWork(node.outputs[0]!)) replace(node.outputs[0]!);
    return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, replace(tensor)]));
  }

  #prepare(tensor: Tensor): Tensor {
    const key = `${this.#keyOf(tensor.node)} ${tensor.output}`;
    const known = this.#inputs.get(key);
    if (known) return known;
    const name = `prepared ${this.#inputs.size}`;
    this.#prepared[name] = tensor;
    const own = input(name, tensor.shape, tensor.dtype);
    this.#inputs.set(key, own);
    return own;
  }

  /** Whether a tensor is stable and there is anything to compute for it. */
  #isWork({ node }: Tensor): boolean {
    if (isInput(node.outputs[0]!) || this.#kindOf(node) !== 'stable') return false;
    return !FREE.has(node.operator.name) || this.#isWork(node.inputs[0]!);
  }

  #kindOf(node: Node): Kind {
    const known = this.#kinds.get(node);
    if (known) return known;
    const own = node.inputs.map((tensor) => this.#kindOf(tensor.node));
    const isChanging = isInput(node.outputs[0]!)
      ? !this.#isStable(inputName(node.outputs[0]!))
      : own.includes('changing');
    const isStable = isInput(node.outputs[0]!) || own.includes('stable');
    const kind = isChanging ? 'changing' : isStable ? 'stable' : 'constant';
    this.#kinds.set(node, kind);
    return kind;
  }

  /** Equal for nodes that compute the same from inputs of the same names. */
  #keyOf(node: Node): string {
    const known = this.#keys.get(node);
    if (known) return known;
    const { operator, attributes, inputs, outputs, payload } = node;
    const key = JSON.stringify([
      operator.name,
      attributes,
      inputs.map((tensor) => [this.#keyOf(tensor.node), tensor.output]),
      outputs.map(({ shape, dtype }) => [shape, dtype]),
      payload === undefined ? null : this.#idOf(isShort(payload) ? Array.from(payload).join() : payload),
    ]);
    // The keys of what it reads are in it: short, so that it does not grow with its depth.
    const id = `${operator.name} ${this.#idOf(key)}`;
    this.#keys.set(node, id);
    return id;
  }

  #idOf(value: unknown): number {
    const known = this.#ids.get(value);
    if (known !== undefined) return known;
    this.#ids.set(value, this.#ids.size);
    return this.#ids.size - 1;
  }
}

/** Values of a constant that are compared one by one; longer ones are the same only if they are one array. */
const isShort = (payload: unknown): payload is ArrayLike<number> =>
  ((payload as Partial<ArrayLike<number>>).length ?? Infinity) <= 64;

/** The node with other inputs; itself where they are its own. */
export function rebuilt(node: Node, inputs: readonly Tensor[]): readonly Tensor[] {
  if (inputs.every((tensor, i) => tensor === node.inputs[i])) return node.outputs;
  return makeNode(node.operator, inputs, node.outputs, node.attributes, node.payload);
}
