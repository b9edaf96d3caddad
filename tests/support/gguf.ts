/** GGUF files of any content, so that every rule can be broken. Types are the format's own numbers. */

export type Value =
  | { readonly type: 4; readonly value: number }
  | { readonly type: 6; readonly value: number }
  | { readonly type: 8; readonly value: string }
  | { readonly type: 9; readonly of: 4 | 5 | 8; readonly value: readonly (string | number)[] };

export interface Tensor {
  readonly name: string;
  /** Innermost first, as the file has it. */
  readonly shape: readonly number[];
  readonly type: number;
  /** From where the tensors begin. */
  readonly offset: number;
}

export interface GgufContent {
  readonly version?: number;
  readonly metadata?: readonly (readonly [key: string, value: Value])[];
  readonly tensors?: readonly Tensor[];
  readonly data?: Uint8Array;
}

export const text = (value: string): Value => ({ type: 8, value });
export const u32 = (value: number): Value => ({ type: 4, value });
export const f32 = (value: number): Value => ({ type: 6, value });
export const texts = (value: readonly string[]): Value => ({ type: 9, of: 8, value });
export const ints = (value: readonly number[]): Value => ({ type: 9, of: 5, value });

const utf8 = new TextEncoder();

export function ggufFile({ version = 3, metadata = [], tensors = [], data }: GgufContent): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const number = (bytes: 4 | 8, value: number): void => {
    const view = new DataView(new ArrayBuffer(bytes));
    if (bytes === 4) view.setUint32(0, value, true);
    else view.setBigUint64(0, BigInt(value), true);
    parts.push(new Uint8Array(view.buffer));
  };
  const string = (value: string): void => {
    const encoded = utf8.encode(value);
    number(8, encoded.byteLength);
    parts.push(encoded);
  };
  parts.push(utf8.encode('GGUF'));
  number(4, version);
  number(8, tensors.length);
  number(8, metadata.length);
  for (const [key, entry] of metadata) {
    string(key);
    number(4, entry.type);
    if (entry.type === 8) string(entry.value);
    else if (entry.type === 6) parts.push(new Uint8Array(Float32Array.of(entry.value).buffer));
    else if (entry.type === 4) number(4, entry.value);
    else {
      number(4, entry.of);
      number(8, entry.value.length);
      for (const item of entry.value)
        if (typeof item === 'string') string(item);
        else number(4, item);
    }
  }
  for (const { name, shape, type, offset } of tensors) {
    string(name);
    number(4, shape.length);
    for (const length of shape) number(8, length);
    number(4, type);
    number(8, offset);
  }
  const header = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  parts.push(new Uint8Array((32 - (header % 32)) % 32), new Uint8Array(data ?? []));
  return new Blob(parts);
}
