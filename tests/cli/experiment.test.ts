/** Whole experiments through the command line, in a real browser. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CellResult } from '../../src/experiment/results.ts';
import { callCommand } from '../support/call-command.ts';
import { startCommand } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'posterior-experiment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

const FILE = join(folder, 'small.json');
writeFileSync(
  FILE,
  JSON.stringify({
    version: 1,
    name: 'small',
    title: 'Posterior against outcome only, in two steps',
    seeds: [1, 2],
    settings: {
      steps: 2,
      promptsPerStep: 2,
      groupSize: 4,
      microBatch: 8,
      evalEvery: 0,
      evalTasks: 4,
      taskSettings: { families: ['division'], half: 'policy' },
    },
    evaluation: { samples: 2, limit: 4 },
    arms: [
      { name: 'posterior' },
      { name: 'own', policy: { steps: 1 }, pool: { low: 0, high: 0.5, samples: 1 } },
      { name: 'frozen', frozen: true },
    ],
    contrasts: [{ name: 'difference', plus: ['posterior'], minus: ['frozen'], primary: true }],
  }),
);

const commandFor = (out: string, ...more: string[]): string[] => [
  'experiment',
  FILE,
  '--out',
  join(folder, out),
  '--models',
  join(folder, 'models'),
  '--device',
  'wasm',
  '--json',
  ...more,
];

const CLOCKS = /^(time\/|step_time$|tokens_per_second$)/;

/** Every cell, by its file, without what a clock says. */
function cellsIn(out: string): Record<string, unknown> {
  const cells = join(folder, out, 'cells');
  const names = readdirSync(cells).sort();
  return Object.fromEntries(
    names.map((name) => {
      const text = readFileSync(join(cells, name), 'utf8');
      if (!name.endsWith('.json')) return [name, text];
      const { seconds: _, ...result } = JSON.parse(text) as CellResult;
      const timeless = (record: { readonly metrics: object }) => ({
        ...record,
        metrics: Object.entries(record.metrics).filter(([metric]) => !CLOCKS.test(metric)),
      });
      return [name, { ...result, steps: result.steps.map(timeless), evals: result.evals.map(timeless) }];
    }),
  );
}

describe('an experiment', () => {
  it('goes on after a kill with the numbers of one that ran through, on one core or all', async () => {
    const { child, ended } = startCommand(commandFor('killed'));
    child.stdout?.once('data', () => child.kill('SIGKILL'));
    expect((await ended).code).not.toBe(0);
    const before = readdirSync(join(folder, 'killed', 'cells')).filter((name) => name.endsWith('.json'));
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(5);
    const [resumed, through] = [
      await callCommand(commandFor('killed', '--jobs', '2')),
      await callCommand(commandFor('through')),
    ];
    expect(resumed.code, resumed.log).toBe(0);
    expect(through.code, through.log).toBe(0);
    expect(resumed.log).toContain(`${5 - before.length} of 6 cells to compute`);
    expect(Object.keys(cellsIn('through'))).toHaveLength(10);
    expect(cellsIn('killed')).toEqual(cellsIn('through'));
  });
});
