import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RewardBenchResult, RewardTrainResult } from '../../src/headless/requests.ts';
import type { Provenance } from '../../src/reward/benchmark/build.ts';
import { readPairs } from '../../src/reward/pairs/jsonl.ts';
import { callCommand } from '../support/call-command.ts';
import { runCommand } from '../support/command.ts';

interface RewardLine {
  readonly type: string;
  readonly metrics: Readonly<Record<string, number>>;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'posterior-reward-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

const path = (name: string): string => join(folder, name);
const file = (name: string, lines: readonly unknown[]): string => {
  writeFileSync(
    path(name),
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return path(name);
};
const lastLine = (out: string): unknown => JSON.parse(out.trimEnd().split('\n').at(-1)!);
const prompt =
  'def solve(xs):\n    """Return the sum of the even numbers in xs, or -1 if there are none."""\n';
const sound = '- keep even numbers\n- if empty, return -1\n- add them up';
const lazy = '- keep even numbers\n- add them up';

describe('reward score', () => {
  it('scores reasonings in their order and names the lines that it cannot score', async () => {
    const lines = [
      { id: 'sound', prompt, reasoning: sound },
      { id: 'lazy', prompt, reasoning: lazy },
      { prompt },
      'nonsense',
      { id: 'long', prompt, reasoning: 'add '.repeat(400) },
    ];
    const input = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    const { code, out, log } = await runCommand(['reward', 'score', '-'], [input]);
    expect(code).toBe(1);
    const [a, b, c, d, e] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)) as Record<string, unknown>[];
    expect(a).toMatchObject({ id: 'sound' });
    expect(b).toMatchObject({ id: 'lazy' });
    expect(a!['score'] as number).toBeGreaterThan(b!['score'] as number);
    expect(a!['reward']).toBeCloseTo(1 / (1 + Math.exp(-(a!['score'] as number))), 12);
    expect(c).toEqual({ line: 3, error: 'reasoning is missing.' });
    expect(d).toEqual({ line: 4, error: 'The line is not JSON.' });
    expect(e).toMatchObject({ id: 'long', line: 5, error: expect.stringContaining('256 tokens') });
    expect(log).toMatch(/2 scored in \d+ ms, 3 not; scaling sigmoid/);
  });
});

