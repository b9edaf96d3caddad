/**
 * ONNX Runtime's WebAssembly build where it finds its own files: in Node, and in a page whose bundler knows the package.
 * The site names the files itself (`wasm.ts`), since it moves them.
 */
import * as ort from 'onnxruntime-web/wasm';
import type { Runtime } from '../runtime.ts';
import { capMemory } from './memory-cap.ts';
import { createRuntime } from './runtime.ts';

/** @param files address of the folder that ONNX Runtime's own files are in; default: beside its module */
export function createPlainRuntime(files?: string): Runtime {
  capMemory();
  ort.env.wasm.numThreads = 1;
  if (files !== undefined) ort.env.wasm.wasmPaths = files;
  return createRuntime(ort, 'wasm', 1);
}
