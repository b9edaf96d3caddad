/**
 * The sampler of `programs/sampler.ts` as one kernel, a work group for each row, whatever the size of the vocabulary:
 * each invocation sums up a part of the row, and the token is looked for in the one part in which it lies. Every sum is
 * made in the same order each time, so the same logits and uniform numbers give the same tokens.
 */
import { checkSampler } from '../programs/sampler.ts';
import { type Drawing, UNFINISHED } from '../programs/stepped.ts';
import type { Kernels, KernelSource, PreparedKernel } from '../runtime/runtime.ts';
import type { DrawingArrays, Sampler } from './sampler.ts';

/** Invocations of a work group. */
const WIDTH = 256;

/** Combines `lanes`, one for each invocation, in the first of them. */
const fold = (combined: string): string => `
  for (var half = ${WIDTH / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { lanes[lane] = ${combined}; }
  }
  workgroupBarrier();
  let result = lanes[0];
  workgroupBarrier();
  return result;`;

/**
 * The largest key of a logit so that those from it on weigh at least `goal`, found bit by bit. A logit weighs 1 or, by
 * probability, what it adds to the sum.
 */
const THRESHOLD = `
fn threshold(row: u32, lane: u32, top: f32, least: u32, goal: f32, byProbability: bool) -> u32 {
  var found = 0u;
  for (var bit = 0u; bit < 32u; bit++) {
    let candidate = found | (0x80000000u >> bit);
    var weight = 0.0;
    for (var i = lane * PART; i < min(lane * PART + PART, VOCABULARY); i++) {
      let z = scaled(row, i);
      if (keyOf(z) >= max(candidate, least)) { weight += select(1.0, exp(z - top), byProbability); }
    }
    if (sumOf(lane, weight) >= goal) { found = candidate; }
  }
  return max(found, least);
}`;

/**
 * Of the ids that have the smallest key that is kept, the last ones are kept that make up for what those above lack of
 * `goal`: the first of these.
 */
const FIRST_OF_EQUALS = `
fn firstOfEquals(row: u32, lane: u32, top: f32, least: u32, goal: f32) -> u32 {
  let start = lane * PART;
  let end = min(start + PART, VOCABULARY);
  var mass = 0.0;
  var weight = 0.0;
  var own = 0.0;
  for (var i = start; i < end; i++) {
    let z = scaled(row, i);
    let key = keyOf(z);
    if (key > least) { mass += exp(z - top); }
    if (key == least) { own += 1.0; weight = exp(z - top); }
  }
  let above = sumOf(lane, mass);
  parts[lane] = own;
  workgroupBarrier();
  var kept = 0.0;
  for (var other = lane + 1u; other < WIDTH; other++) { kept += parts[other]; }
  var first = f32(VOCABULARY);
  for (var i = end; own > 0.0 && i > start; i--) {
    if (keyOf(scaled(row, i - 1u)) != least) { continue; }
    if (kept > 0.0 && above + kept * weight >= goal) { break; }
    first = f32(i - 1u);
    kept += 1.0;
  }
  return u32(-largestOf(lane, -first));
}`;

