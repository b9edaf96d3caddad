/** Shell of a {@link Replica}: one WASM engine on one thread, told what to run by the policy worker. */
import * as Comlink from 'comlink';
import { buffersOf, type EngineApi, Replica } from '../src/host/replica.ts';
import { buildProgram } from '../src/programs/index.ts';
import { allowMemory, heapBytes } from '../src/runtime/ort/memory-cap.ts';
import { createWasmRuntime } from '../src/runtime/ort/wasm.ts';

const replica = new Replica(createWasmRuntime(), buildProgram);

const api: EngineApi = {
  allowMemory,
  heapBytes,
  setWeights: (slot, weights) => replica.setWeights(slot, weights),
  addFrozen: (weights) => replica.addFrozen(weights),
  dropFrozen: (names) => replica.dropFrozen(names),
  async run(spec, slot, feeds) {
    const values = await replica.run(spec, slot, feeds);
    return Comlink.transfer(values, buffersOf(values));
  },
};

Comlink.expose(api);
// Whoever has the other end of a channel may be another worker.
addEventListener('message', ({ data }: MessageEvent<{ readonly channel?: MessagePort }>) => {
  if (data.channel) Comlink.expose(api, data.channel);
});
