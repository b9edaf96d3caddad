import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { AttackClass } from './attack.ts';
import { JAVASCRIPT } from './javascript/index.ts';
import { PYTHON } from './python/index.ts';

const count = (classes: AttackClass): number =>
  Object.values(classes).reduce((sum, attacks) => sum + attacks.length, 0);

describe('the attack suite', () => {
  it('has at least 150 programs for Python and 60 for JavaScript', () => {
    expect(count(PYTHON)).toBeGreaterThanOrEqual(150);
    expect(count(JAVASCRIPT)).toBeGreaterThanOrEqual(60);
  });

  it('has each program once, under a name of its own', () => {
    for (const classes of [PYTHON, JAVASCRIPT]) {
      for (const attacks of Object.values(classes)) {
        expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
      }
      const programs = Object.values(classes)
        .flat()
        .map(({ program, entry, tests }) => JSON.stringify([program, entry, tests]));
      expect(programs.filter((program, i) => programs.indexOf(program) !== i)).toEqual([]);
    }
  });

  it('gives a reason wherever two statuses are right', () => {
    const unexplained = [PYTHON, JAVASCRIPT]
      .flatMap((classes) => Object.values(classes).flat())
      .filter(({ status, why }) => typeof status !== 'string' && !why);
    expect(unexplained.map(({ name }) => name)).toEqual([]);
  });

  it('is counted rightly in the README', async () => {
    const readme = await readFile(new URL('../../../src/sandbox/README.md', import.meta.url), 'utf8');
    const rows = Array.from(
      readme.matchAll(/^\| (\w+) +\|.*\| (\d+) +\| (\d+) +\|$/gm),
      ([, name, python, javascript]) => [name, Number(python), Number(javascript)],
    );
    expect(rows).toEqual(
      Object.keys(PYTHON).map((name) => [name, PYTHON[name]?.length, JAVASCRIPT[name]?.length]),
    );
  });
});
