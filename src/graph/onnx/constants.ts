/** Constants by their content, so that equal ones are written once, however large they are. */
import { toFloat16 } from '../../float16.ts';
import { sameShape, type Shape } from '../tensor.ts';
import type { InitializerData, OnnxType } from './lowering.ts';

/** Values as they are stored; an array that is one already is not copied. */
const STORED: Readonly<Record<OnnxType, (data: ArrayLike<number>) => InitializerData>> = {
  f32: (data) => (data instanceof Float32Array ? data : new Float32Array(data)),
  i32: (data) => (data instanceof Int32Array ? data : new Int32Array(data)),
  bool: (data) => (data instanceof Uint8Array ? data : new Uint8Array(data)),
  f16: (data) => toFloat16(new Float32Array(data)),
  i64: (data) => BigInt64Array.from(data, BigInt),
};

export interface Constant {
  /** Like that of no other constant of the pool. */
  readonly id: number;
  readonly type: OnnxType;
  readonly shape: Shape;
  readonly data: InitializerData;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: InitializerData): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** FNV-1a, 32 bits. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export class ConstantPool {
  readonly #hash: (bytes: Uint8Array) => number;
  readonly #byHash = new Map<number, Constant[]>();
  #size = 0;

  constructor(hash: (bytes: Uint8Array) => number = fnv1a) {
    this.#hash = hash;
  }

  /** The one constant of this type, shape and content; the first array with it is kept. */
  intern(type: OnnxType, shape: Shape, data: ArrayLike<number>): Constant {
    const values = STORED[type](data);
    const bytes = bytesOf(values);
    const hash = this.#hash(bytes);
    const alike = this.#byHash.get(hash) ?? [];
    const known = alike.find(
      (other) =>
        other.type === type && sameShape(other.shape, shape) && sameBytes(bytesOf(other.data), bytes),
    );
    if (known) return known;
    const constant = { id: this.#size++, type, shape, data: values };
    this.#byHash.set(hash, [...alike, constant]);
    return constant;
  }
}
