/**
 * A model on several single-threaded WASM engines, each in a worker of its own. Micro-batches are handed to whichever
 * engine is free and added up in their own order, so results do not depend on how many engines there are.
 */
import * as Comlink from 'comlink';
import type { AdamWSettings } from './adamw.ts';
import { adamwInPlace } from './adamw-host.ts';
import type { Feeds, ModelHost, OptimizerState, UpdateResult, Values } from './host.ts';
import { type ProgramSpec, specKey } from '../programs/spec.ts';
import type { EngineApi, WeightSlot } from './replica.ts';
import { RuntimeError } from '../runtime/runtime.ts';
import { Tuner } from './tuner.ts';

interface Engine {
  readonly worker: Worker;
  readonly api: Comlink.Remote<EngineApi>;
  /** Rejects when the worker dies, so that no call waits for it for ever. */
  readonly failure: Promise<never>;
}

/** Starts a worker that exposes an {@link EngineApi}. */
export type SpawnEngine = () => Worker;

function startEngine(spawn: SpawnEngine): Engine {
  const worker = spawn();
  const failure = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) =>
      reject(
        new RuntimeError(`A compute worker stopped (${event.message || 'out of memory or failed to load'}).`),
      ),
    );
  });
  failure.catch(() => {});
  return { worker, api: Comlink.wrap<EngineApi>(worker), failure };
}

/** Memory that workers can read without a copy, where the page is isolated. */
function sharedCopy(data: Float32Array): Float32Array {
  if (typeof SharedArrayBuffer === 'undefined' || !globalThis.crossOriginIsolated) return data.slice();
  const shared = new Float32Array(new SharedArrayBuffer(data.byteLength));
  shared.set(data);
  return shared;
}

export class ReplicatedHost implements ModelHost {
  readonly #engines: readonly Engine[];
  readonly #tuners = new Map<string, Tuner>();
  #parameters: Float32Array | null = null;
  #momentum = new Float32Array(0);
  #variance = new Float32Array(0);
  #updates = 0;

  constructor(spawn: SpawnEngine, engines: number) {
    this.#engines = Array.from({ length: engines }, () => startEngine(spawn));
  }

  async load(state: OptimizerState): Promise<void> {
    this.#parameters = sharedCopy(state.parameters);
    this.#momentum = state.momentum.slice();
    this.#variance = state.variance.slice();
    this.#updates = state.updates;
    await this.#publish('current', this.#parameters);
  }

  async snapshot(): Promise<OptimizerState> {
    return {
      parameters: Float32Array.from(this.#loaded()),
      momentum: this.#momentum.slice(),
      variance: this.#variance.slice(),
      updates: this.#updates,
    };
  }

  async freezeReference(): Promise<void> {
    await this.#publish('reference', sharedCopy(this.#loaded()));
  }

  run(spec: ProgramSpec, batches: readonly Feeds[], weights: WeightSlot = 'current'): Promise<Values[]> {
    return this.#spread(spec, batches, weights);
  }

  async update(
    spec: ProgramSpec,
    batches: readonly Feeds[],
    learningRate: number,
    settings: AdamWSettings,
  ): Promise<UpdateResult> {
    const parameters = this.#loaded();
    const results = await this.#spread(spec, batches, 'current');
    const gradient = results[0]?.['gradient'];
    if (!(gradient instanceof Float32Array))
      throw new RuntimeError('An update needs at least one micro-batch.');
    for (const { gradient: more } of results.slice(1))
      for (let i = 0; i < gradient.length; i++) gradient[i]! += more![i]!;
    const moments = { parameters, momentum: this.#momentum, variance: this.#variance };
    const gradNorm = adamwInPlace(moments, gradient, ++this.#updates, learningRate, settings);
    if (!isShared(parameters)) await this.#publish('current', parameters);
    return { values: results.map(({ gradient: _gradient, ...rest }) => rest), gradNorm };
  }

  async dispose(): Promise<void> {
    for (const { worker, api } of this.#engines) {
      api[Comlink.releaseProxy]();
      worker.terminate();
    }
  }

  async #publish(slot: WeightSlot, weights: Float32Array): Promise<void> {
    await Promise.all(this.#engines.map((e) => Promise.race([e.api.setWeights(slot, weights), e.failure])));
  }

  async #spread(spec: ProgramSpec, batches: readonly Feeds[], slot: WeightSlot): Promise<Values[]> {
    const key = specKey(spec);
    const tuner = this.#tuners.get(key) ?? new Tuner(this.#engines.length);
    this.#tuners.set(key, tuner);
    const workers = tuner.choose(batches.length);
    const start = performance.now();
    const results: Values[] = [];
    let next = 0;
    const serve = async ({ api, failure }: Engine): Promise<void> => {
      while (next < batches.length) {
        const i = next++;
        results[i] = await Promise.race([api.run(spec, slot, batches[i]!), failure]);
      }
    };
    await Promise.all(this.#engines.slice(0, workers).map(serve));
    tuner.record(workers, batches.length, performance.now() - start);
    return results;
  }

  #loaded(): Float32Array {
    if (!this.#parameters) throw new RuntimeError('No weights are loaded.');
    return this.#parameters;
  }
}

const isShared = ({ buffer }: Float32Array): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;
