import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runMain as run } from '../tests/support/main.ts';

const COMMANDS = [
  'train',
  'options',
  'verify model',
  'verify formulas',
  'verify reward',
  'tasks check',
  'bench engine',
  'bench gpu',
  'bench gpu-counts',
  'bench models',
  'starter',
  'policy train',
  'sft',
  'pairs build',
  'reward train',
  'reward bench',
  'reward score',
  'benchmark build',
  'eval',
  'eval compare',
  'model get',
];
const GRPO = 'tests/fixtures/grpo.json';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'posterior-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('help', () => {
  it('lists every command', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    for (const name of COMMANDS) expect(out).toContain(`  ${name} `);
  });

  it.each(COMMANDS)('of %s has usage, options, examples and exit codes', async (name) => {
    const { code, out, log } = await run(...name.split(' '), '--help');
    expect(code).toBe(0);
    expect(log).toBe('');
    expect(out).toMatch(new RegExp(`^Usage: .* ${name} `));
    for (const part of ['Options:', '--json', 'Examples:', 'Exit codes:', '130']) expect(out).toContain(part);
    expect((await run('help', ...name.split(' '))).out).toBe(out);
  });

  it('is what an empty command line gets, as an error', async () => {
    const { code, out, log } = await run();
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(log).toContain('Commands:');
  });
});

describe('usage errors', () => {
  it.each([
    [['pairs', 'build', '--json'], '--json needs --out'],
    [['pairs', 'build', '--tasks', GRPO], '--writer exact rewrites plans, which only the starter world has'],
    [['tasks', 'check'], 'tasks check takes exactly one file, not 0.'],
    [['tasks', 'check', 'nowhere.jsonl'], 'nowhere.jsonl cannot be read: it does not exist.'],
    [['tasks', 'make'], 'Known: tasks check, tasks new.'],
    [['train', '--tasks', 'nowhere.jsonl'], 'nowhere.jsonl cannot be read: it does not exist.'],
    [['train', '--held-out', '0'], '--held-out is a share above 0 and at most 1, not “0”.'],
    [['train', '--tasks', GRPO, '--set', 'tasks=hard'], '--tasks says what tasks is; leave one of them out.'],
    [['reward', 'score', GRPO, '--tasks', 'nowhere.jsonl'], 'nowhere.jsonl cannot be read'],
    [['reward', 'train', '--batch', '20'], '--batch is a multiple of 16, not 20.'],
    [['reward', 'train', '--rate', 'fast'], '--rate is a number from 0 to 0.1, not “fast”.'],
    [
      ['reward', 'train', '--objective', 'mse', '--margin', '1'],
      '--margin, --centering and --dense belong to --objective pairs.',
    ],
    [['reward', 'score'], 'reward score takes exactly one file, or - for stdin, not 0.'],
    [['benchmark', 'build', '--temperature', '0'], '--temperature is a number from 0.01 to 10, not “0”.'],
    [['trian'], 'There is no command “trian”. Did you mean “train”?'],
    [['verify'], 'There is no command “verify”. Did you mean “verify'],
    [['verify', 'modle', 'x'], 'Did you mean “verify model”?'],
    [['verify', 'formulas'], 'verify formulas takes exactly one file, not 0.'],
    [['verify', 'formulas', 'a', 'b'], 'not 2'],
    [['verify', 'reward', 'x', '--jsno'], 'Did you mean “--json”?'],
    [['verify', 'model', 'x', '--device', 'wsam'], 'Did you mean “wasm”?'],
    [['train', 'fast'], '“fast” is none'],
    [['train', '--steps', 'ten'], 'not “ten”'],
    [['train', '--preset', 'quik'], 'Did you mean “quick”?'],
    [['train', '--resume'], '--resume needs --out'],
    [['train', '--set', 'lr=1', '--set', 'betta=1'], 'There is no setting “betta”. Did you mean beta?'],
    [['train', '--set', 'max_steps=4'], '--set does not take steps. Use --steps.'],
    [['sft', '--learning-rate', 'fast'], '--learning-rate is a number above 0 and at most 1, not “fast”.'],
    [['sft', '--set', 'learningRate=0.1'], '--set learningRate has no effect here.'],
    [['options', 'clip_ratio_hihg'], 'Did you mean clipHigh?'],
    [['bench', 'engine', '--repetitions', '0'], 'from 1 to 1000'],
  ])('%j: %s', async (argv, message) => {
    const { code, out, log } = await run(...argv);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(log).toContain(message);
  });
});

