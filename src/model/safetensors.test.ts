import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSafetensors, SafetensorsError, streamSafetensors, writeSafetensors } from './safetensors.ts';

/** A file from a raw header and buffer, so that every rule can be broken. */
function file(header: unknown, buffer: ArrayLike<number> = [], pad = 0): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  const head = new TextEncoder().encode(text + ' '.repeat(pad));
  const out = new Uint8Array(8 + head.length + buffer.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(head.length), true);
  out.set(head, 8);
  out.set(buffer, 8 + head.length);
  return out;
}

const f32 = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const u16 = (...values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);
const entry = (dtype: string, shape: unknown, begin: number, end: number): object => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('readSafetensors', () => {
  it.each(['llama_tiny', 'qwen2_tiny'])('reads %s as the independent writer made it', (name) => {
    const bytes = readFileSync(`tests/fixtures/${name}/model.safetensors`);
    const { tensors, metadata } = readSafetensors(bytes);
    const config = JSON.parse(readFileSync(`tests/fixtures/${name}/config.json`, 'utf8')) as Record<
      string,
      number
    >;
    expect(metadata).toEqual({ format: 'pt' });
    expect(tensors.get('model.embed_tokens.weight')?.shape).toEqual([
      config['vocab_size'],
      config['hidden_size'],
    ]);
    const total = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    expect(total).toBe(bytes.byteLength - 8 - headerLength);
    expect(readSafetensors(writeSafetensors(tensors, metadata))).toEqual({ tensors, metadata });
  });

  it('reads from an unaligned view, with a padded header', () => {
    const inner = file({ a: entry('F32', [2], 0, 8) }, f32(1.5, -2), 3);
    const outer = new Uint8Array(inner.length + 1);
    outer.set(inner, 1);
    expect([...readSafetensors(outer.subarray(1)).tensors.get('a')!.data]).toEqual([1.5, -2]);
  });

  it('widens F16, subnormals and negative zero included', () => {
    const halves = u16(0x3c00, 0xc000, 0x3555, 0x0001, 0x03ff, 0x0400, 0x7bff, 0x8000);
    const { data } = readSafetensors(file({ a: entry('F16', [8], 0, 16) }, halves)).tensors.get('a')!;
    expect([...data]).toEqual([1, -2, 0.333251953125, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 65504, -0]);
  });

  it('widens BF16', () => {
    const { data } = readSafetensors(
      file({ a: entry('BF16', [3], 0, 6) }, u16(0x3f80, 0xc040, 0x4049)),
    ).tensors.get('a')!;
    expect([...data]).toEqual([1, -3, 3.140625]);
  });

  it('takes scalars, empty tensors and a file without tensors', () => {
    const { tensors } = readSafetensors(
      file({ s: entry('F32', [], 0, 4), none: entry('F32', [0, 3], 4, 4) }, f32(7)),
    );
    expect([...tensors.get('s')!.data]).toEqual([7]);
    expect(tensors.get('none')!.data.length).toBe(0);
    expect(readSafetensors(file({})).tensors.size).toBe(0);
  });

  const bad: [string, Uint8Array, RegExp][] = [
    ['too few bytes', new Uint8Array(7), /too few/],
    ['a header longer than the file', file('{}').subarray(0, 9), /claims 2 bytes but 1 follow/],
    ['a length beyond any file', new Uint8Array(16).fill(255), /claims/],
    ['a header that begins with a space', file(' {}'), /begin with/],
    ['a header that is not JSON', file('{"a"'), /not JSON/],
    ['an empty header', file(''), /begin with/],
    ['an integer dtype', file({ a: entry('I64', [1], 0, 8) }, new Uint8Array(8)), /dtype "I64"/],
    ['a dtype off the prototype', file({ a: entry('toString', [1], 0, 8) }, new Uint8Array(8)), /dtype/],
    ['a negative dimension', file({ a: entry('F32', [-1], 0, 4) }, f32(1)), /valid shape/],
    ['an overflowing shape', file({ a: entry('F32', [2 ** 40, 2 ** 40], 0, 4) }, f32(1)), /impossible shape/],
    ['offsets that disagree with the shape', file({ a: entry('F32', [2], 0, 4) }, f32(1)), /needs 8 bytes/],
    ['backward offsets', file({ a: entry('F32', [1], 4, 0) }, f32(1)), /needs 4 bytes/],
    [
      'an overlap',
      file({ a: entry('F32', [2], 0, 8), b: entry('F32', [1], 4, 8) }, f32(1, 2)),
      /“b” overlaps “a”/,
    ],
    [
      'a hole',
      file({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 8, 12) }, f32(1, 2, 3)),
      /4 bytes between “a”/,
    ],
    ['a hole at the start', file({ a: entry('F32', [1], 4, 8) }, f32(1, 2)), /start of the buffer/],
    ['a rest', file({ a: entry('F32', [1], 0, 4) }, f32(1, 2)), /last 4 bytes/],
    ['a truncated buffer', file({ a: entry('F32', [2], 0, 8) }, f32(1)), /truncated/],
    ['NaN', file({ a: entry('F32', [2], 0, 8) }, f32(1, NaN)), /NaN at position 1/],
    ['a half infinity', file({ a: entry('F16', [1], 0, 2) }, u16(0xfc00)), /-Infinity/],
    ['metadata that is no object', file({ __metadata__: 1 }), /__metadata__ is not an object/],
  ];
  it.each(bad)('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(SafetensorsError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it.each(bad.filter(([name]) => !/header longer/.test(name)))(
    'refuses %s as a stream as well',
    async (_, bytes, message) => {
      await expect(collect(bytes, 3)).rejects.toThrow(SafetensorsError);
      await expect(collect(bytes, 3)).rejects.toThrow(message);
    },
  );
});

