/** A model on one runtime in this thread. On WebGPU weights, moments and gradients never leave the device. */
import {
  gradientName,
  isGradient,
  type NamedTensors,
  type ParameterLayout,
  unpackWeights,
} from '../model/parameters.ts';
import { hasCheckpoints, inputsOf, type Target } from '../graph/index.ts';
import { type BuildProgram, type BuildStepped, type ProgramSpec, specKey } from '../programs/spec.ts';
import { type DeviceArray, type Outputs, type Runtime, RuntimeError } from '../runtime/runtime.ts';
import type { AdamWSettings } from './adamw.ts';
import {
  checkSize,
  type Feeds,
  type ModelHost,
  type OptimizerState,
  type UpdateResult,
  type Values,
} from './host.ts';
import { FrozenTensors } from './frozen-tensors.ts';
import { MergedWeights, readsMerged } from './merged-weights.ts';
import { ProgramCache } from './program-cache.ts';
import { BoundGraph } from './prepared.ts';
import type { WeightSlot } from './replica.ts';
import { compileGraph } from './sectioned.ts';
import { SectionedGraph } from './sectioned-gpu.ts';
import { Stepper } from './stepper.ts';
import { type TrainedTensors, trainedTensors, uploadAll } from './trained-tensors.ts';

type Arrays = ReadonlyMap<string, DeviceArray>;

interface Trained {
  readonly layout: ParameterLayout;
  readonly tensors: TrainedTensors;
}

export interface Options {
  /**
   * For a GPU: programs are bound to the arrays of the weights, so that the device can record them, and take steps in place
   * of loops, which it cannot run.
   */
  readonly stepped?: BuildStepped;
  readonly programs?: ProgramCache;
  /**
   * Bytes of GPU memory that bound programs may hold together: the arrays of a batch, the weights that LoRA is merged into,
   * and where the device has recorded it all that is computed between them. Beyond that those used least recently are let
   * go, but for the one at hand. Default: 1 GiB.
   */
  readonly recordBytes?: number;
}

/** What bound programs may hold together where nothing else is said. */
export const RECORD_BYTES = 2 ** 30;

/** One graph, run for one batch after the other. */
type Graph = BoundGraph | SectionedGraph;

interface Bound {
  readonly program: Stepper | Graph;
  /** Frozen tensors that it reads as arrays. */
  readonly reads: ReadonlySet<string>;
  /** What it reads in place of weights that LoRA adds to; shared by all that read these weights. */
  readonly merged: MergedWeights | null;
  /** By which the memory in use grew when it was opened and first run, without what is shared. */
  bytes: number;
}

export class LocalHost implements ModelHost {
  readonly #runtime: Runtime;
  readonly #build: BuildProgram;
  readonly #stepped: BuildStepped;
  readonly #binds: boolean;
  readonly #programs: ProgramCache;
  /** On a GPU, programs bound to the arrays of the weights; those used last come last. */
  readonly #bound = new Map<string, Bound>();
  readonly #recordBytes: number;
  /** As long as a bound program reads them. */
  readonly #merged = new Map<WeightSlot, MergedWeights>();
  /** The call that was begun last: they share the arrays of programs, so each waits for those before. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #frozen: FrozenTensors;
  #trained: Trained | null = null;
  #reference: Arrays | null = null;
  #updates = 0;
  /** Another number whenever the weights are others. */
  #version = 0;

  constructor(
    runtime: Runtime,
    build: BuildProgram,
    { stepped, programs = new ProgramCache(), recordBytes = RECORD_BYTES }: Options = {},
  ) {
    this.#runtime = runtime;
    this.#frozen = new FrozenTensors(runtime);
    const forDevice = (spec: ProgramSpec): ProgramSpec & { readonly target: Target } => ({
      ...spec,
      target: runtime.kind,
    });
    this.#build = (spec) => build(forDevice(spec));
    this.#stepped = (spec) => stepped?.(forDevice(spec)) ?? null;
    this.#binds = stepped !== undefined;
    this.#programs = programs;
    this.#recordBytes = recordBytes;
  }

  async load(layout: ParameterLayout, state: OptimizerState): Promise<void> {
    checkSize(layout, state);
    await this.#releaseBound();
    this.#version++;
    this.#releaseReference();
    this.#releaseTrained();
    const names = new Set(layout.frozen.map(({ name }) => name));
    this.#frozen.keep((name) => names.has(name));
    this.#updates = state.updates;
    this.#trained = { layout, tensors: trainedTensors(this.#runtime, layout, state) };
  }

  async loadFrozen(tensors: NamedTensors): Promise<void> {
    await this.#releaseBound();
    this.#frozen.add(tensors);
  }

  async snapshot(): Promise<OptimizerState> {
    const { tensors } = this.#loaded();
    // Before anything is waited for, since an update may follow at once.
    const updates = this.#updates;
    return { ...(await tensors.read()), updates };
  }

