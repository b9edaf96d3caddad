/**
 * ONNX Runtime's WebGPU build (1.30: the native execution provider, compiled with Asyncify). All runtimes of a thread
 * share one device, and with it the compiled shaders; after a loss the next one opens a new device.
 */
import * as ort from 'onnxruntime-web/webgpu';
import { type Gpu, openGpu } from './gpu.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime } from '../runtime.ts';
import mjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';

let current: Promise<Gpu> | null = null;

async function sharedGpu(): Promise<Gpu> {
  const gpu = await current?.catch(() => null);
  if (gpu && !gpu.lost) return gpu;
  current = openGpu();
  return current;
}

/** @param answerMs how long the device may leave a call without an answer; by default as before */
export async function createWebgpuRuntime(answerMs?: number): Promise<Runtime> {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { mjs: mjsUrl, wasm: wasmUrl };
  // Its warnings are about nodes that have to be on the CPU: the loop and its counter.
  ort.env.logLevel = 'error';
  const gpu = await sharedGpu();
  if (answerMs !== undefined) gpu.answerMs = answerMs;
  return createRuntime(ort, 'webgpu', 1, gpu);
}
