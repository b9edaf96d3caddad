import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jsonLines, matrixOf, writeAbout } from '../src/evaluation/files.ts';
import type { Outcome, SampleRecord } from '../src/evaluation/records.ts';
import { reportOf } from '../src/evaluation/report.ts';
import { DEFAULT_CONFIG } from '../src/rl/config.ts';
import { readSafetensors, writeSafetensors } from '../src/model/safetensors.ts';
import { runMain as run } from '../tests/support/main.ts';
import { findPolicy } from './policy-folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'posterior-eval-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A folder as `eval --out` writes it. */
function evaluation(name: string, rows: readonly (readonly Outcome[])[], seed = 0): string {
  const folder = join(root, name);
  mkdirSync(folder);
  const records = rows.flatMap((row, t) =>
    row.map((outcome, sample): SampleRecord => {
      const rest = { passed: 0, total: 1, weak: false, length: 9, truncated: false, agreement: null, measures: {} }; // prettier-ignore
      return { task: `t${t}`, family: 'one', sample, outcome, ...rest };
    }),
  );
  const matrix = matrixOf(records);
  const sizes = { temperature: 1, maxPromptTokens: 48, maxCompletionTokens: 88, timeoutMs: 1000 };
  const about = writeAbout({
    policy: { name, hash: name },
    tasks: { name: 'starter', domain: 'code', source: 'starter', split: 'held-out' },
    suite: matrix.map(({ task, family }) => ({ task, family, prompt: 'p', checks: 'c' })),
    settings: { samples: rows[0]!.length, seed, ...sizes },
    tooLong: [],
    notes: [],
    report: reportOf(records, [1], 0),
    device: { kind: 'wasm', reason: 'test' },
    seconds: 1,
  });
  writeFileSync(join(folder, 'evaluation.json'), about);
  writeFileSync(join(folder, 'matrix.jsonl'), jsonLines(matrix));
  return folder;
}

describe('eval', () => {
  it.each([
    [
      ['--samples', '4', '--k', '1,5'],
      2,
      '--k 1,5: pass@5 needs at least 5 samples of each task, and there are 4',
    ],
    [['--k', 'one'], 2, '--k one: k is a whole number from 1'],
    [
      ['--tasks', 'match'],
      2,
      '--tasks is one of starter, hard, maths, or a file that is there, not “match”. Did you mean “maths”?',
    ],
    [['--temperature', '0'], 2, '--temperature is a number from 0.01 to 10'],
    [['--policy', '/nowhere'], 2, '/nowhere/config.json cannot be read'],
  ])('refuses %j', async (argv, code, message) => {
    const result = await run('eval', ...argv);
    expect(result.log).toContain(message);
    expect(result.code).toBe(code);
  });

  it('overwrites nothing', async () => {
    writeFileSync(join(root, 'something'), '');
    expect((await run('eval', '--out', root)).log).toContain('is not empty. Choose another --out.');
  });
});

describe('a policy that is named', () => {
  const request = { preset: 'starter', gate: 'posterior', policy: null, reward: null };
  const runFile = (known: object): void =>
    writeFileSync(join(root, 'config.json'), JSON.stringify({ request, config: DEFAULT_CONFIG, ...known }));

  it('is the starter', async () => {
    expect(await findPolicy('starter')).toEqual({ name: 'starter', model: null, run: null, trained: null });
  });

  it('is that of a run that has ended, or its last checkpoint', async () => {
    runFile({ runId: 'r1' });
    await expect(findPolicy(root)).rejects.toThrow(/has saved nothing yet/);
    mkdirSync(join(root, 'browser'));
    expect(await findPolicy(root)).toMatchObject({
      model: null,
      run: { id: 'r1', profile: join(root, 'browser') },
      trained: { maxCompletionTokens: DEFAULT_CONFIG.maxCompletionTokens },
    });
    cpSync('public/starter/policy', join(root, 'policy'), { recursive: true });
    const ended = await findPolicy(root);
    expect(ended.run).toBeNull();
    expect(ended.model!.files.get('config.json')).toBe(join(root, 'policy', 'config.json'));
  });

  it('says by its weights what it was trained on, where they tell', async () => {
    cpSync('public/starter/policy', join(root, 'policy'), { recursive: true });
    const weights = join(root, 'policy', 'model.safetensors');
    expect((await findPolicy(join(root, 'policy'))).trained).toBeNull();
    const { tensors } = readSafetensors(readFileSync(weights));
    const recipe = JSON.stringify({ ...DEFAULT_CONFIG, domain: 'maths', maxCompletionTokens: 40 });
    writeFileSync(weights, writeSafetensors(tensors, { format: 'pt', recipe }));
    expect((await findPolicy(join(root, 'policy'))).trained).toMatchObject({
      domain: 'maths',
      maxCompletionTokens: 40,
    });
  });
});

describe('eval compare', () => {
  it('tells the difference and whether it is more than chance', async () => {
    const tasks = Array.from({ length: 8 }, (_, i) => i);
    const a = evaluation('a', tasks.map((i) => [i < 2 ? 'passes' : 'visible only'])); // prettier-ignore
    const b = evaluation('b', tasks.map((i) => [i < 7 ? 'passes' : 'fails'])); // prettier-ignore
    const { code, out } = await run('eval', 'compare', a, b);
    expect(code).toBe(0);
    expect(out).toMatch(/strict pass@1 +0\.250 +0\.875 +\+0\.625/);
    // Five pairs, all for B: 2·2⁻⁵.
    expect(out).toMatch(/strict +2 +0 +5 +1 +0\.063/);
    const json = JSON.parse((await run('eval', 'compare', a, b, '--json')).out) as {
      strict: { pairs: object };
    };
    expect(json.strict.pairs).toEqual({ both: 2, onlyA: 0, onlyB: 5, neither: 1, p: 0.0625 });
  });

  it('refuses folders that are no evaluations, or not of the same', async () => {
    const a = evaluation('a', [['passes']]);
    const b = evaluation('b', [['passes']], 3);
    const said = async (...argv: string[]) => (await run('eval', 'compare', ...argv)).log;
    expect(await said(a)).toContain('takes two folders of eval --out, not 1');
    expect(await said(a, join(root, 'c'))).toContain('evaluation.json cannot be read: it does not exist');
    expect(await said(a, b)).toContain('cannot be compared. The seed: 0 in A, 3 in B.');
    expect(await said(a, a, '--k', '2')).toContain('pass@2 needs at least 2 samples');
    writeFileSync(join(b, 'evaluation.json'), '{"format":"other"}');
    expect(await said(a, b)).toContain('cannot be used: format must be “posterior evaluation 1”.');
    writeFileSync(join(a, 'matrix.jsonl'), '{}');
    expect(await said(a, a)).toContain(
      'matrix.jsonl cannot be used: Line 1 is not a task with its outcomes.',
    );
  });
});
