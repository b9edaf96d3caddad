/** Memory that workers can read without a copy, where the page is isolated. */

const isIsolated = (): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && globalThis.crossOriginIsolated === true;

/** Zeros, in memory that is shared where it can be. */
export const sharedFloats = (length: number): Float32Array =>
  isIsolated() ? new Float32Array(new SharedArrayBuffer(4 * length)) : new Float32Array(length);

export function sharedCopy(data: Float32Array): Float32Array {
  const copy = sharedFloats(data.length);
  copy.set(data);
  return copy;
}

export const isShared = ({ buffer }: Float32Array): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;
