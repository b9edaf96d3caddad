/**
 * Differences from a plain run that `docs/grading.md` documents: a row may fail in the sandbox though a plain run passes
 * it when its kind (task/form/program/shape) matches, and the sandbox's reason where one is given. An unmarked pass is
 * never among them.
 *
 * @type {readonly { kind: RegExp, reason?: RegExp, why: string }[]}
 */
export const KNOWN_DIFFERENCES = [
  {
    kind: /hostile-finds-the-caller/,
    why: 'A program that reads the expected value out of the frame of its caller finds no such frame.',
  },
  {
    kind: /missing-file-number/,
    reason: /errno == \d/,
    why: 'The number of a system error is that of the interpreter’s own system: 44 for a file that is not there, and not 2.',
  },
];

/** The documented difference that a failing row shows, if any. */
export function knownDifference(kind, reason) {
  return KNOWN_DIFFERENCES.find((known) => known.kind.test(kind) && (known.reason?.test(reason) ?? true));
}
