import type { ConstantData } from '../../constant.ts';
import type { Rules } from '../lowering.ts';

export const constantRules: Rules = {
  constant: (node, _inputs, to) => {
    const { dtype, shape } = node.outputs[0]!;
    return [to.constant(dtype, shape, node.payload as ConstantData)];
  },
};
