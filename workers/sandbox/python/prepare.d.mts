import type { PyodideAPI } from 'pyodide';

export interface Sources {
  readonly preload: string;
  readonly setup: string;
  readonly guard: string;
  readonly harness: string;
  readonly script: string;
}

/** What a start and the snapshot of one have in common: a started interpreter is given all that it will run with. */
export function prepare(python: Pick<PyodideAPI, 'runPython' | 'globals'>, sources: Sources): void;
