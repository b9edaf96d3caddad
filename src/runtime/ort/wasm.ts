/** ONNX Runtime's CPU build in WebAssembly, one thread: parallel work is spread over workers instead. */
import * as ort from 'onnxruntime-web/wasm';
import { capMemory } from './memory-cap.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime } from '../runtime.ts';
import mjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';

export function createWasmRuntime(): Runtime {
  capMemory();
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { mjs: mjsUrl, wasm: wasmUrl };
  return createRuntime(ort, 'wasm', 1);
}
