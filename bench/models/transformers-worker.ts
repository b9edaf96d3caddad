/** transformers.js in a worker, as its own examples have it; told what to do by `transformers.ts`. */
import * as Comlink from 'comlink';
import { PEERS, PEER_MODEL } from './peers.ts';

/** What of transformers.js is used, in its own words. */
interface Library {
  readonly env: {
    readonly version: string;
    allowRemoteModels: boolean;
    allowLocalModels: boolean;
    localModelPath: string;
    useBrowserCache: boolean;
    useWasmCache: boolean;
    readonly backends: {
      readonly onnx: {
        readonly versions: { readonly web: string };
        readonly wasm: { numThreads: number; wasmPaths: { readonly mjs: string; readonly wasm: string } };
      };
    };
  };
  readonly AutoModelForCausalLM: {
    from_pretrained(name: string, options: Readonly<Record<string, unknown>>): Promise<Model>;
  };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, shape: readonly number[]) => object;
}

interface Model {
  generate(options: Readonly<Record<string, unknown>>): Promise<{ tolist(): bigint[][] }>;
  dispose(): Promise<unknown>;
}

/** The build of ONNX Runtime that the library loads unless it is told otherwise. */
const BUILD = `${PEERS}onnxruntime/ort-wasm-simd-threaded.asyncify`;

let opened: { readonly library: Library; readonly model: Model } | null = null;

const api = {
  async open(threads: number): Promise<string> {
    const address = new URL(`${PEERS}transformers/transformers.min.js`, self.location.origin).href;
    const library = (await import(/* @vite-ignore */ address)) as Library;
    const { env } = library;
    env.allowRemoteModels = false;
    env.allowLocalModels = true;
    env.localModelPath = PEERS;
    env.useBrowserCache = false;
    env.useWasmCache = false;
    const { onnx } = env.backends;
    onnx.wasm.numThreads = threads;
    onnx.wasm.wasmPaths = { mjs: `${BUILD}.mjs`, wasm: `${BUILD}.wasm` };
    const model = await library.AutoModelForCausalLM.from_pretrained(PEER_MODEL, {
      dtype: 'fp32',
      device: 'wasm',
      subfolder: '',
    });
    opened = { library, model };
    return `${env.version}, onnxruntime-web ${onnx.versions.web}, float32, ${onnx.wasm.numThreads} threads`;
  },
  async generate(prompts: readonly (readonly number[])[], newTokens: number): Promise<number[][]> {
    if (!opened) throw new Error('transformers.js was not opened.');
    const { library, model } = opened;
    const width = prompts[0]!.length;
    const shape = [prompts.length, width];
    const ids = BigInt64Array.from(prompts.flat(), BigInt);
    const output = await model.generate({
      input_ids: new library.Tensor('int64', ids, shape),
      attention_mask: new library.Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
      max_new_tokens: newTokens,
      do_sample: false,
      // No text ends.
      eos_token_id: null,
    });
    return output.tolist().map((row) => row.slice(width).map(Number));
  },
  async close(): Promise<void> {
    await opened?.model.dispose();
    opened = null;
  },
};

export type TransformersApi = typeof api;

Comlink.expose(api);
