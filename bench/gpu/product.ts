/** One product of each size, as the engine computes it and as a plain kernel of our own does. */
import { input, matmul } from '../../src/graph/index.ts';
import { Random } from '../../src/random.ts';
import type { DeviceArray, KernelSource, Runtime } from '../../src/runtime/runtime.ts';

/** Rows [m, k] times a weight [n, k]. */
export interface ProductSize {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

const TILE = 64;
const DEPTH = 16;

/** Work groups of 256 that make tiles of 64 × 64, each invocation 4 × 4 of them. */
const sourceOf = ({ m, k, n }: ProductSize): KernelSource => ({
  label: 'product',
  code: `
const M = ${m}u;
const K = ${k}u;
const N = ${n}u;
@group(0) @binding(0) var<storage, read> rows: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
var<workgroup> left: array<f32, ${TILE * DEPTH}>;
var<workgroup> right: array<f32, ${TILE * DEPTH}>;

fn rowAt(r: u32, d: u32) -> f32 {
  if (r >= M || d >= K) { return 0.0; }
  return rows[r * K + d];
}

fn weightAt(c: u32, d: u32) -> f32 {
  if (c >= N || d >= K) { return 0.0; }
  return weight[c * K + d];
}

@compute @workgroup_size(256)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) workgroup: vec3<u32>,
) {
  let across = (N + ${TILE - 1}u) / ${TILE}u;
  let top = workgroup.x / across * ${TILE}u;
  let start = workgroup.x % across * ${TILE}u;
  let own = vec2<u32>(lane % 16u, lane / 16u) * 4u;
  var sums: array<vec4<f32>, 4>;
  for (var begin = 0u; begin < K; begin += ${DEPTH}u) {
    workgroupBarrier();
    for (var i = lane; i < ${TILE * DEPTH}u; i += 256u) {
      let at = i / ${DEPTH}u;
      let d = i % ${DEPTH}u;
      left[d * ${TILE}u + at] = rowAt(top + at, begin + d);
      right[d * ${TILE}u + at] = weightAt(start + at, begin + d);
    }
    workgroupBarrier();
    for (var d = 0u; d < ${DEPTH}u; d++) {
      let c = d * ${TILE}u + own.x;
      let b = vec4<f32>(right[c], right[c + 1u], right[c + 2u], right[c + 3u]);
      for (var i = 0u; i < 4u; i++) { sums[i] += left[d * ${TILE}u + own.y + i] * b; }
    }
  }
  for (var i = 0u; i < 4u; i++) {
    let r = top + own.y + i;
    for (var j = 0u; j < 4u; j++) {
      let c = start + own.x + j;
      if (r < M && c < N) { result[r * N + c] = sums[i][j]; }
    }
  }
}`,
});

const workgroupsFor = ({ m, n }: ProductSize): number => Math.ceil(m / TILE) * Math.ceil(n / TILE);

/** Numbers in [−0.5, 0.5), the same for each name. */
export function operand(name: string, size: number): Float32Array {
  const random = new Random(1, 0, name);
  return Float32Array.from({ length: size }, () => random.uniform() - 0.5);
}

/** Something that starts a product a number of times and waits for the last, and the first values of its result. */
export interface Product {
  run(times: number): Promise<void>;
  first(count: number): Promise<number[]>;
  dispose(): Promise<void>;
}

/** What the two ways have in common: their arrays, and how the end of all work is waited for. */
function arraysFor(runtime: Runtime, { m, k, n }: ProductSize) {
  const arrays = {
    rows: runtime.upload(operand('rows', m * k), [m, k]),
    weight: runtime.upload(operand('weight', n * k), [n, k]),
    result: runtime.upload(new Float32Array(m * n), [m, n]),
  };
  const mark = runtime.upload(Float32Array.of(0));
  const waited = async (): Promise<void> => void (await mark.read());
  const first = async (count: number): Promise<number[]> => [
    ...(await arrays.result.read()).subarray(0, count),
  ];
  const all: readonly DeviceArray[] = [...Object.values(arrays), mark];
  return { arrays, waited, first, dispose: () => all.forEach((array) => array.dispose()) };
}

export async function engineProduct(runtime: Runtime, size: ProductSize): Promise<Product> {
  const { arrays, waited, first, dispose } = arraysFor(runtime, size);
  const { m, k, n } = size;
  const result = matmul(input('rows', [m, k]), input('weight', [n, k]), { transB: true });
  const { rows, weight } = arrays;
  const program = await runtime.bind(
    { result },
    { inputs: { rows, weight }, outputs: { result: arrays.result } },
  );
  return {
    async run(times) {
      for (let i = 0; i < times; i++) await program.run();
      await waited();
    },
    first,
    async dispose() {
      await program.release();
      dispose();
    },
  };
}

export async function ownProduct(runtime: Runtime, size: ProductSize): Promise<Product> {
  const { arrays, waited, first, dispose } = arraysFor(runtime, size);
  const { rows, weight, result } = arrays;
  const kernel = runtime.kernels!.prepare(sourceOf(size), [rows, weight, result], workgroupsFor(size));
  return {
    async run(times) {
      for (let i = 0; i < times; i++) runtime.kernels!.start([kernel]);
      await waited();
    },
    first,
    dispose: async () => dispose(),
  };
}

/** The first values of the product in float64. */
export function expectedFirst({ m, k, n }: ProductSize, count: number): number[] {
  const [rows, weight] = [operand('rows', m * k), operand('weight', n * k)];
  return Array.from({ length: count }, (_, i) => {
    const [r, c] = [Math.floor(i / n), i % n];
    let sum = 0;
    for (let d = 0; d < k; d++) sum += rows[r * k + d]! * weight[c * k + d]!;
    return sum;
  });
}
