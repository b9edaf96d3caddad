/**
 * IEEE 754 half precision as bit patterns. Engines differ in whether they have a Float16Array, so arrays of float16 are
 * Uint16Arrays everywhere.
 */

const INFINITY = 0x7c00;
const NOT_A_NUMBER = 0x7e00;

/** Float32 patterns: 2⁻¹⁴, the smallest normal half, and 65520, from where on the nearest half is infinite. */
const SMALLEST_NORMAL = 0x38800000;
const OVERFLOW = 0x477ff000;
const FLOAT32_INFINITY = 0x7f800000;
/** Difference of the exponents' biases, in place. */
const REBIAS = (127 - 15) << 23;

/** The nearest halves, ties to even. */
export function toFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const patterns = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const scratch = new Float32Array(1);
  const scratchPattern = new Uint32Array(scratch.buffer);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) {
    const sign = (patterns[i]! >>> 16) & 0x8000;
    const size = patterns[i]! & 0x7fffffff;
    if (size > FLOAT32_INFINITY) halves[i] = sign | NOT_A_NUMBER;
    else if (size >= OVERFLOW) halves[i] = sign | INFINITY;
    else if (size < SMALLEST_NORMAL) {
      // Next to 0.5 float32 has the spacing of subnormal halves, so the addition rounds.
      scratch[0] = Math.abs(values[i]!) + 0.5;
      halves[i] = sign | (scratchPattern[0]! - 0x3f000000);
    } else halves[i] = sign | ((size - REBIAS + 0xfff + ((size >>> 13) & 1)) >>> 13);
  }
  return halves;
}

/** Every half is a float32, exactly. */
export function fromFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(halves.length);
  const patterns = new Uint32Array(values.buffer);
  for (let i = 0; i < halves.length; i++) {
    const sign = (halves[i]! & 0x8000) << 16;
    const size = halves[i]! & 0x7fff;
    if (size < 0x0400) values[i] = (sign ? -size : size) * 2 ** -24;
    else
      patterns[i] = sign | ((size << 13) + (size < INFINITY ? REBIAS : FLOAT32_INFINITY - (INFINITY << 13)));
  }
  return values;
}
