import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findModel, localModel } from '../../cli/model-folder.ts';
import { realModelFolder } from '../../scripts/real-model-folder.mjs';
import { readPairs } from '../../src/reward/pairs/jsonl.ts';
import { callCommand } from '../support/call-command.ts';
import { killTraining, recordsIn, rolloutsIn, trainInto } from '../support/trained-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'posterior-real-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

const START = join(realModelFolder(), 'safetensors');
const settings = (...all: string[]): string[] => all.flatMap((each) => ['--set', each]);
const MODEL = settings(
  'loraRank=4',
  'formatProfile=chat',
  'maxPromptTokens=48',
  'maxCompletionTokens=48',
  'microBatch=2',
);

async function tensorsOf(path: string, names: readonly string[]): Promise<Map<string, Float32Array>> {
  const found = new Map<string, Float32Array>();
  for await (const [name, { data }] of localModel(await findModel(path)).tensors())
    if (names.includes(name)) found.set(name, data);
  return found;
}

describe('SmolLM2-135M-Instruct on the command line', () => {
  it('is fine-tuned on worked solutions, and comes back merged, half a gigabyte of it', async () => {
    const out = join(folder, 'warm');
    const size = ['--preset', 'maths', '--steps', '1', '--batch', '4', '--learning-rate', '0.001'];
    const { code, log } = await callCommand([
      'sft', '--policy', START, '--device', 'wasm', ...size, ...MODEL, '--out', out, '--json',
    ]); // prettier-ignore
    expect(code, log).toBe(0);
    expect(log).toMatch(/This takes about [\d.]+ GB of memory: 0\.5 GB for the model’s weights/);
    expect(log).not.toMatch(/A step will take/);
    expect(statSync(join(out, 'policy/model.safetensors')).size).toBeGreaterThan(5e8);
    const [trained, kept] = [
      'model.layers.0.self_attn.q_proj.weight',
      'model.layers.0.input_layernorm.weight',
    ];
    const [before, after] = [
      await tensorsOf(START, [trained, kept]),
      await tensorsOf(join(out, 'policy'), [trained, kept]),
    ];
    expect(after.get(kept)).toEqual(before.get(kept));
    expect(after.get(trained)).not.toEqual(before.get(trained));
  });

  it('writes preference pairs, asked in a chat', async () => {
    const out = join(folder, 'pairs.jsonl');
    const { code, out: lines, log } = await callCommand([
      'pairs', 'build', '--writer', 'policy', '--policy', START, '--device', 'wasm', '--limit', '2', '--per-task', '3',
      '--out', out, '--json',
    ]); // prettier-ignore
    expect(code, log).toBe(0);
    const { pairs, dropped, tasks } = JSON.parse(lines.trimEnd().split('\n').at(-1)!) as {
      readonly pairs: number;
      readonly dropped: Readonly<Record<string, number>>;
      readonly tasks: number;
    };
    const written = readPairs(readFileSync(out)).pairs;
    expect(tasks).toBe(2);
    expect(written).toHaveLength(pairs);
    expect(pairs + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(6);
    for (const { chosen, rejected } of written) expect(`${chosen}${rejected}`).not.toContain('<|im_');
  });

  it('takes a step of P-GRPO with a reward model beside the same weights, and tells beforehand what it takes', async () => {
    const adapter = join(folder, 'adapter');
    const trained = await callCommand([
      'reward', 'train', '--policy', START, '--lora-rank', '4', '--recipe', 'plain', '--steps', '1', '--batch', '4',
      '--micro-batch', '2', '--measured', '8', '--out', adapter, '--json',
    ]); // prettier-ignore
    expect(trained.code, trained.log).toBe(0);
    const out = join(folder, 'run');
    const size = settings('promptsPerStep=1', 'groupSize=2', 'evalTasks=1', 'evalEvery=0');
    const { code, log } = await callCommand([
      'train', '--policy', START, '--reward', join(adapter, 'reward'), '--device', 'wasm', '--steps', '1', ...MODEL, ...size,
      '--out', out, '--json',
    ]); // prettier-ignore
    expect(code, log).toBe(0);
    expect(log).toMatch(/for engines, \d × [\d.]+ GB for those of the reward model/);
    expect(log).toMatch(/A step will take about [\d.]+ s on this machine/);
    const [, step] = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
    expect(JSON.parse(step!)).toMatchObject({ type: 'step', step: 1 });
  });

  it('goes on after a kill with the same numbers', async () => {
    const [unbroken, broken] = [join(folder, 'unbroken'), join(folder, 'broken')];
    const size = ['promptsPerStep=1', 'groupSize=2', 'evalTasks=1', 'evalEvery=0', 'checkpointEvery=1'];
    const small = [...MODEL, ...settings(...size, 'learningRate=0.001')];
    const tasks = ['--preset', 'maths', '--policy', START, ...small];
    await trainInto(unbroken, 2, tasks);
    await killTraining(broken, 2, 1, tasks);
    await trainInto(broken, 2, ['--resume', ...small]);
    expect(recordsIn(broken)).toEqual(recordsIn(unbroken));
    expect(rolloutsIn(broken)).toEqual(rolloutsIn(unbroken));
    expect(rolloutsIn(broken)).toHaveLength(2 * 2);
  });
});
