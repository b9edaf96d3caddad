import * as v from 'valibot';
import { failure, lost, type Finding, type Judging } from './judging.ts';
import type { Harness } from './types.ts';

/** The tests' side of a judging: one run of them on what a program has answered (`check.py`). */

/** Tests are trusted, but what they do with a program's answers may take long. */
const TESTS_MS = 10_000;
const TESTS_MB = 512;
/** Of `PAGE` characters each in `check.py`; tests that tell more cannot be run so. */
const PAGES = 24;

/** An operation, its answer, and what the program printed. */
export type Performed = readonly [operation: string, answer: string, out: string, err: string];

const texts = v.array(v.string());
const told = v.object({
  outcome: v.picklist([
    'pass',
    'wrong',
    'exception',
    'memory',
    'absent',
    'refused',
    'tamper',
    'apart',
    'endless',
    'diverged',
  ]),
  type: v.optional(v.string(), ''),
  message: v.optional(v.string(), ''),
  line: v.optional(v.nullable(v.number()), null),
  statement: v.optional(v.string(), ''),
  call: v.optional(v.string(), ''),
  programLine: v.optional(v.nullable(v.number()), null),
  operations: texts,
  names: texts,
  calls: v.number(),
  stops: v.number(),
  weak: texts,
  found: v.array(v.tuple([v.string(), v.unknown()])),
});
export type Told = v.InferOutput<typeof told>;

/** What a probe gets for every answer, by the names of `stand_ins.py`. */
export type Probe = 'object' | 'none' | 'hollow';

/** How the tests are to be run: on the program's answers, or as a probe that gets the same for every answer. */
export interface TestsRequest {
  readonly performed: readonly Performed[];
  readonly guess: boolean;
  readonly probe: '' | Probe;
}

/** Runs the tests on what the program answered. */
export async function runTests(
  judging: Pick<Judging, 'runTrusted' | 'harness' | 'entry' | 'keep'>,
  { performed, guess, probe }: TestsRequest,
): Promise<Told | Finding> {
  const { runTrusted, harness, entry, keep = false } = judging;
  const { source, statements = false, context = '', known } = harness;
  const task = {
    source,
    statements,
    context,
    entry,
    own: known?.names ?? [],
    bound: known?.found ?? [],
    // Nothing has shown that the tests can be run so.
    alone: known === undefined && !keep,
    probe,
  };
  const work = { tests: JSON.stringify({ task, performed, guess, keep }), pages: PAGES };
  const { end } = await runTrusted({ ...work, timeoutMs: TESTS_MS, memoryMb: TESTS_MB });
  const endless = end.kind === 'hung' || (end.kind === 'report' && end.report.outcome === 'timeout');
  // A guess may have led the tests into a loop that the program's own answers would not.
  if (endless && guess) return runTests(judging, { performed, guess: false, probe });
  if (endless)
    return failure(
      'timeout',
      'Timeout',
      `The tests did not end within ${TESTS_MS} ms on what the program answered.`,
    );
  if (end.kind === 'lost') return lost(end, TESTS_MS);
  if (end.kind !== 'report' || end.report.outcome !== 'ran') {
    const why = end.kind === 'report' ? (end.report.error?.message ?? end.report.outcome) : end.kind;
    return failure('infrastructure', 'Infrastructure', `The tests’ interpreter failed: ${why}.`);
  }
  const pages = end.report.calls.map((call) => ('returned' in call ? call.returned : null));
  const parsed = v.safeParse(told, pairsOf(pages.join('')));
  if (parsed.success) return parsed.output;
  const raised = end.report.calls.find((call) => 'raised' in call);
  const why = raised && 'raised' in raised ? raised.raised : 'they told more than can be read';
  return failure('infrastructure', 'Infrastructure', `The tests cannot be run: ${why}.`);
}

function pairsOf(text: string): unknown {
  try {
    return Object.fromEntries(JSON.parse(text) as [string, unknown][]);
  } catch {
    return null;
  }
}

/** What the tests say, as a finding. */
export function read(result: Told, harness: Harness): Finding {
  const { outcome, message, calls, stops, operations, names, found } = result;
  const weak = result.weak.length > 0 ? result.weak.join('; ') : null;
  const failed = (status: 'wrong' | 'exception', error: string): Finding => ({
    status,
    test: { status, error },
    weak,
  });
  switch (outcome) {
    case 'pass': {
      const { known } = harness;
      if (known && stops > known.stops) {
        return failed('exception', 'The program raised what ends a part of the tests without failing it.');
      }
      const ended =
        stops > 0 && !known ? 'an exception of the program may have ended a part of the tests' : null;
      const reasons = [weak, ended].filter((reason) => reason !== null).join('; ');
      return {
        status: 'pass',
        test: { status: 'pass' },
        weak: reasons === '' ? null : reasons,
        run: { operations, stops, names, found },
      };
    }
    case 'wrong':
      return failed('wrong', sentenceOf(result));
    case 'refused':
      return failed('wrong', message);
    case 'exception':
      if (calls === 0 && !harness.known) {
        return failure(
          'infrastructure',
          result.type,
          `The tests fail before any call: ${sentenceOf(result)}`,
        );
      }
      return failed('exception', sentenceOf(result));
    case 'absent':
      return failure('exception', 'NameError', message);
    case 'memory':
      return failure('memory', 'MemoryError', sentenceOf(result));
    case 'tamper':
      return failure('tamper', 'Tampering', message);
    case 'apart':
    case 'endless':
    case 'diverged':
      throw new Error(`The tests’ outcome ${outcome} is no finding.`);
  }
}

/** `AssertionError: assert f(2) == 3, in line 4 of the tests; f(2) returned 4`. The line of a program comes last. */
function sentenceOf({ type, message, line, statement, call, programLine }: Told): string {
  return [
    [type, message || statement].filter((part) => part !== '').join(': '),
    line === null ? '' : `, in line ${line} of the tests`,
    call === '' ? '' : `; ${call}`,
    programLine === null ? '' : ` (line ${programLine})`,
  ].join('');
}
