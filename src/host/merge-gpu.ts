/** s·B·A of `model/lora.ts` as one kernel, added to an array that holds W and that a graph reads in its place. */
import type { Shape } from '../graph/index.ts';
import type { DeviceArray, Kernels, KernelSource, PreparedKernel } from '../runtime/runtime.ts';

/** Columns of a tile, one for each invocation of a work group. */
const WIDTH = 64;
/** Its rows: a value of A that was read serves so many sums. */
const HEIGHT = 8;
/** Work groups at most; more tiles than that are taken in several rounds. */
const MOST = 32_768;

export interface MergedShape {
  /** [out, in] */
  readonly shape: Shape;
  readonly rank: number;
  readonly scale: number;
}

export interface MergedArrays {
  /** A [rank, in] */
  readonly a: DeviceArray;
  /** B [out, rank] */
  readonly b: DeviceArray;
  /** W [out, in] before, and with what is added afterwards. */
  readonly merged: DeviceArray;
}

const sourceOf = ({ shape: [out, width], rank, scale }: MergedShape): KernelSource => ({
  label: 'LoRA merge',
  code: `
const ROWS = ${out}u;
const COLUMNS = ${width}u;
const RANK = ${rank}u;
const SCALE = f32(${scale});
const WIDTH = ${WIDTH}u;
const HEIGHT = ${HEIGHT}u;
const ACROSS = (COLUMNS + WIDTH - 1u) / WIDTH;
const TILES = ACROSS * ((ROWS + HEIGHT - 1u) / HEIGHT);

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> merged: array<f32>;

@compute @workgroup_size(WIDTH)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
) {
  for (var tile = workgroup.x; tile < TILES; tile += workgroups.x) {
    let column = tile % ACROSS * WIDTH + lane;
    let row = tile / ACROSS * HEIGHT;
    if (column >= COLUMNS) { continue; }
    // With a value of its own: without one, some drivers go on with the sums of the tile before.
    var sums = array<f32, HEIGHT>();
    for (var r = 0u; r < RANK; r++) {
      let factor = a[r * COLUMNS + column];
      for (var i = 0u; i < HEIGHT; i++) { sums[i] += b[min(row + i, ROWS - 1u) * RANK + r] * factor; }
    }
    for (var i = 0u; i < HEIGHT && row + i < ROWS; i++) {
      merged[(row + i) * COLUMNS + column] += SCALE * sums[i];
    }
  }
}`,
});

export function prepareMerge(
  kernels: Kernels,
  spec: MergedShape,
  { a, b, merged }: MergedArrays,
): PreparedKernel {
  const [out, width] = spec.shape as [number, number];
  const tiles = Math.ceil(out / HEIGHT) * Math.ceil(width / WIDTH);
  return kernels.prepare(sourceOf(spec), [a, b, merged], Math.min(MOST, tiles));
}
