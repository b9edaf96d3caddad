/** `eval` through the command line, in a real browser. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { EvaluatedSample } from '../../src/evaluation/records.ts';
import type { EvaluationFile, MatrixRow } from '../../src/evaluation/files.ts';
import { callCommand } from '../support/call-command.ts';
import { jsonLines } from '../support/command.ts';

const root = mkdtempSync(join(tmpdir(), 'posterior-eval-'));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 20 }));

const SIZE = ['--limit', '6', '--samples', '2', '--k', '1,2'];

it('evaluates the starter, writes its folder, and finds no difference from itself', async () => {
  const out = join(root, 'starter');
  const { code, out: said, log } = await callCommand(['eval', '--device', 'wasm', ...SIZE, '--out', out]);
  expect({ code, log: code === 0 ? '' : log }).toEqual({ code: 0, log: '' });
  expect(said).toMatch(/strict pass@1 +[01]\.\d{3} +\[[01]\.\d{3}, [01]\.\d{3}\] +–/);
  expect(readdirSync(out).sort()).toEqual([
    'evaluation.json',
    'matrix.csv',
    'matrix.jsonl',
    'rollouts.jsonl',
    'summary.md',
  ]);

  const read = (name: string) => readFileSync(join(out, name), 'utf8');
  const { report, suite, settings } = JSON.parse(read('evaluation.json')) as EvaluationFile;
  const matrix = jsonLines(read('matrix.jsonl')) as unknown as MatrixRow[];
  const rollouts = jsonLines(read('rollouts.jsonl')) as unknown as EvaluatedSample[];
  expect(settings).toMatchObject({ samples: 2, seed: 0, temperature: 1, maxCompletionTokens: 88 });
  expect(matrix.map(({ task, outcomes }) => [task, outcomes.length])).toEqual(
    suite.map(({ task }) => [task, 2]),
  );
  expect(rollouts.map(({ task, sample }) => [task, sample])).toEqual(
    matrix.flatMap(({ task }) => [
      [task, 0],
      [task, 1],
    ]),
  );
  expect(rollouts.map(({ outcome }) => outcome)).toEqual(matrix.flatMap(({ outcomes }) => outcomes));
  const passed = rollouts.filter(({ verification }) => verification.passes).length;
  expect(report.all.strict[1]!.value).toBeCloseTo(passed / 12, 12);
  expect(report.all.visible[1]!.value).toBeGreaterThanOrEqual(passed / 12);
  expect(read('matrix.csv').split('\r\n')).toHaveLength(8);

  const compared = await callCommand(['eval', 'compare', out, out, '--k', '1,2']);
  expect(compared.code).toBe(0);
  expect(compared.out).toMatch(/strict pass@1 .* \+0\.000 +\[\+0\.000, \+0\.000\]/);
});
