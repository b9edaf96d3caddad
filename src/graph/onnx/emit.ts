/**
 * Graph → ONNX (opset 18 plus ONNX Runtime's own domain). Walking back from the outputs leaves dead code behind;
 * nodes with the same operator, attributes and inputs are emitted once; a sum with a matrix product that nothing else
 * uses becomes one Gemm.
 */
import { inputName, isInput } from '../constant.ts';
import { add } from '../elementwise.ts';
import { type LoopBody, loopOperator } from '../loop.ts';
import { gemm, isMatmul } from '../matmul.ts';
import { GraphError, type Node, sameShape, type Shape, showShape, type Tensor } from '../tensor.ts';
import {
  type EmitOptions,
  int,
  type Lowering,
  type OnnxGraph,
  type OnnxInitializer,
  type OnnxNode,
  type OnnxType,
  type OnnxValue,
  type Target,
} from './lowering.ts';

/** One ONNX graph under construction: the main one or a loop body, which sees the names of its parents. */
class Scope implements Lowering {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  readonly names = new Map<Tensor, string>();
  readonly byKey = new Map<string, readonly string[]>();
  /** Names of values that belong to this graph and to none around it. */
  readonly own = new Set<string>();

  constructor(
    readonly target: Target,
    readonly counter: { next: number },
    readonly parent: Scope | null,
  ) {}

  fresh(hint: string): string {
    return `${hint}_${this.counter.next++}`;
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

  constant(type: OnnxType, shape: Shape, data: readonly number[]): string {
    const key = `constant ${type} ${showShape(shape)} ${data.join()}`;
    const known = this.byKey.get(key);
    if (known) return known[0]!;
    const name = this.fresh('constant');
    this.own.add(name);
    const values = {
      f32: () => Float32Array.from(data),
      i32: () => Int32Array.from(data),
      bool: () => Uint8Array.from(data),
      i64: () => BigInt64Array.from(data, BigInt),
    }[type]();
    this.initializers.push({ name, type, shape, data: values });
    this.byKey.set(key, [name]);
    return name;
  }

  find(tensor: Tensor): string | undefined {
    return this.names.get(tensor) ?? this.parent?.find(tensor);
  }

  findKey(key: string): readonly string[] | undefined {
    return this.byKey.get(key) ?? this.parent?.findKey(key);
  }
}

/** How often each tensor is used in the graph behind the outputs, loop bodies included. */
function countUses(outputs: readonly Tensor[]): Map<Tensor, number> {
  const uses = new Map<Tensor, number>();
  const seen = new Set<Node>();
  const use = (tensor: Tensor): void => {
    uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
    if (seen.has(tensor.node)) return;
    seen.add(tensor.node);
    // The operands of a hand-written gradient are only there for differentiation.
    (tensor.node.operator.name === 'withGradient'
      ? tensor.node.inputs.slice(0, 1)
      : tensor.node.inputs
    ).forEach(use);
    if (tensor.node.operator === loopOperator) (tensor.node.payload as LoopBody).results.forEach(use);
  };
  outputs.forEach(use);
  return uses;
}

const addOperator = add(0, 0).node.operator;

/** `a·b + c` as one node where that is what the sum is. */
function fuseGemm(node: Node, uses: ReadonlyMap<Tensor, number>): Node {
  if (node.operator !== addOperator) return node;
  const { shape } = node.outputs[0]!;
  if (shape.length !== 2) return node;
  for (const [product, c] of [node.inputs, node.inputs.toReversed()] as [Tensor, Tensor][]) {
    const fits =
      sameShape(c.shape, shape) || sameShape(c.shape, [shape[1]!]) || sameShape(c.shape, [1, shape[1]!]);
    if (isMatmul(product.node) && uses.get(product) === 1 && sameShape(product.shape, shape) && fits)
      return gemm(product, c).node;
  }
  return node;
}

class Emitter {
  readonly #uses: ReadonlyMap<Tensor, number>;
  readonly inputs: OnnxValue[] = [];
  readonly #root: Scope;

