import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { QUANTIZATIONS } from './quants.ts';

interface Case {
  readonly type: number;
  readonly name: string;
  readonly bytes: string;
  readonly values: string;
}

const cases = JSON.parse(readFileSync('tests/fixtures/gguf/quants.json', 'utf8')) as Case[];
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

describe('blocks of weights', () => {
  it('are compared in every form that can be read', () => {
    expect(cases.map(({ type, name }) => [type, name]).toSorted()).toEqual(
      [...QUANTIZATIONS].map(([type, { name }]) => [type, name]).toSorted(),
    );
  });

  it.each(cases)('become the values of the package gguf, bit for bit: $name', ({ type, bytes, values }) => {
    const ours = QUANTIZATIONS.get(type)!.dequantize(bytesOf(bytes));
    expect(new Uint8Array(ours.buffer)).toEqual(bytesOf(values));
  });
});
