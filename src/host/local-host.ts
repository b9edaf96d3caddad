/** A model on one runtime in this thread. On WebGPU weights, moments and gradients never leave the device. */
import { add, input, type Tensor } from '../graph/index.ts';
import {
  gradientName,
  isGradient,
  type NamedTensors,
  type ParameterLayout,
  unpackWeights,
} from '../model/parameters.ts';
import { type BuildProgram, type ProgramSpec, specKey } from '../programs/spec.ts';
import {
  type DeviceArray,
  type Outputs,
  type Program,
  type Runtime,
  RuntimeError,
} from '../runtime/runtime.ts';
import { type AdamWSettings, adamwScalars, buildAdamW, flatten, nextName } from './adamw.ts';
import {
  checkSize,
  type Feeds,
  type ModelHost,
  type OptimizerState,
  type UpdateResult,
  type Values,
} from './host.ts';
import { type Lease, ProgramCache } from './program-cache.ts';

type Arrays = ReadonlyMap<string, DeviceArray>;

interface Trained {
  readonly layout: ParameterLayout;
  readonly weights: Arrays;
  /** Of all trainable tensors, flat: nothing but AdamW reads them. */
  readonly momentum: DeviceArray;
  readonly variance: DeviceArray;
  /** On the program that made these arrays, which are its own. */
  readonly maker: Lease | null;
}

export class LocalHost implements ModelHost {
  readonly #runtime: Runtime;
  readonly #build: BuildProgram;
  readonly #programs: ProgramCache;
  readonly #frozen = new Map<string, DeviceArray>();
  #trained: Trained | null = null;
  #reference: Arrays | null = null;
  #updates = 0;

  constructor(runtime: Runtime, build: BuildProgram, programs = new ProgramCache()) {
    this.#runtime = runtime;
    this.#build = build;
    this.#programs = programs;
  }

