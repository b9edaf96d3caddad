/**
 * Graph → ONNX (opset 18 plus ONNX Runtime's own domain). Walking back from the outputs leaves dead code behind;
 * nodes with the same operator, attributes and inputs are emitted once; a sum with a matrix product that nothing else
 * uses becomes one Gemm.
 */
import { type ConstantData, inputName, isInput } from '../constant.ts';
import { GraphError, type Node, type Shape, showShape, type Tensor } from '../tensor.ts';
import { type Constant, ConstantPool } from './constants.ts';
import { countUses, type Instruction, instructionOf } from './fuse.ts';
import type {
  EmitOptions,
  NestedLowering,
  OnnxGraph,
  OnnxInitializer,
  OnnxNode,
  OnnxType,
  OnnxValue,
} from './lowering.ts';
import type { Target } from '../target.ts';

/** One ONNX graph under construction: the main one or a loop body, which sees the names of its parents. */
class Scope implements NestedLowering {
  readonly #emitter: Emitter;
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  readonly names = new Map<Tensor, string>();
  readonly byKey = new Map<string, readonly string[]>();
  readonly constants = new Map<Constant, string>();
  /** Names of values that belong to this graph and to none around it. */
  readonly own = new Set<string>();

  constructor(
    emitter: Emitter,
    readonly parent: Scope | null,
  ) {
    this.#emitter = emitter;
  }

  get target(): Target {
    return this.#emitter.target;
  }

  fresh(hint: string): string {
    return this.#emitter.fresh(hint);
  }

  isUsed(tensor: Tensor): boolean {
    return this.#emitter.isUsed(tensor);
  }

  emitAll(type: string, inputs: readonly string[], options: EmitOptions = {}): readonly string[] {
    const { outputs = 1, attributes = {}, domain } = options;
    const names = Array.from({ length: outputs }, () => this.fresh(type));
    this.nodes.push({ type, inputs, outputs: names, attributes, ...(domain ? { domain } : {}) });
    for (const name of names) this.own.add(name);
    return names;
  }

  emit(type: string, inputs: readonly string[], options: EmitOptions = {}): string {
    return this.emitAll(type, inputs, options)[0]!;
  }

  hoist(type: string, inputs: readonly string[], options: EmitOptions = {}): string {
    if (this.parent && !inputs.some((name) => this.own.has(name)))
      return this.parent.hoist(type, inputs, options);
    const key = `hoisted ${type} ${inputs.join()} ${JSON.stringify(options)}`;
    const known = this.findKey(key);
    if (known) return known[0]!;
    const name = this.emit(type, inputs, options);
    this.byKey.set(key, [name]);
    return name;
  }

  constant(type: OnnxType, shape: Shape, data: ArrayLike<number>): string {
    const constant = this.#emitter.constants.intern(type, shape, data);
    const known = this.constants.get(constant);
    if (known !== undefined) return known;
    const name = this.fresh('constant');
    this.own.add(name);
    this.initializers.push({ name, type, shape, data: constant.data });
    this.constants.set(constant, name);
    return name;
  }

  nested(build: (body: NestedLowering) => Pick<OnnxGraph, 'inputs' | 'outputs'>): OnnxGraph {
    const body = new Scope(this.#emitter, this);
    const ends = build(body);
    return { ...ends, initializers: body.initializers, nodes: body.nodes };
  }

  bind(tensor: Tensor, name: string): void {
    this.own.add(name);
    this.names.set(tensor, name);
  }

  name(tensor: Tensor): string {
    return this.#emitter.name(tensor, this);
  }

  find(tensor: Tensor): string | undefined {
    return this.names.get(tensor) ?? this.parent?.find(tensor);
  }

  findKey(key: string): readonly string[] | undefined {
    return this.byKey.get(key) ?? this.parent?.findKey(key);
  }
}

class Emitter {
  readonly target: Target;
  readonly inputs: OnnxValue[] = [];
  readonly root: Scope;
  readonly constants = new ConstantPool();
  readonly #uses: ReadonlyMap<Tensor, number>;
  readonly #instructions = new Map<Node, Instruction>();
  #names = 0;

  constructor(outputs: readonly Tensor[], target: Target) {
    this.target = target;
    this.#uses = countUses(outputs);
    this.root = new Scope(this, null);
  }

  fresh(hint: string): string {
    return `${hint}_${this.#names++}`;
  }

  isUsed(tensor: Tensor): boolean {
    return this.#uses.has(tensor);
  }

  /** Name of the tensor's value, emitting what is needed for it. */
  name(tensor: Tensor, scope: Scope): string {
    // Walked on a stack of its own, as in `nodesBehind`.
    const path = [tensor];
    for (let last = path.at(-1); last; last = path.at(-1)) {
      if (scope.find(last) !== undefined) path.pop();
      else if (isInput(last)) this.#declareInput(last);
      else {
        const instruction = this.#instructionFor(last.node);
        const missing = instruction.inputs.find((operand) => scope.find(operand) === undefined);
        if (missing) path.push(missing);
        else this.#emit(instruction, last.node, scope);
      }
    }
    return scope.find(tensor)!;
  }

