/**
 * Differences from a plain run that `docs/grading.md` documents: a row whose kind (task/form/program/shape) matches may
 * fail in the sandbox though a plain run passes it. An unmarked pass is never among them.
 */
export const KNOWN_DIFFERENCES = [];
