/** A model on one runtime in this thread. On WebGPU weights, moments and gradients never leave the device. */
import { add, input } from '../graph/index.ts';
import { type AdamWSettings, adamwScalars, buildAdamW } from './adamw.ts';
import type { Feeds, ModelHost, OptimizerState, UpdateResult, Values } from './host.ts';
import { type BuildProgram, type ProgramSpec, specKey } from '../programs/spec.ts';
import { type DeviceArray, type Program, type Runtime, RuntimeError } from '../runtime/runtime.ts';

interface Arrays {
  readonly parameters: DeviceArray;
  readonly momentum: DeviceArray;
  readonly variance: DeviceArray;
}

export class LocalHost implements ModelHost {
  readonly #runtime: Runtime;
  readonly #build: BuildProgram;
  readonly #programs = new Map<string, Promise<Program>>();
  #state: Arrays | null = null;
  #reference: DeviceArray | null = null;
  #updates = 0;
  #size = 0;

  constructor(runtime: Runtime, build: BuildProgram) {
    this.#runtime = runtime;
    this.#build = build;
  }

  async load(state: OptimizerState): Promise<void> {
    this.#release();
    this.#size = state.parameters.length;
    this.#updates = state.updates;
    this.#state = {
      parameters: this.#runtime.upload(state.parameters.slice()),
      momentum: this.#runtime.upload(state.momentum.slice()),
      variance: this.#runtime.upload(state.variance.slice()),
    };
  }

  async snapshot(): Promise<OptimizerState> {
    const { parameters, momentum, variance } = this.#loaded();
    const [p, m, v] = await Promise.all([parameters.read(), momentum.read(), variance.read()]);
    return { parameters: p.slice(), momentum: m.slice(), variance: v.slice(), updates: this.#updates };
  }

  async freezeReference(): Promise<void> {
    this.#reference?.dispose();
    this.#reference = this.#runtime.upload((await this.#loaded().parameters.read()).slice());
  }

  async run(
    spec: ProgramSpec,
    batches: readonly Feeds[],
    weights: 'current' | 'reference' = 'current',
  ): Promise<Values[]> {
    const parameters = weights === 'current' ? this.#loaded().parameters : this.#reference;
    if (!parameters) throw new RuntimeError('There is no reference policy: freezeReference was not called.');
    const program = await this.#program(spec);
    const results: Values[] = [];
    for (const feeds of batches) results.push((await program.run({ ...feeds, parameters })).values);
    return results;
  }

  async update(
    spec: ProgramSpec,
    batches: readonly Feeds[],
    learningRate: number,
    settings: AdamWSettings,
  ): Promise<UpdateResult> {
    const program = await this.#program(spec, ['gradient']);
    const state = this.#loaded();
    const values: Values[] = [];
    let gradient: DeviceArray | null = null;
    for (const feeds of batches) {
      const result = await program.run({ ...feeds, parameters: state.parameters });
      values.push(result.values);
      const part = result.kept['gradient']!;
      gradient = gradient ? await this.#sum(gradient, part) : part;
    }
    if (!gradient) throw new RuntimeError('An update needs at least one micro-batch.');
    const size = this.#size;
    const adamw = await this.#compiled(`adamw ${size} ${JSON.stringify(settings)}`, () =>
      this.#runtime.compile(buildAdamW(size, settings), {
        keep: ['nextParameters', 'nextMomentum', 'nextVariance'],
      }),
    );
    this.#updates++;
    const { values: scalars, kept } = await adamw.run({
      ...state,
      gradient,
      ...adamwScalars(this.#updates, learningRate, settings),
    });
    for (const old of [gradient, state.parameters, state.momentum, state.variance]) old.dispose();
    this.#state = {
      parameters: kept['nextParameters']!,
      momentum: kept['nextMomentum']!,
      variance: kept['nextVariance']!,
    };
    return { values, gradNorm: scalars['norm']![0]! };
  }

  async dispose(): Promise<void> {
    // First, since the arrays belong to the sessions that made them.
    this.#release();
    for (const program of this.#programs.values()) await (await program).release();
    this.#programs.clear();
  }

  async #sum(a: DeviceArray, b: DeviceArray): Promise<DeviceArray> {
    const size = this.#size;
    const program = await this.#compiled(`sum ${size}`, () => {
      const total = add(input('a', [size]), input('b', [size]));
      return this.#runtime.compile({ total }, { keep: ['total'] });
    });
    const { kept } = await program.run({ a, b });
    a.dispose();
    b.dispose();
    return kept['total']!;
  }

  #program(spec: ProgramSpec, keep: readonly string[] = []): Promise<Program> {
    return this.#compiled(specKey(spec), () => this.#runtime.compile(this.#build(spec), { keep }));
  }

  #compiled(key: string, compile: () => Promise<Program>): Promise<Program> {
    let program = this.#programs.get(key);
    if (!program) {
      program = compile();
      this.#programs.set(key, program);
      // A failed compilation is tried again next time, not remembered.
      program.catch(() => this.#programs.delete(key));
    }
    return program;
  }

  #loaded(): Arrays {
    if (!this.#state) throw new RuntimeError('No weights are loaded.');
    return this.#state;
  }

  #release(): void {
    if (this.#state) for (const array of Object.values(this.#state) as DeviceArray[]) array.dispose();
    this.#reference?.dispose();
    this.#state = null;
    this.#reference = null;
  }
}