  constructor(outputs: readonly Tensor[], target: Target) {
    this.#uses = countUses(outputs);
    this.#root = new Scope(target, { next: 0 }, null);
  }

  get root(): Scope {
    return this.#root;
  }

  /** Name of the tensor's value, emitting what is needed for it. */
  name(tensor: Tensor, scope: Scope): string {
    const known = scope.find(tensor);
    if (known !== undefined) return known;
    if (isInput(tensor)) return this.#declareInput(tensor);
    if (tensor.node.operator.name === 'withGradient') {
      const alias = this.name(tensor.node.inputs[0]!, scope);
      scope.names.set(tensor, alias);
      return alias;
    }
    const node = fuseGemm(tensor.node, this.#uses);
    const inputs = node.inputs.map((t) => this.name(t, scope));
    const key = this.#key(node, inputs);
    const found = key === null ? undefined : scope.findKey(key);
    const outputs =
      found ??
      (node.operator === loopOperator
        ? this.#loop(node, inputs, scope)
        : node.operator.lower(node, inputs, scope));
    if (key !== null && !found) scope.byKey.set(key, outputs);
    tensor.node.outputs.forEach((t, i) => scope.names.set(t, outputs[i]!));
    return outputs[tensor.output]!;
  }

  #declareInput(tensor: Tensor): string {
    const name = inputName(tensor);
    if (this.inputs.some((other) => other.name === name))
      throw new GraphError(`There are two inputs named ${name}.`);
    this.inputs.push({ name, type: tensor.dtype, shape: tensor.shape });
    this.#root.names.set(tensor, name);
    return name;
  }

  #key(node: Node, inputs: readonly string[]): string | null {
    if (node.payload !== undefined) return null;
    const outputs = node.outputs.map(({ shape, dtype }) => `${dtype}${showShape(shape)}`);
    return `${node.operator.name} ${JSON.stringify(node.attributes)} ${inputs.join()} ${outputs.join()}`;
  }

  #loop(node: Node, inputs: readonly string[], scope: Scope): readonly string[] {
    const { parameters, results } = node.payload as LoopBody;
    const body = new Scope(scope.target, scope.counter, scope);
    const iteration = body.fresh('iteration');
    const condition = body.fresh('condition');
    body.names.set(parameters[0]!, body.emit('Cast', [iteration], { attributes: { to: int(6) } }));
    const carried: OnnxValue[] = parameters.slice(1).map((t) => {
      const name = body.fresh('carried');
      body.own.add(name);
      body.names.set(t, name);
      return { name, type: t.dtype, shape: t.shape };
    });
    const outputs = results.map((t): OnnxValue => {
      const name = this.name(t, body);
      // An output must be made by a node of the body itself, and only once.
      return { name: body.emit('Identity', [name]), type: t.dtype, shape: t.shape };
    });
    const graph: OnnxGraph = {
      inputs: [
        { name: iteration, type: 'i64', shape: [] },
        { name: condition, type: 'bool', shape: [] },
        ...carried,
      ],
      outputs,
      initializers: body.initializers,
      nodes: body.nodes,
    };
    const trips = scope.constant('i64', [], [node.attributes['trips'] as number]);
    const [go, ...initial] = inputs.slice(0, parameters.length);
    return scope.emitAll('Loop', [trips, go!, ...initial], {
      outputs: node.outputs.length,
      attributes: { body: { kind: 'graph', value: graph } },
    });
  }
}

/**
 * The ONNX graph that computes the named outputs.
 * @throws GraphError when two inputs, or an input and an output, share a name
 */
export function emitOnnx(outputs: Readonly<Record<string, Tensor>>, target: Target): OnnxGraph {
  const emitter = new Emitter(Object.values(outputs), target);
  const { root } = emitter;
  const taken = new Set<string>();
  const renamed = new Map<string, string>();
  const declared = Object.entries(outputs).map(([name, tensor]): OnnxValue => {
    let inner = emitter.name(tensor, root);
    const produced = root.nodes.some((node) => node.outputs.includes(inner));
    if (!produced || taken.has(inner)) inner = root.emit('Identity', [inner]);
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
