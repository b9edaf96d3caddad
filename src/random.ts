/**
 * Counter-based random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011), keyed by (seed, step, purpose). Nothing depends on how often something else has drawn, so a run
 * that resumes at step n draws what the uninterrupted run drew.
 */

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High 32 bits of an unsigned 32 × 32-bit product. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  return (aHigh * bHigh + Math.floor((middle + aLow * bHigh) / 65536)) >>> 0;
}

/** One Philox block: four 32-bit words from a 128-bit counter and a 64-bit key. */
export function philox(
  counter: readonly number[],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(M0, c0);
    const low0 = Math.imul(M0, c0) >>> 0;
    const high1 = mulHigh(M1, c2);
    const low1 = Math.imul(M1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** FNV-1a over UTF-16 code units: turns a purpose such as `sample` into half of the key. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

export class Random {
  readonly #key: [number, number];
  readonly #step: number;
  #block = 0;
  #words: readonly number[] = [];
  #used = 4;

  constructor(seed: number, step: number, purpose: string) {
    this.#key = [seed >>> 0, hashText(purpose)];
    this.#step = step >>> 0;
  }

  /** Passes over the next `words` draws of bits, uniforms or integers, whose values are the same without. */
  skip(words: number): this {
    const at = 4 * this.#block - 4 + this.#used + words;
    this.#block = Math.floor(at / 4);
    this.#used = 4;
    for (let i = 0; i < at % 4; i++) this.bits();
    return this;
  }

  /** 32 random bits. */
  bits(): number {
    if (this.#used === 4) {
      this.#words = philox([this.#block++, 0, this.#step, 0], this.#key);
      this.#used = 0;
    }
    return this.#words[this.#used++]!;
  }

  /** Uniform in [0, 1) with 24 bits, so that the value is exact in float32. */
  uniform(): number {
    return (this.bits() >>> 8) / 16777216;
  }

  /** Integer in [0, n). */
  int(n: number): number {
    return Math.floor((this.bits() / 4294967296) * n);
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('Cannot pick from an empty list.');
    return items[this.int(items.length)]!;
  }

  /** Fisher–Yates on a copy. */
  shuffle<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Fills with uniforms in [0, 1). */
  fill(out: Float32Array): Float32Array {
    for (let i = 0; i < out.length; i++) out[i] = this.uniform();
    return out;
  }
}
