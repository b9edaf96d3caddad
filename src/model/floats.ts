/** Floating-point numbers of fewer bits, as float32. */

export type FloatType = 'F32' | 'F16' | 'BF16';

/** The values of little-endian bytes; those of F32 are not copied. */
export function widenFloats(bytes: ArrayBuffer, type: FloatType): Float32Array {
  switch (type) {
    case 'F32':
      return new Float32Array(bytes);
    case 'BF16': {
      const bits = Uint32Array.from(new Uint16Array(bytes), (half) => half << 16);
      return new Float32Array(bits.buffer);
    }
    case 'F16':
      return Float32Array.from(new Uint16Array(bytes), halfToNumber);
  }
}

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
export function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
