/** Counting: what a stage of `npm test` adds to the last line. */

/** @typedef {{passed: number, failed: number, skipped: number}} Totals */

/** @returns {Totals} a stage that is one check, such as the type checker */
export const one = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });

/** @param {Totals} a @param {Totals} b @returns {Totals} */
export const add = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/**
 * Totals of a Vitest JSON report. A file that fails before its first test, an error outside any test, and a
 * missing report each count as one failure, so that a red run never reads as green.
 * @param {unknown} report the parsed report, or `null` when there is none
 * @param {boolean} exitedWell whether Vitest ended with code 0
 * @returns {Totals}
 */
export function vitestTotals(report, exitedWell) {
  if (report === null) return one(false);
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !exitedWell ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @param {Totals} totals @returns {string} the last line of `npm test` */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
