/** What has to be true of the checks of a GPU, in the browser and in Node. */
import { expect } from 'vitest';
import type { RecordReport } from '../../bench/gpu/records.ts';
import type { AdaptedReport, MergeReport } from './merge-checks.ts';
import type { ExpansionReport, SectionedReport } from './sectioned-checks.ts';

export function expectRecords(reports: readonly RecordReport[], kinds: readonly string[]): void {
  expect(reports.map(({ kind }) => kind)).toEqual(kinds);
  for (const { kind, captured, different, outputs } of reports) {
    expect(outputs, kind).toBeGreaterThan(2);
    expect(different, kind).toEqual([]);
    expect(captured.length, kind).toBeGreaterThan(0);
    expect(captured, kind).toEqual(captured.map(() => true));
  }
}

export function expectMerges(reports: readonly MergeReport[]): void {
  expect(reports.length).toBeGreaterThan(5);
  for (const { what, error, isKept } of reports) {
    expect(error, what).toBeLessThan(1e-6);
    expect(isKept, what).toBe(true);
  }
}

export function expectSections({ differences, recorded, graphs }: SectionedReport): void {
  // The same kernels in the same order, whether a graph is run whole or in pieces.
  expect(differences).toEqual({ values: 0, gradNorm: 0, parameters: 0 });
  expect(recorded).toEqual(recorded.map(() => true));
  // Three layers, forwards and backwards, are a program each way.
  expect(graphs[0]).toBeGreaterThan(graphs[1]);
  expect(graphs[0]).toBeLessThan(12);
}

export function expectExpansions(reports: readonly ExpansionReport[]): void {
  expect(reports.length).toBeGreaterThan(10);
  for (const { length, isExact } of reports) expect(isExact, String(length)).toBe(true);
  expect(Math.max(...reports.map(({ kernels }) => kernels))).toBeGreaterThan(3);
}

export function expectAdapted({ gpu, wasm }: Readonly<Record<'gpu' | 'wasm', AdaptedReport>>): void {
  const { targets } = gpu;
  expect(targets).toBe(14);
  expect(gpu.merges).toEqual([
    ['sampling', targets],
    ['scoring', 0],
    ['an update', 0],
    ['scoring after it', targets],
    ['sampling after it', 0],
    ['scoring by the reference', targets],
    ['a second update', 0],
    ['scoring by the reference after it', 0],
  ]);
  for (const [i, logprobs] of gpu.logprobs.entries()) {
    const largest = (values: readonly number[]) => Math.max(...values.map(Math.abs));
    const differences = (other: readonly number[]) => logprobs.map((x, k) => x - other[k]!);
    expect(largest(differences(wasm.logprobs[i]!))).toBeLessThan(5e-5 * largest(logprobs));
    expect(largest(differences(gpu.logprobs[(i + 1) % 3]!))).toBeGreaterThan(0.01);
  }
}