/** The file as a stream of pieces of this size. */
function streamOf(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}

async function collect(bytes: Uint8Array, size: number) {
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for await (const [name, tensor] of streamSafetensors(streamOf(bytes, size))) tensors.set(name, tensor);
  return tensors;
}

describe('streamSafetensors', () => {
  it.each([1000, 65_536, 10_000_000])('reads the same tensors from pieces of %i bytes', async (size) => {
    const bytes = readFileSync('tests/fixtures/qwen2_tiny/model.safetensors');
    expect(await collect(bytes, size)).toEqual(readSafetensors(bytes).tensors);
  });

  it('gives a tensor before the next has come', async () => {
    const bytes = file({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 4, 8) }, f32(1, 2));
    let ended = false;
    const held = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes.slice(0, -4)),
      cancel: () => void (ended = true),
    });
    for await (const [name, { data }] of streamSafetensors(held)) {
      expect([name, data[0]]).toEqual(['a', 1]);
      break;
    }
    expect(ended).toBe(true);
  });
});

describe('writeSafetensors', () => {
  it('follows the header rules: length, brace, alignment, offsets from zero', () => {
    const bytes = writeSafetensors([
      ['b', { shape: [1], dtype: 'f32' as const, data: Float32Array.of(1) }],
      ['2', { shape: [1, 2], dtype: 'f32' as const, data: Float32Array.of(2, 3) }],
    ]);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    expect(length % 8).toBe(0);
    expect(text.startsWith('{"__metadata__":{"format":"pt"}')).toBe(true);
    expect(JSON.parse(text)).toMatchObject({ b: { data_offsets: [0, 4] }, '2': { data_offsets: [4, 12] } });
    expect([...readSafetensors(bytes).tensors.keys()]).toEqual(['b', '2']);
  });

  it('writes only the view of a larger buffer', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    expect([
      ...readSafetensors(writeSafetensors([['a', { shape: [2], dtype: 'f32' as const, data }]])).tensors.get(
        'a',
      )!.data,
    ]).toEqual([1, 2]);
  });

  it('refuses wrong shapes, repeated names and values that are not finite', () => {
    const one = { shape: [1], dtype: 'f32' as const, data: Float32Array.of(1) };
    expect(() =>
      writeSafetensors([['a', { shape: [2], dtype: 'f32' as const, data: Float32Array.of(1) }]]),
    ).toThrow(/but 1 values/);
    expect(() =>
      writeSafetensors([
        ['a', one],
        ['a', one],
      ]),
    ).toThrow(/both be named/);
    expect(() =>
      writeSafetensors([['a', { shape: [1], dtype: 'f32' as const, data: Float32Array.of(Infinity) }]]),
    ).toThrow(/not finite/);
  });
});
