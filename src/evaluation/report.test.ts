import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../statistics/intervals.ts';
import { type Outcome, OUTCOMES, type SampleRecord } from './records.ts';
import { PassAtKError, reportOf } from './report.ts';

const record = (task: string, sample: number, known: Partial<SampleRecord>): SampleRecord => ({
  task,
  family: 'one',
  sample,
  outcome: 'fails',
  passed: 0,
  total: 2,
  weak: false,
  length: 10,
  truncated: false,
  agreement: null,
  measures: {},
  ...known,
});
const records = (rows: readonly (readonly Outcome[])[], known: Partial<SampleRecord> = {}): SampleRecord[] =>
  rows.flatMap((row, t) => row.map((outcome, i) => record(`t${t}`, i, { outcome, ...known })));

describe('pass@k of an evaluation', () => {
  it('has every value of the fixture', () => {
    const cases = JSON.parse(readFileSync('tests/fixtures/pass_at_k.json', 'utf8')) as {
      readonly n: number;
      readonly c: number;
      readonly k: number;
      readonly value: number;
    }[];
    for (const { n, c, k, value } of cases) {
      const row = Array.from({ length: n }, (_, i): Outcome => (i < c ? 'passes' : 'fails'));
      expect(reportOf(records([row]), [k], 1).all.strict[k]!.value).toBeCloseTo(value, 12);
    }
    expect(cases.length).toBeGreaterThan(50);
  });

  it('is refused for more than there are samples', () => {
    const two = records([['passes', 'fails']]);
    expect(() => reportOf(two, [1, 5], 1)).toThrow(
      new PassAtKError(
        'pass@5 needs at least 5 samples of each task, and there are 2: raise the number of samples or leave k = 5 out.',
      ),
    );
    expect(() => reportOf(two, [0], 1)).toThrow(PassAtKError);
    expect(() => reportOf(records([['passes']]), [2], 1)).toThrow(/there is 1:/);
  });

  it('never falls with k, and is at least as high under the visible checks', () => {
    const rows = fc.array(
      fc.array(fc.constantFrom(...OUTCOMES), { minLength: 4, maxLength: 4 }),
      { minLength: 1, maxLength: 6 },
    ); // prettier-ignore
    fc.assert(
      fc.property(rows, (outcomes) => {
        const { strict, visible } = reportOf(records(outcomes), [1, 2, 3, 4], 1).all;
        for (const k of [1, 2, 3, 4]) {
          expect(visible[k]!.value).toBeGreaterThanOrEqual(strict[k]!.value);
          if (k > 1) expect(strict[k]!.value).toBeGreaterThanOrEqual(strict[k - 1]!.value - 1e-12);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('intervals', () => {
  it('are Wilson’s only where every task brings one trial', () => {
    const once = reportOf(records([['passes'], ['fails'], ['passes']], { agreement: true }), [1], 1).all;
    expect(once.strict[1]!.wilson).toEqual(wilsonInterval(2, 3));
    expect(once.rates['form']!.wilson).toEqual(wilsonInterval(3, 3));
    expect(once.rates['length']!.wilson).toBeNull();
    const twice = reportOf(records([['passes', 'fails'], ['fails', 'fails']]), [1, 2], 1).all; // prettier-ignore
    expect(twice.strict[1]!.wilson).toBeNull();
    expect(twice.strict[2]!.wilson).toEqual(wilsonInterval(1, 2));
    expect(twice.rates['form']!.wilson).toBeNull();
  });

  it('take each task for one, however many samples it has', () => {
    const rows: Outcome[] = ['passes', 'fails', 'passes', 'passes', 'fails'];
    const once = reportOf(records(rows.map((row) => [row])), [1], 3).all;
    const often = reportOf(records(rows.map((row) => [row, row, row])), [1], 3).all;
    expect(often.strict[1]!.bootstrap).toEqual(once.strict[1]!.bootstrap);
  });
});

describe('the report', () => {
  const all = [
    ...[0, 1].map((i) => record('a', i, { outcome: 'passes', agreement: i === 0, length: 8 })),
    record('b', 0, { family: 'two', outcome: 'visible only', length: 20, measures: { 'steps/valid': 0.5 } }),
    record('b', 1, { family: 'two', outcome: 'no form', truncated: true, length: 30 }),
  ];
  const report = reportOf(all, [2, 1, 2], 1);

  it('counts what became of the samples, for all and for each family', () => {
    expect(report.ks).toEqual([1, 2]);
    expect(report.all).toMatchObject({ tasks: 2, samples: 4 });
    expect(Object.values(report.all.outcomes)).toEqual([2, 1, 0, 1]);
    expect(Object.keys(report.families)).toEqual(['one', 'two']);
    expect(report.families['two']!.outcomes['no form']).toBe(1);
    expect(report.all.strict[1]!.value).toBe(0.5);
    expect(report.all.visible[1]!.value).toBe(0.75);
    expect(report.families['two']!.visible[2]!.value).toBe(1);
  });

  it('takes means over the samples that have a quantity, and leaves out one that none has', () => {
    const value = (name: string) => report.all.rates[name]?.value;
    expect([value('length'), value('truncated'), value('agreement'), value('form')]).toEqual([
      16.5, 0.25, 0.5, 0.75,
    ]);
    expect(report.all.measures['steps/valid']!.value).toBe(0.5);
    expect(report.families['two']!.rates['agreement']).toBeUndefined();
    expect(report.families['one']!.measures).toEqual({});
  });

  it('refuses tasks with different numbers of samples', () => {
    expect(() => reportOf(all.slice(1), [1], 1)).toThrow(RangeError);
    expect(() => reportOf([], [1], 1)).toThrow(RangeError);
  });
});