/** Bindings are in the order of {@link BINDINGS}. */
function sourceOf({ rows, vocabulary, time, padId, endIds, mode, topK, topP }: Drawing): KernelSource {
  const restricted = [
    topK !== undefined && topK < vocabulary
      ? `least = threshold(row, lane, top, least, ${topK}.0, false);`
      : '',
    topP !== undefined && topP < 1
      ? `let goal = ${topP} * massFrom(row, lane, top, least);
  least = threshold(row, lane, top, least, goal, true);
  firstEqual = firstOfEquals(row, lane, top, least, goal);`
      : '',
  ];
  const isEnd = endIds.map((id) => `id == ${id}u`).join(' || ');
  return {
    label: 'sampler',
    code: `
const ROWS = ${rows}u;
const VOCABULARY = ${vocabulary}u;
const TIME = ${time}u;
const PART = ${Math.ceil(vocabulary / WIDTH)}u;
const WIDTH = ${WIDTH}u;
const UNFINISHED = ${UNFINISHED}.0;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> uniforms: array<f32>;
@group(0) @binding(2) var<storage, read> inverseTemperature: array<f32>;
@group(0) @binding(3) var<storage, read> step: array<u32>;
@group(0) @binding(4) var<storage, read_write> ids: array<u32>;
@group(0) @binding(5) var<storage, read_write> logprobs: array<f32>;
@group(0) @binding(6) var<storage, read_write> entropies: array<f32>;
@group(0) @binding(7) var<storage, read_write> doneAt: array<f32>;
var<workgroup> lanes: array<f32, WIDTH>;
var<workgroup> parts: array<f32, WIDTH>;
var<workgroup> firsts: array<u32, WIDTH>;
var<workgroup> hasEnded: u32;

fn scaled(row: u32, i: u32) -> f32 { return logits[row * VOCABULARY + i] * inverseTemperature[0]; }

fn sumOf(lane: u32, own: f32) -> f32 {
  lanes[lane] = own;${fold('lanes[lane] + lanes[lane + half]')}
}

fn largestOf(lane: u32, own: f32) -> f32 {
  lanes[lane] = own;${fold('max(lanes[lane], lanes[lane + half])')}
}

/* A number that is larger for larger floats. */
fn keyOf(z: f32) -> u32 {
  let bits = bitcast<u32>(z);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}

fn massFrom(row: u32, lane: u32, top: f32, least: u32) -> f32 {
  var mass = 0.0;
  for (var i = lane * PART; i < min(lane * PART + PART, VOCABULARY); i++) {
    let z = scaled(row, i);
    if (keyOf(z) >= least) { mass += exp(z - top); }
  }
  return sumOf(lane, mass);
}

/* Whether an id may be drawn: of those with the smallest key, the last ones from firstEqual on. */
fn isKept(z: f32, i: u32, least: u32, firstEqual: u32) -> bool {
  let key = keyOf(z);
  return key > least || (key == least && i >= firstEqual);
}
${THRESHOLD}
${FIRST_OF_EQUALS}

/* The first id at which the sum of the weights reaches a goal: its part, and then itself. */
fn firstReaching(row: u32, top: f32, least: u32, firstEqual: u32, goal: f32) -> u32 {
  var part = 0u;
  var before = 0.0;
  var sum = 0.0;
  for (var i = 0u; i < WIDTH && (i == 0u || sum < goal || sum == 0.0); i++) {
    if (parts[i] > 0.0) {
      part = i;
      before = sum;
      sum += parts[i];
    }
  }
  var id = part * PART;
  sum = before;
  for (var i = part * PART; i < min(part * PART + PART, VOCABULARY); i++) {
    let z = scaled(row, i);
    if (!isKept(z, i, least, firstEqual)) { continue; }
    let weight = exp(z - top);
    if (weight == 0.0) { continue; }
    id = i;
    sum += weight;
    if (sum >= goal) { break; }
  }
  return id;
}

fn mostLikely() -> u32 {
  var id = VOCABULARY - 1u;
  for (var i = 0u; i < WIDTH; i++) { id = min(id, firsts[i]); }
  return id;
}

@compute @workgroup_size(WIDTH)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) workgroup: vec3<u32>,
) {
  // What is bound has to be named, also where nothing is drawn by chance.
  _ = &uniforms;
  let row = workgroup.x;
  let now = step[0];
  if (now == 0u) {
    for (var i = lane + 1u; i < TIME; i += WIDTH) {
      ids[i * ROWS + row] = ${padId}u;
      logprobs[i * ROWS + row] = 0.0;
      entropies[i * ROWS + row] = 0.0;
    }
  }
  if (lane == 0u) { hasEnded = select(0u, 1u, now > 0u && doneAt[row] < f32(now)); }
  if (workgroupUniformLoad(&hasEnded) != 0u) { return; }

  let start = lane * PART;
  let end = min(start + PART, VOCABULARY);
  var own = -3.4e38;
  var first = VOCABULARY;
  for (var i = start; i < end; i++) {
    let z = scaled(row, i);
    if (z > own) { own = z; first = i; }
  }
  let top = largestOf(lane, own);
  firsts[lane] = select(VOCABULARY, first, own == top);
  var least = 0u;
  var firstEqual = 0u;
  ${restricted.join('\n  ')}
  var mass = 0.0;
  var moment = 0.0;
  for (var i = start; i < end; i++) {
    let z = scaled(row, i);
    if (isKept(z, i, least, firstEqual)) {
      let weight = exp(z - top);
      mass += weight;
      moment += weight * (z - top);
    }
  }
  parts[lane] = mass;
  let total = sumOf(lane, mass);
  let mean = sumOf(lane, moment) / total;
  if (lane != 0u) { return; }
  let at = now * ROWS + row;
  let id = ${mode === 'greedy' ? 'mostLikely()' : 'firstReaching(row, top, least, firstEqual, uniforms[at] * total)'};
  ids[at] = id;
  logprobs[at] = scaled(row, id) - top - log(total);
  entropies[at] = log(total) - mean;
  doneAt[row] = select(UNFINISHED, f32(now), ${isEnd || 'false'});
}`,
  };
}

const BINDINGS = [
  'logits',
  'uniforms',
  'inverseTemperature',
  'step',
  'ids',
  'logprobs',
  'entropies',
  'doneAt',
] as const;

export class GpuSampler implements Sampler {
  readonly #kernels: Kernels;
  readonly #kernel: PreparedKernel;

  constructor(kernels: Kernels, drawing: Drawing, arrays: DrawingArrays) {
    checkSampler(drawing);
    this.#kernels = kernels;
    this.#kernel = kernels.prepare(
      sourceOf(drawing),
      BINDINGS.map((name) => arrays[name]),
      drawing.rows,
    );
  }

  async draw(): Promise<void> {
    this.#kernels.start([this.#kernel]);
  }
}
