import * as v from 'valibot';
import source from './beside.py?raw';
import { failure, lost, stopped, type Finding, type Judgement, type Judging } from './judging.ts';
import type { RunReport } from './protocol.ts';
import type { Harness } from './types.ts';
import { memoryOf } from './verdict.ts';

/** The weak way to judge by test code: in the program's own interpreter. */

const toldBeside = v.object({
  outcome: v.picklist(['pass', 'wrong', 'exception', 'memory', 'syntax', 'load', 'absent', 'broken']),
  type: v.optional(v.string(), ''),
  message: v.optional(v.string(), ''),
  line: v.optional(v.nullable(v.number()), null),
});

/** Runs the tests in the program's own interpreter. */
export async function beside(judging: Judging, weak: string): Promise<Judgement> {
  const { run, harness, program, entry, limits } = judging;
  const calls = [[program, entry, harness.source, harness.statements ?? false]];
  const work = { program: source, entry: 'beside', calls };
  const { end, engine } = await run({ ...work, ...limits });
  if (end.kind !== 'report') {
    const timeMs = end.kind === 'hung' ? end.timeMs : 0;
    return { ...lost(end, limits.timeoutMs), timeMs, memoryMb: null, output: '', engine, weak };
  }
  const { report } = end;
  const facts = { timeMs: report.timeMs, memoryMb: memoryOf(report), output: report.output, engine, weak };
  return { ...findingBeside(report, harness), ...facts };
}

function findingBeside(report: RunReport, harness: Harness): Finding {
  const call = report.calls[0];
  if (report.outcome !== 'ran') return stopped(report, 0) ?? failure('tamper', 'Tampering', 'No result.');
  if (call && 'raised' in call) {
    if (call.memory) return failure('memory', 'MemoryError', call.raised);
    return { status: 'exception', test: { status: 'exception', error: call.raised }, weak: null };
  }
  const parsed = v.safeParse(toldBeside, call && 'returned' in call ? call.returned : null);
  if (!parsed.success) return failure('tamper', 'Tampering', 'The tests gave no result of their own.');
  const { outcome, type, message, line } = parsed.output;
  const place = line === null ? '' : ` (line ${line})`;
  const text = (message === '' ? type : `${type}: ${message}`) + place;
  switch (outcome) {
    case 'pass':
      return { status: 'pass', test: { status: 'pass' }, weak: null };
    case 'wrong':
    case 'exception':
      return { status: outcome, test: { status: outcome, error: text }, weak: null };
    case 'memory':
    case 'syntax':
      return failure(outcome, type, message, line);
    case 'load':
    case 'absent':
      return failure('exception', type, message, line);
    case 'broken':
      if (harness.known) return failure('exception', type, text);
      return failure('infrastructure', type, `The tests fail before any call: ${text}`);
  }
}
