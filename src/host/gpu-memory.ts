/** What a host on a GPU holds for a large model, foreseen from its graphs: see {@link LocalHost}. */
import {
  hasCheckpoints,
  inputsOf,
  lastReads,
  sectionsOf,
  sizeOf,
  type Tensor,
  type ValueName,
} from '../graph/index.ts';
import { bufferBytes } from '../graph/liveness.ts';
import { isMerged, mergedName } from '../model/lora.ts';
import { type ModelSpec, parameterLayout } from '../model/parameters.ts';
import { buildProgram, buildStepped } from '../programs/index.ts';
import type { ProgramSpec } from '../programs/spec.ts';
import type { SteppedProgram } from '../programs/stepped.ts';
import type { Outputs } from '../runtime/runtime.ts';
import { RECORD_BYTES } from './local-host.ts';

/** All types of inputs and outputs but f16, which large models have none of, take as many. */
const BYTES = 4;

const bytesOf = ({ shape }: Pick<Tensor, 'shape'>): number => BYTES * sizeOf(shape);
const total = (tensors: Iterable<Pick<Tensor, 'shape'>>): number =>
  [...tensors].reduce((sum, tensor) => sum + bytesOf(tensor), 0);

/** What a recorded graph holds beside what it is bound to. */
const innerBytes = (graph: Outputs): number =>
  Math.max(0, bufferBytes(Object.values(graph)) - total(Object.values(graph)));

const isWeightOf = (weights: ReadonlySet<string>) => (name: string) => weights.has(name) || isMerged(name);

/** Of a program that is bound to arrays, weights aside. */
interface BoundBytes {
  readonly own: number;
  /** Names of the weights that it reads as arrays, among them merged ones. */
  readonly reads: ReadonlySet<string>;
}

function readsOf(graphs: readonly Outputs[], isWeight: (name: string) => boolean): ReadonlySet<string> {
  return new Set(
    graphs.flatMap((graph) => Object.keys(inputsOf(Object.values(graph)))).filter((name) => isWeight(name)),
  );
}

/** Of a program in steps: its state, and what is computed in each of its graphs. */
function steppedBytes({ state, begin, stages }: SteppedProgram, weights: ReadonlySet<string>): BoundBytes {
  const graphs = [begin, ...stages.flatMap(({ enter, step }) => (enter ? [enter, step] : [step]))];
  return {
    own: total(Object.values(state)) + graphs.reduce((sum, graph) => sum + innerBytes(graph), 0),
    reads: readsOf(graphs, isWeightOf(weights)),
  };
}

/** Of one graph, run whole or in sections. */
function graphBytes(graph: Outputs, weights: ReadonlySet<string>): BoundBytes {
  const isWeight = isWeightOf(weights);
  const feeds = Object.entries(inputsOf(Object.values(graph))).filter(([name]) => !isWeight(name));
  const around = total(feeds.map(([, tensor]) => tensor)) + total(Object.values(graph));
  if (!hasCheckpoints(graph)) return { own: around + innerBytes(graph), reads: readsOf([graph], isWeight) };
  const sections = sectionsOf(graph);
  const known = new Set<string>();
  let [inner, scratch] = [0, 0];
  for (const { key, outputs, inputs } of sections) {
    if (known.has(key)) continue;
    known.add(key);
    inner += innerBytes(outputs);
    const read = Object.entries(inputsOf(Object.values(outputs)));
    const own = read.filter(([name]) => isOwn(inputs[name]!, isWeight)).map(([, tensor]) => tensor);
    // One after the other they use the same.
    scratch = Math.max(scratch, total(own) + total(Object.values(outputs)));
  }
  // Packed weights are written out into scratch; merged ones are arrays.
  const merged = readsOf([graph], isMerged);
  return { own: around + inner + scratch + keptBytes(sections), reads: merged };
}

const isOwn = (value: ValueName, isWeight: (name: string) => boolean): boolean =>
  typeof value === 'number' || isWeight(value);

/** The most that kept values take at any time. */
function keptBytes(sections: ReturnType<typeof sectionsOf>): number {
  const last = lastReads(sections);
  const sizes = new Map<ValueName, number>();
  let [now, most] = [0, 0];
  for (const [i, { inputs, outputs, results }] of sections.entries()) {
    for (const [name, value] of Object.entries(results)) {
      if (typeof value !== 'number') continue;
      sizes.set(value, bytesOf(outputs[name]!));
      now += sizes.get(value)!;
    }
    most = Math.max(most, now);
    for (const value of new Set(Object.values(inputs)))
      if (typeof value === 'number' && last.get(value) === i) now -= sizes.get(value)!;
  }
  return most;
}

/** Bytes. */
export interface GpuPlan {
  /** The model's weights as they are stored. */
  readonly weights: number;
  /** What is trained, with gradients, moments and reference. */
  readonly trained: number;
  /** The largest program, with the weights that are written out for it. */
  readonly largest: number;
  readonly total: number;
  /** The largest buffer. */
  readonly buffer: number;
}

/** For programs that are given. */
export function gpuPlanOf(model: ModelSpec, programs: readonly ProgramSpec[], packed: boolean): GpuPlan {
  const { config, frozen, lora } = model;
  const layout = parameterLayout(config, frozen, lora);
  const names = new Set([...layout.frozen, ...layout.trainable].map(({ name }) => name));
  const sizes = new Map(
    [
      ...layout.frozen,
      ...layout.adapted.map(({ weight, shape }) => ({ name: mergedName(weight), shape })),
    ].map(({ name, shape }) => [name, 4 * sizeOf(shape)] as const),
  );
  const base = layout.frozen.reduce((total, { shape }) => total + sizeOf(shape), 0);
  const weights = (packed ? 2 : 4) * base;
  // Beside the weights that graphs read a flat copy, two moments, two gradients and the reference.
  const trained = 7 * 4 * layout.size;
  const each = programs.map((spec) => boundBytes(spec, names));
  const shared = (reads: Iterable<string>): number =>
    [...reads]
      .filter((name) => isMerged(name) || packed)
      .reduce((total, name) => total + (sizes.get(name) ?? 0), 0);
  const alone = each.map(({ own, reads }) => own + shared(reads));
  const largest = Math.max(...alone);
  // What is scored is scored by the reference, whose merged weights are others.
  const [scoring, others] = [true, false].map((isScored) =>
    programs.flatMap(({ kind }, i) => ((kind === 'logprobs') === isScored ? [...each[i]!.reads] : [])),
  );
  const arrays = new Set([...scoring!, ...others!].filter((name) => !isMerged(name)));
  const together =
    each.reduce((total, { own }) => total + own, 0) +
    shared(arrays) +
    shared(new Set(scoring!.filter(isMerged))) +
    shared(new Set(others!.filter(isMerged)));
  return {
    weights,
    trained,
    largest,
    // What was bound before may stay beside the program that is being opened.
    total: weights + trained + Math.min(together, RECORD_BYTES + largest),
    buffer: Math.max(...sizes.values(), 4 * layout.size),
  };
}

function boundBytes(spec: ProgramSpec, weights: ReadonlySet<string>): BoundBytes {
  const own = { ...spec, target: 'webgpu' };
  const steps = buildStepped(own);
  return steps ? steppedBytes(steps, weights) : graphBytes(buildProgram(own), weights);
}
