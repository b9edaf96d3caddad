import { int, ints, type Rule, type Rules } from '../lowering.ts';

/**
 * Parts that one GPU kernel splits into or joins: each is a storage buffer, and WebGPU guarantees eight, the whole
 * included.
 */
const GPU_PARTS = 7;

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

const concat: Rule = (node, inputs, to) => {
  const axis = int(node.attributes['axis'] as number);
  let parts = inputs;
  while (to.target === 'webgpu' && parts.length > GPU_PARTS)
    parts = chunks(parts, GPU_PARTS).map((group) =>
      group.length === 1 ? group[0]! : to.emit('Concat', group, { attributes: { axis } }),
    );
  return [to.emit('Concat', parts, { attributes: { axis } })];
};

const split: Rule = (node, [x], to) => {
  const axis = int(node.attributes['axis'] as number);
  const cut = (source: string, sizes: readonly number[]): readonly string[] => {
    if (to.target === 'webgpu' && sizes.length > GPU_PARTS) {
      const groups = chunks(sizes, GPU_PARTS);
      const whole = cut(
        source,
        groups.map((group) => group.reduce((a, b) => a + b, 0)),
      );
      return groups.flatMap((group, i) => (group.length === 1 ? [whole[i]!] : cut(whole[i]!, group)));
    }
    return to.emitAll('Split', [source, to.constant('i64', [sizes.length], sizes)], {
      outputs: sizes.length,
      attributes: { axis },
    });
  };
  return cut(x!, node.attributes['sizes'] as readonly number[]);
};

const slice: Rule = (node, [x], to) => {
  const axis = node.attributes['axis'] as number;
  const start = node.attributes['start'] as number;
  const end = start + node.outputs[0]!.shape[axis]!;
  if (to.target === 'webgpu' && node.outputs[0]!.dtype === 'i32') {
    // There the provider slices floats only, but gathers integers too.
    const columns = Array.from({ length: end - start }, (_, i) => start + i);
    return [
      to.emit('Gather', [x!, to.constant('i32', [end - start], columns)], {
        attributes: { axis: int(axis) },
      }),
    ];
  }
  const bounds = [start, end, axis].map((n) => to.constant('i64', [1], [n]));
  return [to.emit('Slice', [x!, ...bounds])];
};

export const layoutRules: Rules = {
  transpose: (node, [x], to) => [
    to.emit('Transpose', [x!], { attributes: { perm: ints(node.attributes['order'] as readonly number[]) } }),
  ],
  concat,
  split,
  slice,
};
