import type { Rules } from '../lowering.ts';

export const constantRules: Rules = {
  constant: (node, _inputs, to) => {
    const { dtype, shape } = node.outputs[0]!;
    return [to.constant(dtype, shape, node.attributes['data'] as readonly number[])];
  },
};
