/**
 * The AdamW of `adamw-host.ts` as two kernels over flat vectors, in place. Every sum is made in the same order each time,
 * so the same gradients give the same weights.
 */
import type {
  ArraySlice,
  DeviceArray,
  Kernels,
  KernelSource,
  PreparedKernel,
  Runtime,
} from '../runtime/runtime.ts';
import type { AdamWSettings } from './adamw.ts';

/** Invocations of a work group, and partial sums at most, so that one work group adds them up in one go. */
const WIDTH = 256;
/** Values that each invocation takes where there are work groups to spare. */
const EACH = 4;
/** Work groups of the update at most; more values than that allows are taken in several rounds. */
const MOST = 32_768;

/** A part of a vector begins at a multiple of so many values, as bindings have to. */
const ALIGNED = 64;

/** Adds up `sums`, one for each invocation, in the first of them. */
const ADD_UP = `
  for (var half = ${WIDTH / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { sums[lane] += sums[lane + half]; }
  }
  workgroupBarrier();`;

const SQUARES: KernelSource = {
  label: 'gradient norm',
  code: `
@group(0) @binding(0) var<storage, read> gradient: array<f32>;
@group(0) @binding(1) var<storage, read_write> partial: array<f32>;
@group(0) @binding(2) var<storage, read> size: array<u32>;
var<workgroup> sums: array<f32, ${WIDTH}>;

@compute @workgroup_size(${WIDTH})
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
) {
  var sum = 0.0;
  for (var i = workgroup.x * ${WIDTH}u + lane; i < size[0]; i += workgroups.x * ${WIDTH}u) {
    sum += gradient[i] * gradient[i];
  }
  sums[lane] = sum;${ADD_UP}
  if (lane == 0u) { partial[workgroup.x] = sums[0]; }
}`,
};

/** In the order of {@link numbersOf}. */
const UPDATE: KernelSource = {
  label: 'AdamW',
  code: `
struct Numbers {
  stepSize: f32, spread: f32, keep: f32, beta1: f32, beta2: f32, epsilon: f32, maxGradNorm: f32, partials: f32,
}
@group(0) @binding(0) var<storage, read> gradient: array<f32>;
@group(0) @binding(1) var<storage, read> partial: array<f32>;
@group(0) @binding(2) var<storage, read> size: array<u32>;
@group(0) @binding(3) var<storage, read> numbers: Numbers;
@group(0) @binding(4) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(5) var<storage, read_write> momentum: array<f32>;
@group(0) @binding(6) var<storage, read_write> variance: array<f32>;
@group(0) @binding(7) var<storage, read_write> norm: array<f32>;
var<workgroup> sums: array<f32, ${WIDTH}>;

@compute @workgroup_size(${WIDTH})
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
) {
  var sum = 0.0;
  for (var i = lane; i < u32(numbers.partials); i += ${WIDTH}u) { sum += partial[i]; }
  sums[lane] = sum;${ADD_UP}
  let length = sqrt(sums[0]);
  if (workgroup.x == 0u && lane == 0u) { norm[0] = length; }
  let scale = min(1.0, numbers.maxGradNorm / (length + 1e-6));
  for (var i = workgroup.x * ${WIDTH}u + lane; i < size[0]; i += workgroups.x * ${WIDTH}u) {
    let g = gradient[i] * scale;
    let m = numbers.beta1 * momentum[i] + (1.0 - numbers.beta1) * g;
    let v = numbers.beta2 * variance[i] + (1.0 - numbers.beta2) * g * g;
    momentum[i] = m;
    variance[i] = v;
    parameters[i] =
      numbers.keep * parameters[i] - numbers.stepSize * m / (sqrt(v) * numbers.spread + numbers.epsilon);
  }
}`,
};

const ACCUMULATE: KernelSource = {
  label: 'gradient sum',
  code: `
@group(0) @binding(0) var<storage, read_write> total: array<f32>;
@group(0) @binding(1) var<storage, read> part: array<f32>;
@group(0) @binding(2) var<storage, read> size: array<u32>;

@compute @workgroup_size(${WIDTH})
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
) {
  for (var i = id.x; i < size[0]; i += workgroups.x * ${WIDTH}u) { total[i] += part[i]; }
}`,
};

