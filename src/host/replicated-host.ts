/**
 * A model on several single-threaded WASM engines, each in a worker of its own. Micro-batches are handed to whichever
 * engine is free and added up in their own order, so results do not depend on how many engines there are.
 */
import * as Comlink from 'comlink';
import type { AdamWSettings } from './adamw.ts';
import { adamwInPlace, type Moments } from './adamw-host.ts';
import type { EngineWorker } from './engine-link.ts';
import {
  checkSize,
  type Feeds,
  type ModelHost,
  type OptimizerState,
  type UpdateResult,
  type Values,
} from './host.ts';
import {
  gradientName,
  isGradient,
  type NamedTensors,
  type ParameterLayout,
  unpackWeights,
} from '../model/parameters.ts';
import { type ProgramSpec, specKey } from '../programs/spec.ts';
import type { EngineApi, WeightFeeds, WeightSlot } from './replica.ts';
import { RuntimeError } from '../runtime/runtime.ts';
import { isShared, sharedCopy } from './shared-memory.ts';
import { Tuner } from './tuner.ts';

interface Engine {
  readonly worker: EngineWorker;
  readonly api: Comlink.Remote<EngineApi>;
  /** Rejects when the worker dies, so that no call waits for it for ever. */
  readonly failure: Promise<never>;
}

/** Starts a worker that exposes an {@link EngineApi}. */
export type SpawnEngine = () => EngineWorker;

function startEngine(spawn: SpawnEngine): Engine {
  const worker = spawn();
  const failure = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      const { message } = event as ErrorEvent;
      reject(new RuntimeError(`A compute worker stopped (${message || 'out of memory or failed to load'}).`));
    });
  });
  failure.catch(() => {});
  return { worker, api: Comlink.wrap<EngineApi>(worker as Comlink.Endpoint), failure };
}

/** Named views of one buffer, which a message takes along once. */
const feedsOf = (tensors: NamedTensors): WeightFeeds =>
  Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));

/** The trainable tensors and what belongs to them, each flat in the layout's order. */
interface Trained extends Moments {
  readonly layout: ParameterLayout;
  readonly gradient: Float32Array;
}

export class ReplicatedHost implements ModelHost {
  readonly #engines: readonly Engine[];
  readonly #tuners = new Map<string, Tuner>();
  readonly #frozen = new Set<string>();
  #trained: Trained | null = null;
  #updates = 0;

  /** @param engineBytes memory that an engine may take, where that is more than small models need */
  constructor(spawn: SpawnEngine, engines: number, engineBytes?: number) {
    this.#engines = Array.from({ length: engines }, () => startEngine(spawn));
    // An engine hears of it before all that follows.
    if (engineBytes !== undefined) this.#everywhere((api) => api.allowMemory(engineBytes)).catch(() => {});
  }

  async held(): Promise<number> {
    const each = this.#engines.map(({ api, failure }) => Promise.race([api.heapBytes(), failure]));
    return (await Promise.all(each)).reduce((total, bytes) => total + bytes, 0);
  }

  async load(layout: ParameterLayout, state: OptimizerState): Promise<void> {
    checkSize(layout, state);
    this.#trained = {
      layout,
      parameters: sharedCopy(state.parameters),
      gradient: new Float32Array(layout.size),
      momentum: state.momentum.slice(),
      variance: state.variance.slice(),
    };
    this.#updates = state.updates;
    const strangers = [...this.#frozen].filter((name) => !layout.frozen.some((slot) => slot.name === name));
    for (const name of strangers) this.#frozen.delete(name);
    if (strangers.length > 0) await this.#everywhere((api) => api.dropFrozen(strangers));
    await this.#publish('current', this.#trained.parameters);
  }

  async loadFrozen(tensors: NamedTensors): Promise<void> {
    for (const [name, { data }] of tensors) {
      this.#frozen.add(name);
      const shared = isShared(data) ? data : sharedCopy(data);
      await this.#everywhere((api) => api.addFrozen({ [name]: shared }));
    }
  }

  async snapshot(): Promise<OptimizerState> {
    const { parameters, momentum, variance } = this.#loaded();
    return {
      parameters: Float32Array.from(parameters),
      momentum: momentum.slice(),
      variance: variance.slice(),
      updates: this.#updates,
    };
  }

  async loadReference(parameters: Float32Array): Promise<void> {
    checkSize(this.#loaded().layout, { parameters });
    await this.#publish('reference', sharedCopy(parameters));
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
    const trained = this.#loaded();
    const { layout, parameters, gradient } = trained;
    if (batches.length === 0) throw new RuntimeError('An update needs at least one micro-batch.');
    const results = await this.#spread(spec, batches, 'current');
    for (const [name, { data }] of unpackWeights(layout, gradient)) {
      results.forEach((values, batch) => {
        const part = values[gradientName(name)];
        if (!part) throw new RuntimeError(`The program to train with gives no gradient for ${name}.`);
        if (batch === 0) data.set(part);
        else for (let i = 0; i < data.length; i++) data[i]! += part[i]!;
      });
    }
    const gradNorm = adamwInPlace(trained, gradient, ++this.#updates, learningRate, settings);
    if (!isShared(parameters)) await this.#publish('current', parameters);
    return { values: results.map(withoutGradients), gradNorm };
  }

  async dispose(): Promise<void> {
    for (const { worker, api } of this.#engines) {
      api[Comlink.releaseProxy]();
      worker.terminate();
    }
  }

  #publish(slot: WeightSlot, flat: Float32Array): Promise<void> {
    const weights = feedsOf(unpackWeights(this.#loaded().layout, flat));
    return this.#everywhere((api) => api.setWeights(slot, weights));
  }

  async #everywhere(tell: (api: Engine['api']) => Promise<void>): Promise<void> {
    await Promise.all(this.#engines.map(({ api, failure }) => Promise.race([tell(api), failure])));
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

  #loaded(): Trained {
    if (!this.#trained) throw new RuntimeError('No weights are loaded.');
    return this.#trained;
  }
}

const withoutGradients = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !isGradient(name)));
