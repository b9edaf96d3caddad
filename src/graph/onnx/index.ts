/** From a graph to the ONNX file that computes it. */
export { emitOnnx } from './emit.ts';
export { encodeModel } from './encode.ts';
export type { Target } from './lowering.ts';
