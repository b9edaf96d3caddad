/**
 * bfloat16, the upper half of a float32: how most published weights are stored. On a GPU frozen weights stay so, in half the
 * memory, and a kernel writes them out as float32 where a graph is to read them. Nothing is rounded: a tensor with a value
 * that has more bits stays float32.
 */
import type { ArraySlice, DeviceArray, Kernels, KernelSource, PreparedKernel } from '../runtime/runtime.ts';

const UPPER = 0xffff0000;

const bitsOf = ({ buffer, byteOffset, length }: Float32Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length);

/** Whether every value is one of bfloat16. */
export function isBfloat16(data: Float32Array): boolean {
  const bits = bitsOf(data);
  for (let i = 0; i < bits.length; i++) if ((bits[i]! & ~UPPER) !== 0) return false;
  return true;
}

/** Two values a word, the first in the lower half; null where a value has more bits. */
export function packBfloat16(data: Float32Array): Int32Array | null {
  if (!isBfloat16(data)) return null;
  const bits = bitsOf(data);
  const words = new Int32Array(Math.ceil(bits.length / 2));
  for (let i = 0; i < words.length; i++) words[i] = (bits[2 * i]! >>> 16) | (bits[2 * i + 1] ?? 0);
  return words;
}

/** Invocations of a work group, and work groups at most; more words than that are taken in several rounds. */
const [WIDTH, MOST] = [256, 32_768];

/** Words of a binding, whose places a device wants at multiples of 256 bytes. */
const ALIGNED = 64;

const EXPAND: KernelSource = {
  label: 'bfloat16 expansion',
  code: `
@group(0) @binding(0) var<storage, read> words: array<u32>;
@group(0) @binding(1) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(${WIDTH})
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
) {
  let size = arrayLength(&values);
  for (var i = id.x; 2u * i < size; i += workgroups.x * ${WIDTH}u) {
    let word = words[i];
    values[2u * i] = bitcast<f32>(word << 16u);
    if (2u * i + 1u < size) { values[2u * i + 1u] = bitcast<f32>(word & ${UPPER}u); }
  }
}`,
};

/**
 * Writes packed values out, in as many kernels as the device's largest binding makes necessary.
 * @param words as {@link packBfloat16} has them
 * @param values f32, of twice as many
 */
export function prepareExpansion(
  kernels: Kernels,
  words: DeviceArray,
  values: DeviceArray,
  length: number,
): PreparedKernel[] {
  const most = Math.floor(kernels.bindingBytes / 8 / ALIGNED) * ALIGNED;
  const count = Math.ceil(length / 2);
  const parts: PreparedKernel[] = [];
  for (let at = 0; at < count; at += most) {
    const own = Math.min(most, count - at);
    const [from, to]: ArraySlice[] = [
      { array: words, offset: at, length: own },
      { array: values, offset: 2 * at, length: Math.min(2 * own, length - 2 * at) },
    ];
    parts.push(kernels.prepare(EXPAND, [from!, to!], Math.min(MOST, Math.ceil(own / WIDTH))));
  }
  return parts;
}