  #instructionFor(node: Node): Instruction {
    const known = this.#instructions.get(node) ?? instructionOf(node, this.#uses);
    this.#instructions.set(node, known);
    return known;
  }

  /** Once all operands have names. */
  #emit(instruction: Instruction, node: Node, scope: Scope): void {
    const inputs = instruction.inputs.map((operand) => scope.find(operand)!);
    const key = this.#keyOf(instruction, inputs);
    const found = key === null ? undefined : scope.findKey(key);
    const outputs = found ?? instruction.rule(instruction, inputs, scope);
    if (key !== null && !found) scope.byKey.set(key, outputs);
    node.outputs.forEach((output, i) => scope.names.set(output, outputs[i]!));
  }

  #declareInput(tensor: Tensor): void {
    const name = inputName(tensor);
    if (this.inputs.some((other) => other.name === name))
      throw new GraphError(`There are two inputs named ${name}.`);
    this.inputs.push({ name, type: tensor.dtype, shape: tensor.shape });
    this.root.names.set(tensor, name);
  }

  /** Equal for instructions that compute the same; `null` for one that is like no other. */
  #keyOf({ name, attributes, outputs, payload }: Instruction, inputs: readonly string[]): string | null {
    if (name === 'constant') {
      const { dtype, shape } = outputs[0]!;
      return `constant ${this.constants.intern(dtype, shape, payload as ConstantData).id}`;
    }
    if (payload !== undefined) return null;
    const types = outputs.map(({ shape, dtype }) => `${dtype}${showShape(shape)}`);
    return `${name} ${JSON.stringify(attributes)} ${inputs.join()} ${types.join()}`;
  }
}

export interface EmitSettings {
  /**
   * Every output comes from a kernel that computes it: where a device records kernels, it records no copies, and a value
   * under another name or in another shape is a copy once it is an output.
   */
  readonly computedOutputs?: boolean;
}

/** Nodes whose result is their operand under another name or in another shape. */
const RENAMING: ReadonlySet<string> = new Set(['Identity', 'Reshape']);
/** Nodes that write into a copy of their first operand, unless they may write into the operand itself. */
const WRITING: ReadonlySet<string> = new Set(['ScatterND', 'ScatterElements']);

/** A value computed anew, in a form that no optimizer takes out. */
const computed = (name: string, scope: Scope): string =>
  scope.emit('Where', [scope.constant('bool', [], [1]), name, name]);

/**
 * The ONNX graph that computes the named outputs.
 * @throws GraphError when two inputs, or an input and an output, share a name
 */
export function emitOnnx(
  outputs: Readonly<Record<string, Tensor>>,
  target: Target,
  { computedOutputs = false }: EmitSettings = {},
): OnnxGraph {
  const emitter = new Emitter(Object.values(outputs), target);
  const { root } = emitter;
  const taken = new Set<string>();
  const renamed = new Map<string, string>();
  const declared = Object.entries(outputs).map(([name, tensor]): OnnxValue => {
    let inner = emitter.name(tensor, root);
    const producer = root.nodes.find((node) => node.outputs.includes(inner));
    if (computedOutputs) {
      // An input may be bound to the array of the output, which is then written to in place.
      const copies =
        !producer ||
        RENAMING.has(producer.type) ||
        (WRITING.has(producer.type) && !emitter.inputs.some(({ name }) => name === producer.inputs[0]));
      if (copies || taken.has(inner)) inner = computed(inner, root);
    } else if (!producer || taken.has(inner)) inner = root.emit('Identity', [inner]);
    taken.add(inner);
    renamed.set(inner, name);
    return { name, type: tensor.dtype, shape: tensor.shape };
  });
  for (const { name } of declared)
    if (emitter.inputs.some((other) => other.name === name))
      throw new GraphError(`${name} is the name of an input and of an output.`);
  return {
    inputs: emitter.inputs,
    outputs: declared,
    initializers: root.initializers,
    nodes: root.nodes.map((node) => rename(node, renamed)),
  };
}

function rename(node: OnnxNode, names: ReadonlyMap<string, string>): OnnxNode {
  const swap = (name: string) => names.get(name) ?? name;
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).map(([key, attribute]) => {
      if (attribute.kind !== 'graph') return [key, attribute];
      const graph = attribute.value;
      return [
        key,
        { kind: 'graph' as const, value: { ...graph, nodes: graph.nodes.map((n) => rename(n, names)) } },
      ];
    }),
  );
  return { ...node, inputs: node.inputs.map(swap), outputs: node.outputs.map(swap), attributes };
}
