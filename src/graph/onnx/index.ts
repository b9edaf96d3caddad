/** From a graph to the ONNX file that computes it. */
export { emitOnnx } from './emit.ts';
export { encodeModel } from './encode.ts';
export { usesFloat16 } from './float16.ts';
