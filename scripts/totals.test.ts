import { describe, expect, it } from 'vitest';
import { add, lastLine, one, vitestTotals } from './totals.mjs';

const report = (over = {}) => ({
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
  ...over,
});

describe('vitestTotals', () => {
  it('takes the numbers of the report', () => {
    expect(vitestTotals(report({ numPendingTests: 2, numTodoTests: 1 }), true)).toEqual({
      passed: 5,
      failed: 0,
      skipped: 3,
    });
  });

  it('counts a file that broke before its first test', () => {
    const broken = { status: 'failed', assertionResults: [] };
    const failing = { status: 'failed', assertionResults: [{ status: 'failed' }] };
    const totals = vitestTotals(report({ numFailedTests: 1, testResults: [broken, failing] }), false);
    expect(totals.failed).toBe(2);
  });

  it('fails when Vitest failed for a reason that no test names', () => {
    expect(vitestTotals(report(), false).failed).toBe(1);
  });

  it('fails when there is no report', () => {
    expect(vitestTotals(null, true)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('lastLine', () => {
  it('names skipped tests only when there are some', () => {
    expect(lastLine(add(one(true), one(false)))).toBe('1 passed, 1 failed');
    expect(lastLine({ passed: 3, failed: 0, skipped: 2 })).toBe('3 passed, 0 failed, 2 skipped');
  });
});
