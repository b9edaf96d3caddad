/** ONNX Runtime's WebGPU build. */
import * as ort from 'onnxruntime-web/webgpu';
import { createRuntime, type Runtime } from './runtime.ts';
import mjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';

export async function createWebgpuRuntime(): Promise<Runtime> {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { mjs: mjsUrl, wasm: wasmUrl };
  return createRuntime(ort, 'webgpu', 1);
}
