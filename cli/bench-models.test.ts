import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runMain as run } from '../tests/support/main.ts';
import { table } from './commands/bench-models.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'posterior-bench-models-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (...path: string[]): void => {
  mkdirSync(join(folder, ...path.slice(0, -1)), { recursive: true });
  writeFileSync(join(folder, ...path), '');
};

describe('bench models', () => {
  it('says what the folder of the model lacks, and how to get it', async () => {
    put('model.gguf');
    const { code, log } = await run('bench', 'models', '--model', folder);
    expect(code).toBe(2);
    expect(log).toContain(`${folder} lacks safetensors/model.safetensors and onnx/model.onnx`);
    expect(log).toContain('npm run real-model -- --onnx');
  });

  it('says that an environment is none before it opens a browser', async () => {
    put('model.gguf');
    put('safetensors', 'model.safetensors');
    put('onnx', 'model.onnx');
    const { code, log } = await run('bench', 'models', '--model', folder, '--venv', join(folder, 'none'));
    expect(code).toBe(2);
    expect(log).toContain(`${join(folder, 'none')} is no Python environment`);
    expect(log).toContain('--only generation');
  });

  it('prints what was measured, beside each peer', () => {
    const samples = [1, 2, 3];
    const text = table({
      environment: { cores: 2, wllama: '3.13.0' },
      rows: [
        {
          name: 'generation',
          unit: 'tokens/s',
          ours: 123.4,
          samples,
          peers: [
            { name: 'wllama', value: 61.7, ratio: 2, samples },
            { name: 'PyTorch', value: 246.8, ratio: 0.5, samples },
          ],
        },
      ],
    });
    expect(text).toBe(
      [
        'cores: 2',
        'wllama: 3.13.0',
        '',
        'generation: ours 123 tokens/s',
        '  wllama   61.7 tokens/s, ours is 2.00× as fast',
        '  PyTorch  247 tokens/s, ours is 0.50× as fast',
      ].join('\n'),
    );
  });
});
