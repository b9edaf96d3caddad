import { int, type Rule, type Rules } from '../lowering.ts';

/** An ONNX operator that takes the result's shape as its second operand. */
const towardsShape =
  (type: string): Rule =>
  (node, [x], to) => {
    const { shape } = node.outputs[0]!;
    return [to.emit(type, [x!, to.constant('i64', [shape.length], shape)])];
  };

const reduction =
  (type: string): Rule =>
  (node, [x], to) => {
    const axes = node.attributes['axes'] as readonly number[];
    const keepdims = int(node.attributes['keepDims'] ? 1 : 0);
    return [to.emit(type, [x!, to.constant('i64', [axes.length], axes)], { attributes: { keepdims } })];
  };

export const broadcastRules: Rules = {
  reshape: towardsShape('Reshape'),
  broadcastTo: towardsShape('Expand'),
  sum: reduction('ReduceSum'),
  max: reduction('ReduceMax'),
};