describe('pairs build and reward bench', () => {
  it('write pairs and measure the starter’s reward model on them', async () => {
    const out = path('held-out.jsonl');
    const built = await callCommand([
      'pairs',
      'build',
      '--split',
      'held-out',
      '--per-task',
      '1',
      '--seed',
      '5',
      '--length-balanced',
      '--out',
      out,
      '--json',
    ]);
    expect(built.code).toBe(0);
    const summary = lastLine(built.out) as { pairs: number; tasks: number; dropped: Record<string, number> };
    const { pairs, skipped } = readPairs(readFileSync(out));
    expect(pairs).toHaveLength(summary.pairs);
    expect(skipped).toEqual([]);
    expect(summary.dropped['unbalanced']).toBeGreaterThan(0);

    const { code, out: text } = await callCommand(['reward', 'bench', '--pairs', out, '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(text) as RewardBenchResult;
    expect(report.pairs).toBe(pairs.length);
    expect(report.accuracy).toBeGreaterThan(0.8);
    expect(report.interval!.low).toBeLessThan(report.accuracy);
    const { promptFree, wrongPrompt } = report.controls;
    expect(promptFree.pairs).toBe(pairs.length);
    expect(promptFree.about).toMatch(/never reads the task/);
    // Written pairs differ in what they do: without the task, or under another, little is left.
    const factual = (of: Pick<RewardBenchResult, 'byDimension'>): number =>
      of.byDimension['factual accuracy']!.accuracy;
    expect(factual(promptFree)).toBeLessThan(factual(report) - 0.1);
    expect(factual(wrongPrompt!)).toBeLessThan(factual(report) - 0.1);
    expect(Object.keys(report.byDimension)).toHaveLength(3);
    expect(report.association.oddsRatio).toBeGreaterThan(1);
  });

  it('read files of others, skip what cannot be used, and refuse a file of nothing else', async () => {
    const mixed = file('mixed.jsonl', [
      {
        prompt,
        chosen: `<think>${sound}</think><answer>x</answer>`,
        rejected: `${lazy}</think>`,
        subset: 'mine',
      },
      { prompt, chosen: `<think>${sound}</think>`, rejected: 'return 0' },
      { prompt, chosen: sound, rejected: sound },
      { prompt, chosen: 'add '.repeat(400), rejected: lazy },
    ]);
    const { code, out, log } = await callCommand(['reward', 'bench', '--pairs', mixed]);
    expect(code).toBe(0);
    expect(out).toMatch(/^accuracy +1\.0000 .* 1 pairs/);
    expect(out).toMatch(/^ {2}without the task +1\.0000 /m);
    expect(out).toMatch(/^ {2}under a wrong task +not measured/m);
    expect(out).toMatch(/subset: mine/);
    expect(log).toMatch(
      /3 lines were skipped[^]*line 2: .* rejected does not[^]*line 3: chosen and rejected are the same[^]*line 4: .*256 tokens/,
    );
    const refused = await callCommand(['reward', 'bench', '--pairs', file('bad.jsonl', [{ prompt }])]);
    expect(refused.code).toBe(2);
    expect(refused.log).toMatch(/None of the 1 lines is a pair; line 1: chosen is missing/);
  });
});

describe('reward train', () => {
  it('trains, evaluates and writes a model that the other commands read', async () => {
    const out = path('model');
    const args = [
      'reward',
      'train',
      '--steps',
      '6',
      '--batch',
      '16',
      '--rate',
      '0.001',
      '--eval-every',
      '6',
      '--out',
      out,
      '--json',
    ];
    const { code, out: text } = await callCommand(args);
    expect(code).toBe(0);
    const steps = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)) as RewardLine[];
    expect(steps.filter(({ type }) => type === 'reward')).toHaveLength(6);
    // Under a zero head nothing is told apart, at the ends of the texts as at each token that differs.
    expect(steps[0]!.metrics['loss']).toBeCloseTo(2 * Math.LN2, 4);
    const summary = steps.at(-1) as unknown as RewardTrainResult;
    expect(summary.accuracy.pairs).toBeGreaterThan(500);
    expect(Object.keys(summary.metrics)).toEqual(
      expect.arrayContaining(['loss', 'accuracy', 'margin', 'eval/accuracy']),
    );
    for (const name of [
      'reward/config.json',
      'reward/model.safetensors',
      'reward/scaling.json',
      'tokenizer.json',
    ])
      expect(existsSync(join(out, name))).toBe(true);
    const reasonings = file('reasonings.jsonl', [{ prompt, reasoning: sound }]);
    const scored = await callCommand([
      'reward',
      'score',
      reasonings,
      '--model',
      join(out, 'reward'),
      '--scaling',
      'min-max',
    ]);
    expect(scored.code).toBe(0);
    expect((lastLine(scored.out) as { reward: number }).reward).toBeGreaterThanOrEqual(0);
  });

  it('refuses a model whose vocabulary is another, and a policy', async () => {
    const pairs = file('one.jsonl', [{ prompt, chosen: sound, rejected: lazy }]);
    const foreign = await callCommand([
      'reward',
      'bench',
      '--model',
      'tests/fixtures/llama_tiny',
      '--pairs',
      pairs,
    ]);
    expect(foreign.code).toBe(2);
    expect(foreign.log).toMatch(
      /vocabulary of \d+ tokens and brings no tokenizer\.json; the starter’s has 512/,
    );
    const policy = await callCommand([
      'reward',
      'bench',
      '--model',
      'public/starter/policy',
      '--pairs',
      pairs,
    ]);
    expect(policy.code).toBe(2);
    expect(policy.log).toMatch(/a policy, not a reward model/);
  });
});

