import type { SkippedLine } from '../../src/reward/pairs/jsonl.ts';

const SHOWN = 10;

/** What to say about lines that were skipped. */
export function skippedLines(skipped: readonly SkippedLine[]): string[] {
  if (skipped.length === 0) return [];
  const more = skipped.length > SHOWN ? [`  … and ${skipped.length - SHOWN} more.\n`] : [];
  return [
    `${skipped.length} ${skipped.length === 1 ? 'line was' : 'lines were'} skipped:\n`,
    ...skipped.slice(0, SHOWN).map(({ line, message }) => `  line ${line}: ${message}\n`),
    ...more,
  ];
}
