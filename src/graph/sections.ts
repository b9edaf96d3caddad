/**
 * Graphs in sections, cut at their checkpoints. Each is computed from kept values and inputs alone, so that a section of
 * the gradient computes again what it needs of the way there. Layers of a model are sections that differ in their
 * weights only, and one program computes them all.
 */
import { input, inputName, isInput } from './constant.ts';
import { nodesBehind } from './order.ts';
import { rebuilt } from './preparation.ts';
import { GraphError, type Node, type Tensor } from './tensor.ts';

/** A value between sections, by a number, or an output of the whole graph, by its name. */
export type ValueName = string | number;

export interface Section {
  /** The outputs, over inputs and under names that say nothing but their order. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** What each of the inputs is: a kept value, or an input of the whole graph. */
  readonly inputs: Readonly<Record<string, ValueName>>;
  /** What each of the outputs is. */
  readonly results: Readonly<Record<string, ValueName>>;
  /** Equal for sections that compute the same of other inputs. */
  readonly key: string;
}

interface Target {
  readonly name: ValueName;
  readonly tensor: Tensor;
}

const isCheckpoint = (node: Node): boolean => node.operator.name === 'checkpoint';

/**
 * The sections, each after those whose values it reads. Outputs that depend on the same kept values are one section.
 * A graph without checkpoints is a single one.
 * @throws GraphError where a graph with checkpoints has a loop, whose body cannot be cut out
 */
export function sectionsOf(outputs: Readonly<Record<string, Tensor>>): Section[] {
  const kept = keptIn(Object.values(outputs));
  const needs = needsOf(kept);
  const targets: Target[] = [
    ...Object.entries(outputs).map(([name, tensor]) => ({ name, tensor })),
    ...[...kept].map(([node, name]) => ({ name, tensor: node.inputs[0]! })),
  ];
  const groups = new Map<string, { readonly needed: ReadonlySet<number>; readonly own: Target[] }>();
  for (const target of targets) {
    const needed = needs(target.tensor);
    const key = [...needed].toSorted((a, b) => a - b).join();
    const group = groups.get(key) ?? { needed, own: [] };
    groups.set(key, group);
    group.own.push(target);
  }
  const shapes = new Payloads();
  const done = new Set<number>();
  const sections: Section[] = [];
  const left = [...groups.values()];
  while (left.length > 0) {
    const at = left.findIndex(({ needed }) => [...needed].every((value) => done.has(value)));
    const [{ own }] = left.splice(at, 1) as [(typeof left)[number]];
    for (const { name } of own) if (typeof name === 'number') done.add(name);
    sections.push(cutOut(own, kept, shapes));
  }
  return sections;
}

/** The last section that reads each kept value, by its place among them. */
export function lastReads(sections: readonly Pick<Section, 'inputs'>[]): Map<number, number> {
  const last = new Map<number, number>();
  for (const [i, { inputs }] of sections.entries())
    for (const value of Object.values(inputs)) if (typeof value === 'number') last.set(value, i);
  return last;
}

export const hasCheckpoints = (outputs: Readonly<Record<string, Tensor>>): boolean =>
  keptIn(Object.values(outputs)).size > 0;

/** The checkpoints on the way to some tensors, numbered. */
function keptIn(tensors: readonly Tensor[]): Map<Node, number> {
  return new Map(
    nodesBehind(tensors)
      .filter(isCheckpoint)
      .map((node, number) => [node, number]),
  );
}

/** The kept values that a tensor is computed from without going through others. */
function needsOf(kept: ReadonlyMap<Node, number>): (tensor: Tensor) => ReadonlySet<number> {
  const known = new Map<Node, ReadonlySet<number>>();
  const open = (node: Node): readonly Tensor[] => (known.has(node) || kept.has(node) ? [] : node.inputs);
  return (tensor) => {
    for (const node of nodesBehind([tensor], open)) {
      if (known.has(node)) continue;
      const number = kept.get(node);
      known.set(
        node,
        new Set(number === undefined ? node.inputs.flatMap((own) => [...known.get(own.node)!]) : [number]),
      );
    }
    return known.get(tensor.node)!;
  };
}

/** The part of the graph that computes these targets, over inputs of its own. */
function cutOut(targets: readonly Target[], kept: ReadonlyMap<Node, number>, payloads: Payloads): Section {
  const inputs: Record<string, ValueName> = {};
  const names = new Map<ValueName, Tensor>();
  const replaced = new Map<Tensor, Tensor>();
  const places = new Map<Node, number>();
  const description: unknown[] = [];
  const standIn = (value: ValueName, { shape, dtype }: Tensor): Tensor => {
    const known = names.get(value);
    if (known) return known;
    const name = `in ${names.size}`;
    const own = input(name, shape, dtype);
    inputs[name] = value;
    names.set(value, own);
    describe(own.node);
    return own;
  };
  const describe = ({ operator, attributes, inputs: read, outputs, payload }: Node): void => {
    const node = outputs[0]!.node;
    places.set(node, places.size);
    description.push([
      operator.name,
      attributes,
      read.map((tensor) => [places.get(tensor.node), tensor.output]),
      outputs.map(({ shape, dtype }) => [shape, dtype]),
      payloads.idOf(payload),
    ]);
  };
  const replace = (tensor: Tensor): Tensor => {
    const known = replaced.get(tensor);
    if (known) return known;
    const { node } = tensor;
    const number = kept.get(node);
    const outer = number ?? (isInput(tensor) ? inputName(tensor) : undefined);
    if (outer !== undefined) {
      const own = standIn(outer, tensor);
      replaced.set(tensor, own);
      return own;
    }
    if (node.operator.name === 'loop') throw new GraphError('A graph with checkpoints cannot have a loop.');
    const results = rebuilt(node, node.inputs.map(replace));
    node.outputs.forEach((output, i) => replaced.set(output, results[i]!));
    describe(results[0]!.node);
    return replaced.get(tensor)!;
  };
  const outputs: Record<string, Tensor> = {};
  const results: Record<string, ValueName> = {};
  for (const [i, { name, tensor }] of targets.entries()) {
    const own = replace(tensor);
    outputs[`out ${i}`] = own;
    results[`out ${i}`] = name;
    description.push([typeof name, places.get(own.node), own.output]);
  }
  return { outputs, inputs, results, key: JSON.stringify(description) };
}

/** Numbers for what operators need beyond attributes: the same for constants of the same values. */
class Payloads {
  readonly #known: ArrayLike<number>[] = [];

  /** A rule for a gradient, which is used up by now, counts for nothing. */
  idOf(payload: unknown): number | null {
    if (payload === undefined || typeof payload === 'function') return null;
    const values = payload as ArrayLike<number>;
    const at = this.#known.findIndex((own) => isEqual(own, values));
    return at >= 0 ? at : this.#known.push(values) - 1;
  }
}

function isEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
