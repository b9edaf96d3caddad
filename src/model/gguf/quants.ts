/**
 * The forms that weights have in a GGUF file, as float32. A quantized row is a sequence of blocks, each with its own scale;
 * the layouts are ggml's (`ggml-common.h`), the arithmetic that of its `dequantize_row_*` (`ggml-quants.c`). Products and
 * the one sum of a value are exact in float64 and rounded once, which gives the bits of the Python package `gguf`.
 */
import { halfToNumber, widenFloats } from '../floats.ts';

export interface Quantization {
  readonly name: string;
  /** Values of a block; a row has a whole number of blocks. */
  readonly blockSize: number;
  readonly blockBytes: number;
  /** Values of whole blocks. */
  readonly dequantize: (bytes: Uint8Array<ArrayBuffer>) => Float32Array;
}

/** Writes the values of the block at `from` of the bytes to `to` of the values. */
type Block = (bytes: Uint8Array, from: number, values: Float32Array, to: number) => void;

const half = (bytes: Uint8Array, at: number): number => halfToNumber(bytes[at]! | (bytes[at + 1]! << 8));
const signed = (byte: number): number => (byte << 24) >> 24;

/** 32 values d · q. Block: d (f16), 32 q (i8). */
const q8_0: Block = (bytes, from, values, to) => {
  const d = half(bytes, from);
  for (let i = 0; i < 32; i++) values[to + i] = d * signed(bytes[from + 2 + i]!);
};

/** 32 values d · (q − 8). Block: d (f16), 16 bytes with q of value i in the low and of value i + 16 in the high bits. */
const q4_0: Block = (bytes, from, values, to) => {
  const d = half(bytes, from);
  for (let i = 0; i < 16; i++) {
    const pair = bytes[from + 2 + i]!;
    values[to + i] = d * ((pair & 15) - 8);
    values[to + 16 + i] = d * ((pair >> 4) - 8);
  }
};

/** 32 values d · q + m. Block: d, m (f16), then q as in Q4_0. */
const q4_1: Block = (bytes, from, values, to) => {
  const d = half(bytes, from);
  const m = half(bytes, from + 2);
  for (let i = 0; i < 16; i++) {
    const pair = bytes[from + 4 + i]!;
    values[to + i] = d * (pair & 15) + m;
    values[to + 16 + i] = d * (pair >> 4) + m;
  }
};

/**
 * 256 values d · s_j · q − dmin · m_j in eight parts j of 32. Block: d, dmin (f16), 12 bytes with s and m of 6 bits each,
 * 128 bytes with q of an even part in the low bits and of the next one in the high bits.
 */
const q4_K: Block = (bytes, from, values, to) => {
  const d = half(bytes, from);
  const dmin = half(bytes, from + 2);
  for (let part = 0; part < 8; part++) {
    const [s, m] = scaleAndMin(bytes, from + 4, part);
    const [scale, offset] = [d * s, dmin * m];
    const shift = 4 * (part & 1);
    const quants = from + 16 + 32 * (part >> 1);
    for (let i = 0; i < 32; i++)
      values[to + 32 * part + i] = scale * ((bytes[quants + i]! >> shift) & 15) - offset;
  }
};

/**
 * The j-th pair of the 12 bytes of scales. Those of the first four stand in the low six bits of bytes j (s) and j + 4
 * (m); those of the last four have their low bits in the halves of byte j + 4, their high ones on top of the first four.
 */
function scaleAndMin(bytes: Uint8Array, at: number, j: number): readonly [scale: number, min: number] {
  if (j < 4) return [bytes[at + j]! & 63, bytes[at + j + 4]! & 63];
  const low = bytes[at + j + 4]!;
  return [(low & 15) | ((bytes[at + j - 4]! >> 6) << 4), (low >> 4) | ((bytes[at + j]! >> 6) << 4)];
}

/**
 * 256 values d · s_j · (q − 32) in 16 parts j of 16. Block: 128 bytes with the low four bits of q, 64 with the high two,
 * 16 s (i8), d (f16). Of each half, value 32 k + i has its low bits in byte i + 32 (k mod 2), in the low half for k < 2,
 * and its high bits in bits 2 k and 2 k + 1 of byte i.
 */
const q6_K: Block = (bytes, from, values, to) => {
  const d = half(bytes, from + 208);
  for (let n = 0; n < 256; n++) {
    const [side, k, i] = [n >> 7, (n >> 5) & 3, n & 31];
    const low = (bytes[from + 64 * side + 32 * (k & 1) + i]! >> (k < 2 ? 0 : 4)) & 15;
    const high = (bytes[from + 128 + 32 * side + i]! >> (2 * k)) & 3;
    values[to + n] = d * signed(bytes[from + 192 + (n >> 4)]!) * ((low | (high << 4)) - 32);
  }
};

const ofBlocks = (name: string, blockSize: number, blockBytes: number, block: Block): Quantization => ({
  name,
  blockSize,
  blockBytes,
  dequantize(bytes) {
    const count = bytes.byteLength / blockBytes;
    const values = new Float32Array(count * blockSize);
    for (let i = 0; i < count; i++) block(bytes, i * blockBytes, values, i * blockSize);
    return values;
  },
});

const ofFloats = (name: 'F32' | 'F16' | 'BF16', blockBytes: number): Quantization => ({
  name,
  blockSize: 1,
  blockBytes,
  dequantize: ({ buffer }) => widenFloats(buffer, name),
});

/** Those that can be read, by ggml's numbers for them. */
export const QUANTIZATIONS: ReadonlyMap<number, Quantization> = new Map([
  [0, ofFloats('F32', 4)],
  [1, ofFloats('F16', 2)],
  [2, ofBlocks('Q4_0', 32, 18, q4_0)],
  [3, ofBlocks('Q4_1', 32, 20, q4_1)],
  [8, ofBlocks('Q8_0', 32, 34, q8_0)],
  [12, ofBlocks('Q4_K', 256, 144, q4_K)],
  [14, ofBlocks('Q6_K', 256, 210, q6_K)],
  [30, ofFloats('BF16', 2)],
]);
