/** Whole runs through the command line, in a real browser: what trains, repeats, and survives being killed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunFile } from '../../cli/run-folder.ts';
import { exampleText } from '../../src/domains/files/template.ts';
import type { Rollout } from '../../src/rl/types.ts';
import { parseAdapterConfig } from '../../src/model/adapter.ts';
import { LORA_TARGETS, merged } from '../../src/model/lora.ts';
import { readSafetensors, writeSafetensors } from '../../src/model/safetensors.ts';
import { callCommand } from '../support/call-command.ts';
import { jsonLines } from '../support/command.ts';
import { killTraining, recordsIn, rolloutsIn, trainInto } from '../support/trained-folder.ts';

const folders: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'posterior-run-'));
  folders.push(folder);
  return folder;
}

/** R_t of every completion, in order. */
function thinking(folder: string): number[] {
  const lines = readFileSync(join(folder, 'rollouts.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as Rollout).rewards.thinking);
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
});

describe('train', () => {
  const whole = newFolder();

  it('reports steps, evaluations and a summary, and keeps every completion', async () => {
    const lines = await trainInto(whole, 4);
    expect(lines.filter(({ type }) => type === 'step').map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(lines.filter(({ type }) => type === 'eval').map(({ step }) => step)).toEqual([0, 2, 4]);
    const summary = lines.at(-1)!;
    expect(summary['type']).toBe('summary');
    expect(summary).toHaveProperty('start');
    expect(summary).toHaveProperty('end');
    expect(summary['seconds']).toBeGreaterThan(0);
    expect(rolloutsIn(whole)).toHaveLength(4 * 2 * 4);
    const [first] = lines.filter(({ type }) => type === 'step');
    // Training computes the log-probabilities that sampling reported, by another graph.
    expect(first!['sampling/sampling_logp_difference/max']).toBeLessThan(1e-3);
  });

  /** What version 0.1.0 gave: a change that moves a metric records it anew, and says so in CHANGELOG.md. */
  const recorded = (gate: string) =>
    jsonLines(readFileSync(join('tests/fixtures/runs', `${gate}.jsonl`), 'utf8'));

  it('gives the metrics that were recorded', async () => {
    expect(recordsIn(whole)).toEqual(recorded('posterior'));
    for (const gate of ['ungated', 'outcome']) {
      const folder = newFolder();
      await trainInto(folder, 4, ['--gate', gate]);
      expect(recordsIn(folder)).toEqual(recorded(gate));
    }
  });

  it('is scored by the reward model that it is given', async () => {
    const model = newFolder();
    for (const name of ['config.json', 'scaling.json'])
      writeFileSync(join(model, name), readFileSync(`public/starter/reward/${name}`));
    const { tensors } = readSafetensors(readFileSync('public/starter/reward/model.safetensors'));
    const head = tensors.get('score.weight')!;
    // A head with the signs turned round scores −s, and σ(−s) = 1 − σ(s).
    tensors.set('score.weight', { ...head, data: head.data.map((value) => -value) });
    writeFileSync(join(model, 'model.safetensors'), writeSafetensors(tensors, { format: 'pt' }));
    const folder = newFolder();
    await trainInto(folder, 1, ['--reward', model]);
    const first = thinking(whole).slice(0, 8);
    const turned = thinking(folder);
    expect(first.some((R_t) => R_t > 0)).toBe(true);
    first.forEach((R_t, i) => expect(turned[i]).toBeCloseTo(R_t === 0 ? 0 : 1 - R_t, 5));
    const { rewardModel } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as RunFile;
    expect(rewardModel).toEqual({ id: expect.stringMatching(/^[0-9a-f]{64}$/), name: basename(model) });
  });

  it('gives the same numbers for the same seed, and goes on after a kill with them', async () => {
    const folder = newFolder();
    await killTraining(folder, 4, 3);
    await trainInto(folder, 4, ['--resume']);
    expect(recordsIn(folder)).toEqual(recordsIn(whole));
    expect(rolloutsIn(folder)).toEqual(rolloutsIn(whole));
  });

  /** What a run with LoRA wrote: the factors, and the model with the factors merged into its weights. */
  function expectAdapter(folder: string): void {
    const json = JSON.parse(readFileSync(join(folder, 'adapter/adapter_config.json'), 'utf8')) as unknown;
    expect(parseAdapterConfig(json).lora).toEqual({
      rank: 4,
      alpha: 32,
      targets: LORA_TARGETS,
      rankStabilized: false,
    });
    const tensorsOf = (path: string) => readSafetensors(readFileSync(path)).tensors;
    const [start, end, adapter] = [
      tensorsOf('public/maths/policy/model.safetensors'),
      tensorsOf(join(folder, 'policy/model.safetensors')),
      tensorsOf(join(folder, 'adapter/adapter_model.safetensors')),
    ];
    const name = 'model.layers.0.self_attn.q_proj';
    const [a, b] = ['A', 'B'].map((part) => adapter.get(`base_model.model.${name}.lora_${part}.weight`)!);
    expect(b!.data.some((value) => value !== 0)).toBe(true);
    expect(end.get(`${name}.weight`)).toEqual(merged(start.get(`${name}.weight`)!, a!, b!, 32 / 4));
    const norm = 'model.layers.0.input_layernorm.weight';
    expect(end.get(norm)).toEqual(start.get(norm));
  }

  it('is fine-tuned on worked solutions by sft', async () => {
    const folder = newFolder();
    const size = ['--preset', 'maths', '--steps', '6', '--batch', '8', '--learning-rate', '0.01'];
    const lora = ['--set', 'loraRank=4', '--set', 'microBatch=8'];
    const fixed = ['sft', '--device', 'wasm', '--json', '--out', folder];
    const { code, out, log } = await callCommand([...fixed, ...size, ...lora]);
    expect(code, log).toBe(0);
    const { metrics } = jsonLines(out).at(-1) as unknown as { metrics: Record<string, number> };
    expect(metrics['loss']).toBeLessThan(metrics['loss/first']!);
    expectAdapter(folder);
    // The adapter beside the model that it was trained on is the merged one.
    const answers = async (policy: readonly string[]): Promise<string> => {
      const out = newFolder();
      const few = ['--tasks', 'maths', '--limit', '8', '--device', 'wasm', '--out', out];
      expect(await callCommand(['eval', ...policy, ...few])).toMatchObject({ code: 0 });
      return readFileSync(join(out, 'rollouts.jsonl'), 'utf8');
    };
    const start = ['--policy', 'public/maths/policy'];
    const adapted = await answers([...start, '--adapter', join(folder, 'adapter')]);
    expect(adapted).toBe(await answers(['--policy', join(folder, 'policy')]));
    expect(adapted).not.toBe(await answers(start));
  });

  it('goes on after a kill by LoRA, with the tasks of a file, which may be gone by then', async () => {
    const file = join(newFolder(), 'tasks.jsonl');
    writeFileSync(file, exampleText('maths', false));
    const settings = ['checkpointEvery=1', 'loraRank=4', 'learningRate=0.01'].flatMap((each) => [
      '--set',
      each,
    ]);
    const own = ['--tasks', file, ...settings];
    const [unbroken, folder] = [newFolder(), newFolder()];
    await trainInto(unbroken, 2, own);
    await killTraining(folder, 2, 1, own);
    rmSync(file);
    await trainInto(folder, 2, ['--resume', ...settings]);
    expect(recordsIn(folder)).toEqual(recordsIn(unbroken));
    expect(rolloutsIn(folder)).toEqual(rolloutsIn(unbroken));
    expect(rolloutsIn(folder)).toHaveLength(2 * 2 * 4);
    expectAdapter(folder);
  });

  it('is exported from its last checkpoint where its policy was not written', async () => {
    const folder = newFolder();
    await trainInto(folder, 1, ['--preset', 'maths', '--set', 'loraRank=4', '--set', 'learningRate=0.01']);
    const weights = (path: string) =>
      readSafetensors(readFileSync(join(path, 'policy/model.safetensors'))).tensors;
    const written = weights(folder);
    rmSync(join(folder, 'policy'), { recursive: true });
    const out = join(newFolder(), 'exported');
    const { code, log } = await callCommand(['export', folder, '--to', 'hf', '--out', out]);
    expect(code, log).toBe(0);
    expect(weights(out)).toEqual(written);
  });
});