  async loadReference(parameters: Float32Array): Promise<void> {
    const { layout } = this.#loaded();
    checkSize(layout, { parameters });
    await this.#releaseBound();
    disposeAll(this.#reference?.values() ?? []);
    this.#reference = uploadAll(this.#runtime, unpackWeights(layout, parameters.slice()));
  }

  async run(
    spec: ProgramSpec,
    batches: readonly Feeds[],
    weights: WeightSlot = 'current',
  ): Promise<Values[]> {
    const own = weights === 'current' ? this.#loaded().tensors.weights : this.#reference;
    if (!own) throw new RuntimeError('There is no reference policy: loadReference was not called.');
    if (this.#binds) return this.#runBound(spec, batches, weights, own);
    const tensors = this.#withFrozen(own);
    return this.#programs.use(
      specKey(spec),
      () => compileGraph(this.#runtime, this.#build(spec)),
      async (program) => {
        const results: Values[] = [];
        for (const feeds of batches) results.push((await program.run({ ...feeds, ...tensors })).values);
        return results;
      },
    );
  }

  async update(
    spec: ProgramSpec,
    batches: readonly Feeds[],
    learningRate: number,
    settings: AdamWSettings,
  ): Promise<UpdateResult> {
    const { layout, tensors } = this.#loaded();
    if (batches.length === 0) throw new RuntimeError('An update needs at least one micro-batch.');
    const values = this.#binds
      ? await this.#gradientsBound(spec, batches, tensors)
      : await this.#gradients(spec, batches, layout, tensors);
    this.#version++;
    const gradNorm = await tensors.step(++this.#updates, learningRate, settings);
    return { values, gradNorm };
  }

  async held(): Promise<number> {
    return this.#runtime.held();
  }

  async dispose(): Promise<void> {
    await this.#releaseBound();
    // First, since the arrays belong to the sessions that made them.
    this.#releaseTrained();
    this.#releaseReference();
    this.#frozen.dispose();
    await this.#programs.dispose();
  }

  /** The sum of the micro-batches' gradients, in their order; returns their other outputs. */
  async #gradients(
    spec: ProgramSpec,
    batches: readonly Feeds[],
    layout: ParameterLayout,
    tensors: TrainedTensors,
  ): Promise<Values[]> {
    const keep = layout.trainable.map(({ name }) => gradientName(name));
    return this.#programs.use(
      `update ${specKey(spec)}`,
      () => compileGraph(this.#runtime, this.#build(spec), { keep }),
      async (program) => {
        const values: Values[] = [];
        for (const [i, feeds] of batches.entries()) {
          const result = await program.run({ ...feeds, ...this.#withFrozen(tensors.weights) });
          values.push(result.values);
          await tensors.addGradients(result.kept, i === 0);
          disposeAll(Object.values(result.kept));
        }
        return values;
      },
    );
  }

  #gradientsBound(spec: ProgramSpec, batches: readonly Feeds[], tensors: TrainedTensors): Promise<Values[]> {
    return this.#withBound('current', spec, tensors.weights, async (program, version) => {
      const graph = program as Graph;
      const values: Promise<Values>[] = [];
      for (const [i, feeds] of batches.entries()) {
        values.push((await startOf(graph, feeds, version, (name) => !isGradient(name))).values);
        await tensors.addGradients(Object.fromEntries(graph.outputs), i === 0);
      }
      return Promise.all(values);
    });
  }

  #runBound(
    spec: ProgramSpec,
    batches: readonly Feeds[],
    weights: WeightSlot,
    tensors: Arrays,
  ): Promise<Values[]> {
    return this.#withBound(weights, spec, tensors, async (program, version) => {
      if (program instanceof Stepper) return program.run(batches, version);
      const results: Promise<Values>[] = [];
      for (const feeds of batches) results.push((await startOf(program, feeds, version)).values);
      return Promise.all(results);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Work with the program of a spec, bound to these weights: opened if it is not there, and used last from now on. */
  #withBound<T>(
    weights: WeightSlot,
    spec: ProgramSpec,
    tensors: Arrays,
    work: (program: Stepper | Graph, version: number) => Promise<T>,
  ): Promise<T> {
    return this.#inTurn(async () => {
      const key = `${weights} ${specKey(spec)}`;
      const known = this.#bound.get(key);
      this.#bound.delete(key);
      // Before another is opened, which may take as much as all that is there.
      if (!known) await this.#makeRoom(null);
      const before = this.#runtime.held() - this.#sharedBytes();
      const bound = known ?? (await this.#open(spec, weights, tensors));
      this.#bound.set(key, bound);
      // The reference policy is never another: what is bound to it goes when one is loaded.
      const version = weights === 'current' ? this.#version : 0;
      await bound.merged?.see(version);
      const result = await work(bound.program, version);
      if (!known) bound.bytes = this.#runtime.held() - this.#sharedBytes() - before;
      await this.#makeRoom(key);
      return result;
    });
  }

  async #open(spec: ProgramSpec, weights: WeightSlot, tensors: Arrays): Promise<Bound> {
    const { kernels } = this.#runtime;
    const steps = this.#stepped(spec);
    const graphs = steps ? [steps.begin, ...steps.stages.map(({ step }) => step)] : [this.#build(spec)];
    const sectioned = kernels !== null && steps === null && hasCheckpoints(graphs[0]!);
    try {
      const merged = graphs.some(readsMerged) ? this.#mergedOf(weights, tensors) : null;
      const own = new Map([...tensors, ...(merged?.arrays ?? [])]);
      if (sectioned) {
        const read = { arrays: own, frozen: this.#frozen };
        const program = await SectionedGraph.open(this.#runtime, kernels, graphs[0]!, read);
        return { program, reads: new Set(), merged, bytes: 0 };
      }
      const reads = this.#readBy(graphs);
      const arrays = new Map([
        ...own,
        ...[...reads].map((name) => [name, this.#frozen.array(name)] as const),
      ]);
      const program = steps
        ? await Stepper.open(this.#runtime, steps, arrays)
        : await BoundGraph.open(this.#runtime, graphs[0]!, arrays);
      return { program, reads, merged, bytes: 0 };
    } catch (error) {
      this.#releaseUnread();
      throw error;
    }
  }

  /** Names of the frozen tensors among the inputs of graphs. */
  #readBy(graphs: readonly Outputs[]): ReadonlySet<string> {
    const names = graphs.flatMap((graph) => Object.keys(inputsOf(Object.values(graph))));
    return new Set(names.filter((name) => this.#frozen.has(name)));
  }

  #mergedOf(weights: WeightSlot, tensors: Arrays): MergedWeights {
    const merged = this.#merged.get(weights) ?? this.#newMerged(tensors);
    this.#merged.set(weights, merged);
    return merged;
  }

  #newMerged(tensors: Arrays): MergedWeights {
    const { adapted } = this.#loaded().layout;
    const whole = adapted
      .map(({ weight }) => weight)
      .filter((name) => this.#frozen.has(name) && !this.#frozen.isPacked(name));
    const arrays = new Map([...tensors, ...whole.map((name) => [name, this.#frozen.array(name)] as const)]);
    return new MergedWeights(this.#runtime, arrays, adapted, this.#frozen);
  }

  /** Of what programs read together: weights with LoRA in them, and others that were written out. */
  #sharedBytes(): number {
    const merged = [...this.#merged.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    return merged + this.#frozen.expandedBytes;
  }

  /** Lets programs go that were used least recently, until the rest holds no more than it may. */
  async #makeRoom(kept: string | null): Promise<void> {
    let own = [...this.#bound.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [key, { program, bytes }] of this.#bound) {
      if (own + this.#sharedBytes() <= this.#recordBytes || key === kept) return;
      this.#bound.delete(key);
      await program.release();
      own -= bytes;
      this.#releaseUnread();
    }
  }

  /** What programs share, where none is bound to it. */
  #releaseUnread(): void {
    const bound = [...this.#bound.values()];
    this.#frozen.pack((name) => bound.some(({ reads }) => reads.has(name)));
    const read = new Set(bound.map(({ merged }) => merged));
    for (const [weights, merged] of this.#merged) {
      if (read.has(merged)) continue;
      this.#merged.delete(weights);
      merged.dispose();
    }
  }

  /** Before the arrays of the weights go, which programs are bound to. */
  #releaseBound(): Promise<void> {
    return this.#inTurn(async () => {
      const all = [...this.#bound.values()];
      this.#bound.clear();
      for (const { program } of all) await program.release();
      this.#releaseUnread();
    });
  }

  #withFrozen(weights: Arrays): Readonly<Record<string, DeviceArray>> {
    return Object.fromEntries([...this.#frozen.whole(), ...weights]);
  }

  #loaded(): Trained {
    if (!this.#trained) throw new RuntimeError('No weights are loaded.');
    return this.#trained;
  }

  #releaseTrained(): void {
    this.#trained?.tensors.dispose();
    this.#trained = null;
  }

  #releaseReference(): void {
    disposeAll(this.#reference?.values() ?? []);
    this.#reference = null;
  }
}

/**
 * Starts a run, and the copies of what is wanted of it; the next run may be started before they have arrived.
 */
async function startOf(
  program: Graph,
  feeds: Feeds,
  version: number,
  isWanted: (output: string) => boolean = () => true,
): Promise<{ values: Promise<Values> }> {
  await program.run(feeds, version);
  const results = [...program.outputs].filter(([name]) => isWanted(name));
  const values = Promise.all(results.map(async ([name, array]) => [name, await array.read()] as const)).then(
    (entries): Values => Object.fromEntries(entries),
  );
  // A failure is told where the values are waited for.
  values.catch(() => {});
  return { values };
}

function disposeAll(arrays: Iterable<DeviceArray>): void {
  for (const array of arrays) array.dispose();
}
