import { sha256 } from '../sha256.ts';

/** Of more bytes than this no copy is made. */
const PIECE = 64 * 2 ** 20;

/** SHA-256 of weights as they lie in memory (float32, little-endian), in hexadecimal. */
export async function hashWeights(weights: Float32Array): Promise<string> {
  const { buffer, byteOffset, byteLength } = weights;
  if (byteLength <= PIECE) return sha256(weights.slice() as Float32Array<ArrayBuffer>);
  const { createSHA256 } = await import('hash-wasm');
  const hash = await createSHA256();
  for (let at = 0; at < byteLength; at += PIECE)
    hash.update(new Uint8Array(buffer, byteOffset + at, Math.min(PIECE, byteLength - at)));
  return hash.digest();
}