describe('verify formulas', () => {
  it('passes on the fixture, with the errors on stdout', async () => {
    const { code, out } = await run('verify', 'formulas', GRPO);
    expect(code).toBe(0);
    const report = JSON.parse(out) as { ok: boolean; largestErrors: Record<string, number> };
    expect(report.ok).toBe(true);
    expect(Math.max(...Object.values(report.largestErrors))).toBeLessThan(1e-6);
  });

  it('fails when one number is altered, and says which', async () => {
    const fixture = JSON.parse(readFileSync(GRPO, 'utf8')) as { advantages: Record<string, number[]> };
    fixture.advantages['posterior/group']![3]! += 1e-5;
    const { code, out, log } = await run('verify', 'formulas', file('altered.json', JSON.stringify(fixture)));
    expect(code).toBe(1);
    expect((JSON.parse(out) as { ok: boolean }).ok).toBe(false);
    expect(log).toContain('advantages.posterior/group.3');
  });

  it.each([
    ['not JSON', '{"group_size": 4,', 'is not JSON'],
    ['another form', '{"group_size": "four"}', 'malformed'],
    ['empty', '', 'is not JSON'],
  ])('refuses a file that is %s', async (_, content, message) => {
    const { code, out, log } = await run('verify', 'formulas', file('bad.json', content));
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(log).toContain('bad.json');
    expect(log).toContain(message);
  });

  it('refuses what is not there and what is a folder', async () => {
    const missing = await run('verify', 'reward', join(folder, 'none.json'));
    expect([missing.code, missing.log]).toEqual([2, expect.stringContaining('does not exist')]);
    const directory = await run('verify', 'reward', folder);
    expect([directory.code, directory.log]).toEqual([2, expect.stringContaining('is a folder')]);
  });
});

describe('verify reward', () => {
  it('passes on the fixture and fails when one number is altered', async () => {
    const path = 'tests/fixtures/reward_model.json';
    expect((await run('verify', 'reward', path)).code).toBe(0);
    const fixture = JSON.parse(readFileSync(path, 'utf8')) as { cases: Array<{ loss: number }> };
    fixture.cases[0]!.loss *= 1.00001;
    expect((await run('verify', 'reward', file('altered.json', JSON.stringify(fixture)))).code).toBe(1);
  });
});

describe('verify model', () => {
  it('refuses damaged weights before it opens a browser', async () => {
    file('config.json', '{}');
    file('expected.json', '{}');
    file('model.safetensors', new Uint8Array([255, 255, 0, 0, 0, 0, 0, 0, 123]));
    const { code, log } = await run('verify', 'model', folder);
    expect(code).toBe(2);
    expect(log).toContain('model.safetensors is not a safetensors file, or it is cut short');
  });
});

describe('options', () => {
  it('lists every setting, and says what one is under any of its names', async () => {
    const all = await run('options');
    expect(all.out).toMatch(/clipHigh +0\.28 +from 0 to 100/);
    const { out } = await run('options', 'num_generations', 'beta');
    expect(out).toMatch(/^groupSize: Completions of a group/);
    expect(out).toMatch(/\nbeta: How strongly/);
    expect(JSON.parse((await run('options', '--json')).out)).toHaveProperty('beta.trl', 'beta');
  });
});