describe('a reward model that is an adapter', () => {
  const out = () => path('adapter');
  const trained = 'reward train --lora-rank 4 --steps 4 --batch 16 --rate 0.003 --measured 200'.split(' ');

  it('is trained beside the policy’s weights, and scores beside them alone', async () => {
    const { code, out: text } = await callCommand([...trained, '--out', out(), '--json']);
    expect(code).toBe(0);
    const [first] = text.split('\n').map((line) => JSON.parse(line || '{}') as RewardLine);
    expect(first!.metrics['loss']).toBeCloseTo(2 * Math.LN2, 4);
    expect(readdirSync(path('adapter'))).toEqual(['reward']);
    expect(readdirSync(join(out(), 'reward')).toSorted()).toEqual([
      'adapter_config.json',
      'adapter_model.safetensors',
      'scaling.json',
    ]);
    const reasonings = file('beside.jsonl', [
      { prompt, reasoning: sound },
      { prompt, reasoning: lazy },
    ]);
    const score = ['reward', 'score', reasonings, '--model', join(out(), 'reward')];
    const scored = await callCommand(score);
    expect(scored.code).toBe(0);
    const scores = scored.out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { score: number }).score);
    expect(Math.abs(scores[0]! - scores[1]!)).toBeGreaterThan(1e-4);

    // The same shape and vocabulary, but other weights.
    const other = await callCommand(['policy', 'train', '--steps', '1', '--out', path('other')]);
    expect(other.code).toBe(0);
    const strange = await callCommand([...score, '--policy', path('other/policy')]);
    expect(strange.code).toBe(2);
    expect(strange.log).toMatch(/an adapter, and was trained beside the weights of another policy/);
  });

  it('rewards a run that begins with that policy', async () => {
    const run = [
      'train',
      '--steps',
      '1',
      '--set',
      'promptsPerStep=2',
      '--set',
      'groupSize=2',
      '--set',
      'evalTasks=1',
    ];
    const rewarded = ['--device', 'wasm', '--reward', join(out(), 'reward')];
    const { code, out: text } = await callCommand([...run, ...rewarded, '--out', path('run'), '--json']);
    expect(code).toBe(0);
    expect((lastLine(text) as { type: string }).type).toBe('summary');
    const saved = JSON.parse(readFileSync(path('run/config.json'), 'utf8')) as {
      rewardModel: { name: string };
    };
    expect(saved.rewardModel.name).toBe('adapter');
  });

  it('is refused where there is nothing to train it beside, and where it is damaged', async () => {
    const scratch = await callCommand([...trained, '--from', 'scratch']);
    expect(scratch.code).toBe(2);
    expect(scratch.log).toMatch(/--lora-rank trains beside the weights of a policy: leave --from out/);
    const pairs = file('for-adapter.jsonl', [{ prompt, chosen: sound, rejected: lazy }]);
    const damaged = path('damaged');
    mkdirSync(damaged);
    writeFileSync(join(damaged, 'adapter_config.json'), '{"peft_type":"LOHA"}');
    const bench = ['reward', 'bench', '--pairs', pairs, '--model', damaged];
    const missing = await callCommand(bench);
    expect(missing.code).toBe(2);
    expect(missing.log).toMatch(/adapter_model\.safetensors cannot be read/);
    copyFileSync(join(out(), 'reward/adapter_model.safetensors'), join(damaged, 'adapter_model.safetensors'));
    const foreign = await callCommand(bench);
    expect(foreign.code).toBe(2);
    expect(foreign.log).toMatch(/adapter_config\.json: peft_type: .*LORA/);
  });
});

describe('benchmark build', () => {
  it('freezes pairs that the plans confirm, with where they come from', async () => {
    const out = path('benchmark.jsonl');
    const { code } = await callCommand(['benchmark', 'build', '--samples', '2', '--out', out]);
    expect(code).toBe(0);
    const { pairs } = readPairs(readFileSync(out));
    const provenance = JSON.parse(readFileSync(path('benchmark.provenance.json'), 'utf8')) as Provenance;
    expect(provenance.pairs).toBe(pairs.length);
    expect(provenance.counts.samples).toBeGreaterThan(500);
    expect(provenance.policy).toMatch(/^[0-9a-f]{64}$/);
    expect(pairs.every(({ kind, writer }) => kind === 'superior>inferior' && writer === 'policy')).toBe(true);
  });
});
