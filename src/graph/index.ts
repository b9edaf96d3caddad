/** The graph language, as the model and the losses use it. */
export * from './autodiff.ts';
export * from './constant.ts';
export * from './elementwise.ts';
export { evaluateNamed } from './evaluate.ts';
export * from './indexing.ts';
export * from './layout.ts';
export * from './loop.ts';
export { linear, matmul, type MatmulOptions } from './matmul.ts';
export * from './nn.ts';
export { broadcastTo, max, reshape, sum, sumTo } from './broadcast.ts';
export { mean } from './mean.ts';
export { Preparation } from './preparation.ts';
export { hasCheckpoints, lastReads, type Section, sectionsOf, type ValueName } from './sections.ts';
export type { Target } from './target.ts';
export {
  type DType,
  GraphError,
  type NdArray,
  type Shape,
  ShapeError,
  showShape,
  sizeOf,
  type Tensor,
} from './tensor.ts';
