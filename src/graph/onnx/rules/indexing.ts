import { castTo, DATA_TYPES, int, type Lowering, type Rule, type Rules, string } from '../lowering.ts';

/** Rows that are added up among themselves at a time. */
const GRADIENT_BLOCK = 1024;

const embedGradient: Rule = (node, [ids, rows], to) => {
  const n = node.inputs[0]!.shape[0]!;
  const { shape } = node.outputs[0]!;
  const expanded = (zero: string): string =>
    to.emit('Expand', [zero, to.constant('i64', [shape.length], shape)]);
  if (to.target === 'wasm') {
    const zeros = expanded(to.constant('f32', [], [0]));
    const column = to.emit('Reshape', [ids!, to.constant('i64', [2], [n, 1])]);
    const indices = castTo(to, column, 'i64');
    return [to.emit('ScatterND', [zeros, indices, rows!], { attributes: { reduction: string('add') } })];
  }
  const tables: string[] = [];
  for (let start = 0; start < n; start += GRADIENT_BLOCK) {
    const size = Math.min(GRADIENT_BLOCK, n - start);
    const block = size === n ? [ids!, rows!] : blockOf(ids!, rows!, start, size, to);
    // A zero of its own for each block: ONNX Runtime makes equal nodes one, and what is shared is copied too.
    const zeros = expanded(computedZero(block[0]!, to));
    tables.push(scatterSums(zeros, block as [string, string], size, to));
  }
  return [tables.reduce((sum, table) => to.emit('Add', [sum, table]))];
};

/**
 * A zero that is computed from the ids. A constant one would be copied before it is written to, and what records kernels
 * to repeat them records no copies.
 */
function computedZero(ids: string, to: Lowering): string {
  const first = to.emit('Gather', [ids, to.constant('i32', [1], [0])]);
  return castTo(to, to.emit('Less', [first, first]), 'f32');
}

function blockOf(ids: string, rows: string, start: number, size: number, to: Lowering): [string, string] {
  // There the provider slices floats only, but gathers integers too.
  const positions = Array.from({ length: size }, (_, i) => start + i);
  const bounds = [start, start + size, 0].map((bound) => to.constant('i64', [1], [bound]));
  return [
    to.emit('Gather', [ids, to.constant('i32', [size], positions)]),
    to.emit('Slice', [rows, ...bounds]),
  ];
}

/**
 * Writes rows [n, width] to those of a table of zeros that their ids name, summed where they share one. Float atomics add
 * in any order. So every row is first replaced by the sum of all rows with its id, a product with an n × n matrix; those
 * of one id are then equal, and it does not matter which of them is written last.
 */
function scatterSums(zeros: string, [ids, rows]: [string, string], n: number, to: Lowering): string {
  const reshaped = (sizes: readonly number[]) =>
    to.emit('Reshape', [ids, to.constant('i64', [sizes.length], sizes)]);
  const column = reshaped([n, 1]);
  const same = castTo(to, to.emit('Equal', [column, reshaped([1, n])]), 'f32');
  return to.emit('ScatterND', [zeros, castTo(to, column, 'i64'), to.emit('MatMul', [same, rows])]);
}

const pick: Rule = (node, [x, ids], to) => {
  const { shape } = node.outputs[0]!;
  const column = to.emit('Reshape', [ids!, to.constant('i64', [shape.length + 1], [...shape, 1])]);
  const found = to.emit('GatherElements', [x!, column], { attributes: { axis: int(-1) } });
  return [to.emit('Reshape', [found, to.constant('i64', [shape.length], shape)])];
};

const put: Rule = (node, [x, ids, values], to) => {
  const shape = [...node.inputs[1]!.shape, 1];
  const [at, own] = [ids!, values!].map((name) =>
    to.emit('Reshape', [name, to.constant('i64', [shape.length], shape)]),
  );
  return [to.emit('ScatterElements', [x!, at!, own!], { attributes: { axis: int(-1) } })];
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
  put,
  argmax,
  cumsum: (_node, [x], to) => [to.emit('CumSum', [x!, to.constant('i64', [], [-1])])],
  topK: (node, [x], to) => {
    const k = to.constant('i64', [1], [node.outputs[0]!.shape.at(-1)!]);
    return [to.emitAll('TopK', [x!, k], { outputs: 2, attributes: { axis: int(-1) } })[0]!];
  },
  writeRows: (_node, [x, indices, rows], to) => {
    // Once, however much is written at the same places.
    const at = to.hoist('Cast', [indices!], { attributes: { to: int(DATA_TYPES.i64) } });
    return [to.emit('ScatterND', [x!, at, rows!])];
  },
};
