/**
 * ONNX Runtime's WebGPU build (1.30: the native execution provider). Where the browser can suspend WebAssembly by itself
 * (JSPI), the build that relies on it: it is smaller, and a call that waits for the GPU costs less than half; elsewhere the
 * one that brings its own means (Asyncify). All runtimes of a thread share one device, and with it the compiled shaders;
 * after a loss the next one opens a new device.
 */
import type * as Ort from 'onnxruntime-web';
import { type Gpu, openGpu } from './gpu.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime } from '../runtime.ts';
import asyncifyMjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiMjs from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiWasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';

let module: Promise<typeof Ort> | null = null;
let current: Promise<Gpu> | null = null;

export const suspendsWebAssembly = (): boolean => 'Suspending' in WebAssembly;

async function load(): Promise<typeof Ort> {
  const [ort, mjs, wasm] = suspendsWebAssembly()
    ? [await import('onnxruntime-web/jspi'), jspiMjs, jspiWasm]
    : [await import('onnxruntime-web/webgpu'), asyncifyMjs, asyncifyWasm];
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { mjs, wasm };
  // Its warnings are about nodes that have to be on the CPU.
  ort.env.logLevel = 'error';
  return ort;
}

/** The module that all runtimes of this thread are made of. */
export const webgpuModule = (): Promise<typeof Ort> => (module ??= load());

async function sharedGpu(): Promise<Gpu> {
  const gpu = await current?.catch(() => null);
  if (gpu && !gpu.lost) return gpu;
  current = openGpu();
  return current;
}

/** @param answerMs how long the device may leave a call without an answer; by default as before */
export async function createWebgpuRuntime(answerMs?: number): Promise<Runtime> {
  const ort = await webgpuModule();
  const gpu = await sharedGpu();
  if (answerMs !== undefined) gpu.answerMs = answerMs;
  return createRuntime(ort, 'webgpu', 1, gpu);
}