describe('train', () => {
  it('names a file of changes that it cannot use', async () => {
    const at = (name: string, content: string) => run('train', '--changes', file(name, content));
    expect((await at('changes.json', '{')).log).toContain('changes.json cannot be read as JSON');
    expect((await at('changes.json', '{"request": {}}')).log).toContain('names no changes');
    const late = await at('changes.json', '[{"step": 3, "settings": {"lr": 2}}]');
    expect([late.code, late.log]).toEqual([
      2,
      expect.stringContaining('changes.0.settings.learningRate must be at most 0.1'),
    ]);
  });

  it('does not write into a folder that holds something', async () => {
    file('notes.txt', 'mine');
    const { code, log } = await run('train', '--out', folder);
    expect(code).toBe(2);
    expect(log).toContain('is not empty');
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('writes nothing where a model that it was given cannot be read', async () => {
    const out = join(folder, 'run');
    const { code, log } = await run('train', '--out', out, '--reward', join(folder, 'none'));
    expect(code).toBe(2);
    expect(log).toMatch(/none.config\.json cannot be read: it does not exist/);
    expect(existsSync(out)).toBe(false);
  });

  it('resumes only what is there, and only as what it was', async () => {
    expect((await run('train', '--resume', '--out', folder)).log).toContain('holds no run to resume');
    const request = { preset: 'starter', gate: 'outcome', seed: 1, steps: 5, device: 'auto', overrides: {} };
    file('config.json', JSON.stringify({ request }));
    const other = await run('train', '--resume', '--out', folder, '--gate', 'posterior');
    expect(other.code).toBe(2);
    expect(other.log).toContain('has --gate outcome, not posterior');
    const reward = await run('train', '--resume', '--out', folder, '--reward', 'elsewhere');
    expect(reward.code).toBe(2);
    expect(reward.log).toContain('has no --reward');
    file('config.json', JSON.stringify({ request, finished: true }));
    expect((await run('train', '--resume', '--out', folder)).log).toContain('has ended');
    file('config.json', '{"request":');
    expect((await run('train', '--resume', '--out', folder)).log).toContain('is damaged');
  });
});

describe('reward score', () => {
  it('refuses a file of which no line can be scored before it opens a page', async () => {
    const { code, log } = await run('reward', 'score', file('a.jsonl', '{"prompt":"p"}\n[]\n'));
    expect(code).toBe(2);
    expect(log).toMatch(/no line that can be scored; line 1: reasoning is missing/);
    expect((await run('reward', 'score', join(folder, 'none.jsonl'))).log).toMatch(
      /cannot be read: it does not exist/,
    );
  });
});

describe('a model folder', () => {
  it('is named when it is not there', async () => {
    const { code, log } = await run('reward', 'bench', '--model', join(folder, 'nowhere'));
    expect(code).toBe(2);
    expect(log).toMatch(/nowhere.* cannot be read/);
  });
});

describe('tasks new', () => {
  it('writes an example once, with comments where they are asked for', async () => {
    const out = join(folder, 'tasks.jsonl');
    expect((await run('tasks', 'new', '--template', '--out', out)).code).toBe(0);
    const written = readFileSync(out, 'utf8');
    expect(
      written
        .trimEnd()
        .split('\n')
        .every((line) => 'comment' in JSON.parse(line)),
    ).toBe(true);
    const again = await run('tasks', 'new', '--out', out);
    expect([again.code, again.log]).toEqual([2, expect.stringContaining('is there already')]);
    expect(readFileSync(out, 'utf8')).toBe(written);
    const bare = await run('tasks', 'new', '--domain', 'maths');
    expect(bare.out).not.toContain('comment');
    expect(bare.out).toContain('"answer"');
  });
});

describe('reward score', () => {
  it('names a task that is not in the file', async () => {
    const tasks = file('tasks.jsonl', '{"id":"eggs","prompt":"How many?","answer":8}\n');
    const lines = file('lines.jsonl', '{"taskId":"egg","reasoning":"8"}\n');
    const { code, log } = await run('reward', 'score', lines, '--tasks', tasks);
    expect([code, log]).toEqual([2, expect.stringContaining('There is no task “egg”. Did you mean “eggs”?')]);
  });
});
