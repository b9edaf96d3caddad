import { castTo, int, type Rule, type Rules, string } from '../lowering.ts';

const embedGradient: Rule = (node, [ids, rows], to) => {
  const n = node.inputs[0]!.shape[0]!;
  const { shape } = node.outputs[0]!;
  const column = to.emit('Reshape', [ids!, to.constant('i64', [2], [n, 1])]);
  if (to.target === 'wasm') {
    const indices = castTo(to, column, 'i64');
    const zeros = to.emit('Expand', [to.constant('f32', [], [0]), to.constant('i64', [shape.length], shape)]);
    return [to.emit('ScatterND', [zeros, indices, rows!], { attributes: { reduction: string('add') } })];
  }
  // Float atomics add in any order, so on the GPU the sum is a product with the one-hot matrix instead.
  const depth = shape[0]!;
  const columns = to.constant(
    'i32',
    [depth],
    Array.from({ length: depth }, (_, i) => i),
  );
  const hot = castTo(to, to.emit('Equal', [column, columns]), 'f32');
  return [to.emit('Gemm', [hot, rows!], { attributes: { transA: int(1) } })];
};

const pick: Rule = (node, [x, ids], to) => {
  const { shape } = node.outputs[0]!;
  const column = to.emit('Reshape', [ids!, to.constant('i64', [shape.length + 1], [...shape, 1])]);
  const found = to.emit('GatherElements', [x!, column], { attributes: { axis: int(-1) } });
  return [to.emit('Reshape', [found, to.constant('i64', [shape.length], shape)])];
};

const argmax: Rule = (node, [x], to) => {
  if (to.target === 'wasm') {
    const index = to.emit('ArgMax', [x!], { attributes: { axis: int(-1), keepdims: int(0) } });
    return [castTo(to, index, 'i32')];
  }
  // ArgMax gives int64, which the provider can only convert on the CPU. Here: the smallest index of a maximum.
  const depth = node.inputs[0]!.shape.at(-1)!;
  const axes = to.constant('i64', [1], [-1]);
  const top = to.emit('ReduceMax', [x!, axes], { attributes: { keepdims: int(1) } });
  const columns = to.constant(
    'f32',
    [depth],
    Array.from({ length: depth }, (_, i) => i),
  );
  const candidates = to.emit('Where', [to.emit('Less', [x!, top]), to.constant('f32', [], [depth]), columns]);
  const index = to.emit('ReduceMin', [candidates, axes], { attributes: { keepdims: int(0) } });
  return [castTo(to, index, 'i32')];
};

export const indexingRules: Rules = {
  embed: (_node, inputs, to) => [to.emit('Gather', inputs, { attributes: { axis: int(0) } })],
  embedGradient,
  pick,
  argmax,
  cumsum: (_node, [x], to) => [to.emit('CumSum', [x!, to.constant('i64', [], [-1])])],
  writeRows: (_node, [x, indices, rows], to) => [
    to.emit('ScatterND', [x!, castTo(to, indices!, 'i64'), rows!]),
  ],
};
