/** Shell of a {@link Replica}: one WASM engine on one thread, told what to run by the policy worker. */
import * as Comlink from 'comlink';
import type { Feeds, Values } from '../src/host/host.ts';
import { createWasmRuntime } from '../src/runtime/ort/wasm.ts';
import { buffersOf, Replica, type WeightSlot } from '../src/host/replica.ts';
import type { GraphSpec } from '../src/programs/index.ts';

const replica = new Replica(createWasmRuntime());

const api = {
  setWeights(slot: WeightSlot, weights: Float32Array): void {
    replica.setWeights(slot, weights);
  },
  async run(spec: GraphSpec, slot: WeightSlot, feeds: Feeds): Promise<Values> {
    const values = await replica.run(spec, slot, feeds);
    return Comlink.transfer(values, buffersOf(values));
  },
};

export type EngineApi = typeof api;

Comlink.expose(api);