  async load(layout: ParameterLayout, state: OptimizerState): Promise<void> {
    checkSize(layout, state);
    this.#releaseReference();
    this.#releaseTrained();
    for (const [name, array] of this.#frozen) {
      if (layout.frozen.some((slot) => slot.name === name)) continue;
      array.dispose();
      this.#frozen.delete(name);
    }
    this.#updates = state.updates;
    this.#trained = {
      layout,
      weights: this.#upload(unpackWeights(layout, state.parameters.slice())),
      momentum: this.#runtime.upload(state.momentum.slice()),
      variance: this.#runtime.upload(state.variance.slice()),
      maker: null,
    };
  }

  async loadFrozen(tensors: NamedTensors): Promise<void> {
    for (const [name, array] of this.#upload(tensors)) {
      this.#frozen.get(name)?.dispose();
      this.#frozen.set(name, array);
    }
  }

  async snapshot(): Promise<OptimizerState> {
    const { momentum, variance } = this.#loaded();
    const [parameters, m, v] = await Promise.all([this.#readWeights(), momentum.read(), variance.read()]);
    return { parameters, momentum: m.slice(), variance: v.slice(), updates: this.#updates };
  }

  async loadReference(parameters: Float32Array): Promise<void> {
    const { layout } = this.#loaded();
    checkSize(layout, { parameters });
    disposeAll(this.#reference);
    this.#reference = this.#upload(unpackWeights(layout, parameters.slice()));
  }

  async run(
    spec: ProgramSpec,
    batches: readonly Feeds[],
    weights: 'current' | 'reference' = 'current',
  ): Promise<Values[]> {
    const own = weights === 'current' ? this.#loaded().weights : this.#reference;
    if (!own) throw new RuntimeError('There is no reference policy: loadReference was not called.');
    const tensors = this.#withFrozen(own);
    return this.#programs.use(
      specKey(spec),
      () => this.#runtime.compile(this.#build(spec)),
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
    const trained = this.#loaded();
    const { layout } = trained;
    if (batches.length === 0) throw new RuntimeError('An update needs at least one micro-batch.');
    const key = `update ${specKey(spec)}`;
    return this.#programs.use(
      key,
      () => this.#runtime.compile(withFlatGradient(this.#build(spec), layout), { keep: ['gradient'] }),
      async (program) => {
        const { values, gradient } = await this.#gradient(program, batches, trained);
        const gradNorm = await this.#step(trained, gradient, learningRate, settings);
        return { values, gradNorm };
      },
    );
  }

  async dispose(): Promise<void> {
    // First, since the arrays belong to the sessions that made them.
    this.#releaseTrained();
    this.#releaseReference();
    disposeAll(this.#frozen);
    this.#frozen.clear();
    await this.#programs.dispose();
  }

  /** The sum of the micro-batches' gradients, in their order, and their other outputs. */
  async #gradient(
    program: Program,
    batches: readonly Feeds[],
    { layout, weights }: Trained,
  ): Promise<{ values: Values[]; gradient: OwnedArray }> {
    const tensors = this.#withFrozen(weights);
    const values: Values[] = [];
    let gradient: OwnedArray | null = null;
    for (const feeds of batches) {
      const result = await program.run({ ...feeds, ...tensors });
      values.push(result.values);
      const part = { array: result.kept['gradient']!, maker: null };
      gradient = gradient ? await this.#sum(gradient, part, layout.size) : part;
    }
    return { values, gradient: gradient! };
  }

  async #sum(a: OwnedArray, b: OwnedArray, size: number): Promise<OwnedArray> {
    const maker = await this.#programs.lease(`sum ${size}`, () => {
      const total = add(input('a', [size]), input('b', [size]));
      return this.#runtime.compile({ total }, { keep: ['total'] });
    });
    const { kept } = await maker.program.run({ a: a.array, b: b.array });
    dispose(a);
    dispose(b);
    return { array: kept['total']!, maker };
  }

  /** One step of AdamW; the gradient is used up. Returns its norm. */
  async #step(
    { layout, weights, momentum, variance, maker: before }: Trained,
    gradient: OwnedArray,
    learningRate: number,
    settings: AdamWSettings,
  ): Promise<number> {
    const { trainable } = layout;
    const key = `adamw ${JSON.stringify([trainable.map(({ name, shape }) => [name, shape]), settings])}`;
    const maker = await this.#programs.lease(key, () =>
      this.#runtime.compile(buildAdamW(trainable, settings), {
        keep: [...trainable.map(({ name }) => nextName(name)), 'nextMomentum', 'nextVariance'],
      }),
    );
    this.#updates++;
    const { values, kept } = await maker.program.run({
      ...Object.fromEntries(weights),
      gradient: gradient.array,
      momentum,
      variance,
      ...adamwScalars(this.#updates, learningRate, settings),
    });
    dispose(gradient);
    for (const old of [...weights.values(), momentum, variance]) old.dispose();
    before?.end();
    this.#trained = {
      layout,
      weights: new Map(trainable.map(({ name }) => [name, kept[nextName(name)]!])),
      momentum: kept['nextMomentum']!,
      variance: kept['nextVariance']!,
      maker,
    };
    return values['norm']![0]!;
  }

  #upload(tensors: NamedTensors): Map<string, DeviceArray> {
    return new Map([...tensors].map(([name, { data, shape }]) => [name, this.#runtime.upload(data, shape)]));
  }

  #withFrozen(weights: Arrays): Readonly<Record<string, DeviceArray>> {
    return Object.fromEntries([...this.#frozen, ...weights]);
  }

  /** A copy of the trainable tensors as they are now, flat. */
  async #readWeights(): Promise<Float32Array> {
    const { layout, weights } = this.#loaded();
    const flat = new Float32Array(layout.size);
    const parts = layout.trainable.map(async ({ name, offset }) =>
      flat.set(await weights.get(name)!.read(), offset),
    );
    await Promise.all(parts);
    return flat;
  }

  #loaded(): Trained {
    if (!this.#trained) throw new RuntimeError('No weights are loaded.');
    return this.#trained;
  }

  #releaseTrained(): void {
    if (this.#trained) {
      const { weights, momentum, variance, maker } = this.#trained;
      disposeAll(weights);
      momentum.dispose();
      variance.dispose();
      maker?.end();
    }
    this.#trained = null;
  }

  #releaseReference(): void {
    disposeAll(this.#reference);
    this.#reference = null;
  }
}

/** An array, with the lease on the program whose output it is where nobody else holds one. */
interface OwnedArray {
  readonly array: DeviceArray;
  readonly maker: Lease | null;
}

function dispose({ array, maker }: OwnedArray): void {
  array.dispose();
  maker?.end();
}

function disposeAll(arrays: Arrays | null): void {
  for (const array of arrays?.values() ?? []) array.dispose();
}

/** The outputs of a program to train with, the gradients as one: side by side in the layout's order. */
function withFlatGradient(outputs: Outputs, { trainable }: ParameterLayout): Outputs {
  const rest = Object.entries(outputs).filter(([name]) => !isGradient(name));
  const parts = trainable.map(({ name }): Tensor => {
    const part = outputs[gradientName(name)];
    if (!part) throw new RuntimeError(`The program to train with gives no gradient for ${name}.`);
    return part;
  });
  return { ...Object.fromEntries(rest), gradient: flatten(parts) };
}