const numbersOf = (
  step: number,
  learningRate: number,
  { beta1, beta2, epsilon, weightDecay, maxGradNorm }: AdamWSettings,
  partials: number,
): Float32Array =>
  Float32Array.of(
    learningRate / (1 - beta1 ** step),
    1 / Math.sqrt(1 - beta2 ** step),
    1 - learningRate * weightDecay,
    beta1,
    beta2,
    epsilon,
    maxGradNorm,
    partials,
  );

/** Flat vectors of one length that an optimizer changes. */
export interface FlatArrays {
  readonly parameters: DeviceArray;
  readonly momentum: DeviceArray;
  readonly variance: DeviceArray;
  readonly gradient: DeviceArray;
}

/** Each kernel runs once for as much of the vectors as the device's largest binding takes. */
export class GpuAdamW {
  /** Adds `part`, of the same length, to the gradient. */
  readonly accumulate: readonly PreparedKernel[];
  /** One update, with the numbers that were set last. */
  readonly update: readonly PreparedKernel[];
  readonly #partials: number;
  readonly #own: Readonly<Record<'partial' | 'numbers' | 'norm', DeviceArray>>;
  readonly #sizes: readonly DeviceArray[];

  constructor(
    runtime: Runtime,
    kernels: Kernels,
    { parameters, momentum, variance, gradient }: FlatArrays,
    part: DeviceArray,
    size: number,
  ) {
    const most = Math.floor(kernels.bindingBytes / 4 / ALIGNED) * ALIGNED;
    const pieces = Array.from({ length: Math.ceil(size / most) }, (_, i) => {
      const [offset, length] = [i * most, Math.min(most, size - i * most)];
      return { offset, length, workgroups: Math.min(MOST, Math.ceil(length / (WIDTH * EACH))) };
    });
    // Those that a piece leaves out stay 0.
    this.#partials = pieces.length * WIDTH;
    this.#own = {
      partial: runtime.upload(new Float32Array(this.#partials)),
      numbers: runtime.upload(new Float32Array(8)),
      norm: runtime.upload(new Float32Array(1)),
    };
    this.#sizes = pieces.map(({ length }) => runtime.upload(Int32Array.of(length)));
    const { partial, numbers, norm } = this.#own;
    const each = (
      prepare: (own: (array: DeviceArray) => ArraySlice, count: DeviceArray, i: number) => PreparedKernel,
    ) =>
      pieces.map(({ offset, length }, i) =>
        prepare((array) => ({ array, offset, length }), this.#sizes[i]!, i),
      );
    this.accumulate = each((own, count, i) =>
      kernels.prepare(ACCUMULATE, [own(gradient), own(part), count], pieces[i]!.workgroups),
    );
    const squares = each((own, count, i) =>
      kernels.prepare(
        SQUARES,
        [own(gradient), { array: partial, offset: i * WIDTH, length: WIDTH }, count],
        Math.min(WIDTH, pieces[i]!.workgroups),
      ),
    );
    const updates = each((own, count, i) =>
      kernels.prepare(
        UPDATE,
        [own(gradient), partial, count, numbers, own(parameters), own(momentum), own(variance), norm],
        pieces[i]!.workgroups,
      ),
    );
    this.update = [...squares, ...updates];
  }

  /** The numbers of the `step`-th update, counted from 1. */
  set(step: number, learningRate: number, settings: AdamWSettings): void {
    this.#own.numbers.write(numbersOf(step, learningRate, settings, this.#partials));
  }

  /** L2 norm of the gradient of the last update, before clipping. */
  async norm(): Promise<number> {
    return (await this.#own.norm.read())[0]!;
  }

  dispose(): void {
    for (const array of [...Object.values(this.#own), ...this.#sizes]) array.dispose();
  }
}
