import type { PyodideAPI } from 'pyodide';

/** The names of the Python files beside this one that an interpreter is prepared with. */
export const SOURCES: readonly string[];

/**
 * What a start and the snapshot of one have in common: a started interpreter is given all that it will run with.
 *
 * @param sourceOf the text of each of `SOURCES`
 */
export function prepare(
  python: Pick<PyodideAPI, 'runPython' | 'globals'>,
  sourceOf: (name: string) => string,
): void;
