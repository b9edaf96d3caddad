import { alias, float, int, type Rule, type Rules } from '../lowering.ts';

const logSoftmax: Rule = (_node, [x], to) => {
  if (to.target === 'wasm') return [to.emit('LogSoftmax', [x!], { attributes: { axis: int(-1) } })];
  // The WebGPU provider has no LogSoftmax.
  const axes = to.constant('i64', [1], [-1]);
  const attributes = { keepdims: int(1) };
  const shifted = to.emit('Sub', [x!, to.emit('ReduceMax', [x!, axes], { attributes })]);
  const total = to.emit('ReduceSum', [to.emit('Exp', [shifted]), axes], { attributes });
  return [to.emit('Sub', [shifted, to.emit('Log', [total])])];
};

// SimplifiedLayerNormalization is one node, but no faster than these on the CPU.
const rmsNorm: Rule = (node, [x], to) => {
  const epsilon = to.constant('f32', [], [node.attributes['epsilon'] as number]);
  const axes = to.constant('i64', [1], [-1]);
  const square = to.emit('ReduceMean', [to.emit('Mul', [x!, x!]), axes], {
    attributes: { keepdims: int(1) },
  });
  const inverse = to.emit('Reciprocal', [to.emit('Sqrt', [to.emit('Add', [square, epsilon])])]);
  return [to.emit('Mul', [x!, inverse]), inverse];
};

const scaledRmsNorm: Rule = (node, [x, scale], to) => {
  const epsilon = node.attributes['epsilon'] as number;
  const [y, normalised, deviation] = node.outputs;
  const width = y!.shape[1]!;
  const isUsed = to.isUsed(normalised!) || to.isUsed(deviation!);
  const attributes = { axis: int(-1), epsilon: float(epsilon) };
  // Its second output, the inverse deviation, is wrong on WebGPU in ONNX Runtime 1.30, so it is not asked for.
  const scaled = to.emit('SimplifiedLayerNormalization', [x!, scale!], { attributes });
  if (!isUsed) return [scaled, 'unused', 'unused'];
  const squares = to.emit('ReduceSumSquare', [x!, to.constant('i64', [1], [-1])], {
    attributes: { keepdims: int(1) },
  });
  // The mean and ε in one kernel.
  const one = to.constant('f32', [1, 1], [1]);
  const mean = to.emit('Gemm', [squares, one, to.constant('f32', [1, 1], [epsilon])], {
    attributes: { alpha: float(1 / width) },
  });
  const root = to.emit('Sqrt', [mean]);
  return [scaled, to.emit('Div', [x!, root]), root];
};

const rope: Rule = (node, [x, cos, sin], to) => {
  const [batch, heads, time, width] = node.outputs[0]!.shape as [number, number, number, number];
  const rows = node.inputs[1]!.shape[0]!;
  if (to.target === 'wasm' && time > 1) {
    // RotaryEmbedding is a scalar loop on the CPU; for more than one position these vectorised nodes are faster.
    const [cosines, sines] = [cos!, sin!].map((table) => {
      const both = to.emit('Concat', [table, table], { attributes: { axis: int(-1) } });
      return to.emit('Reshape', [both, to.constant('i64', [4], [rows, 1, time, width])]);
    });
    const halves = to.constant('i64', [2], [width / 2, width / 2]);
    const [left, right] = to.emitAll('Split', [x!, halves], { outputs: 2, attributes: { axis: int(-1) } });
    const turned = to.emit('Concat', [to.emit('Neg', [right!]), left!], { attributes: { axis: int(-1) } });
    return [to.emit('Add', [to.emit('Mul', [x!, cosines!]), to.emit('Mul', [turned, sines!])])];
  }
  const flat = [cos!, sin!].map((table) =>
    to.emit('Reshape', [table, to.constant('i64', [2], [rows * time, width / 2])]),
  );
  const positions = Array.from({ length: batch * time }, (_, i) => (rows === 1 ? i % time : i));
  return [
    to.emit('RotaryEmbedding', [x!, to.constant('i64', [batch, time], positions), ...flat], {
      domain: 'com.microsoft',
      attributes: { interleaved: int(0), num_heads: int(heads) },
    }),
  ];
};

const silu: Rule = (_node, [x], to) => {
  if (to.target === 'webgpu')
    return [to.emit('QuickGelu', [x!], { domain: 'com.microsoft', attributes: { alpha: float(1) } })];
  // Two nodes and not one QuickGelu, because the gradient uses the same sigmoid.
  return [to.emit('Mul', [x!, to.emit('Sigmoid', [x!])])];
};

export const nnRules: Rules = {
  softmax: (_node, [x], to) => [to.emit('Softmax', [x!], { attributes: { axis: int(-1) } })],
  logSoftmax,
  rmsNorm,
  scaledRmsNorm,
  silu,
  rope,
  withGradient: alias,
};
