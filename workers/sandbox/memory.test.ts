import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryImage } from './javascript/image.ts';
import { capMemory, growthWasRefused } from './memory.ts';
import { Output } from './serve.ts';

const PAGE_BYTES = 65_536;
let memory: WebAssembly.Memory;
beforeEach(() => {
  capMemory(Infinity);
  memory = new WebAssembly.Memory({ initial: 16, maximum: 1024 });
});

describe('capMemory', () => {
  it('lets memory grow to the cap and no page beyond', () => {
    capMemory(2);
    memory.grow(16);
    expect(memory.buffer.byteLength).toBe(2 * 1024 * 1024);
    expect(growthWasRefused()).toBe(false);
    expect(() => memory.grow(1)).toThrow('memory cap');
    expect(growthWasRefused()).toBe(true);
  });

  it('holds until it is set again', () => {
    capMemory(1);
    expect(() => memory.grow(1)).toThrow('memory cap');
    capMemory(3);
    expect(growthWasRefused()).toBe(false);
    expect(memory.grow(32)).toBe(16);
  });
});

describe('MemoryImage', () => {
  it('puts back what was there and clears what was not, grown pages too', () => {
    new Uint8Array(memory.buffer).set([1, 2, 0, 3], 100);
    const image = new MemoryImage(memory);
    expect(image.sizeBytes).toBe(104);
    memory.grow(2);
    const heap = new Uint8Array(memory.buffer);
    heap.fill(255);
    image.restore();
    expect([...heap.subarray(99, 105)]).toEqual([0, 1, 2, 0, 3, 0]);
    expect(heap.subarray(104).every((byte) => byte === 0)).toBe(true);
    expect(image.heldBytes).toBe(18 * PAGE_BYTES);
  });
});

describe('Output', () => {
  it('keeps the first 10,000 characters and starts anew when taken', () => {
    const output = new Output();
    output.add('a'.repeat(9_999));
    expect(output.full).toBe(false);
    output.add('bcd');
    output.add('e');
    expect(output.full).toBe(true);
    const text = output.take();
    expect(text).toHaveLength(10_000);
    expect(text.endsWith('ab')).toBe(true);
    expect(output.take()).toBe('');
  });
});
