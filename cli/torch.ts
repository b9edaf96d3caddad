/** `interop/train_step.py` in a process of its own: a line in, a line out. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Torch } from '../bench/models/measure.ts';
import { ADAMW, FACTORS_SEED, LEARNING_RATE, LORA } from '../bench/models/workload.ts';
import type { TrainingBatch } from '../bench/models/types.ts';
import { ROOT } from '../scripts/install.mjs';
import type { ModelConfig } from '../src/model/config.ts';
import { initialFactors, parameterLayout } from '../src/model/parameters.ts';
import { InputError } from './errors.ts';

const WAYS = ['sequences', 'shared prompt'];
/** Of its complaints, for the message. */
const LAST_LINES = 12;

/** The Python of a virtual environment. @throws {InputError} */
export function pythonOf(venv: string): string {
  const [folder, name] = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const python = join(venv, folder, name);
  if (existsSync(python)) return python;
  throw new InputError(
    `${venv} is no Python environment: there is no ${python}. npm run real-model makes one with what is needed; name it with --venv DIR, or leave the training out with --only generation.`,
  );
}

export interface TorchSetting {
  readonly python: string;
  /** The folder of the model in the layout of Hugging Face. */
  readonly model: string;
  readonly config: ModelConfig;
  readonly threads: number;
  readonly batch: TrainingBatch;
  readonly oldLogprobs: readonly (readonly number[])[];
}

export interface OpenTorch extends Torch {
  close(): void;
}

/** @throws {InputError} when it ends before it has answered */
export async function openTorch(setting: TorchSetting): Promise<OpenTorch> {
  const { python, model, config, threads, batch, oldLogprobs } = setting;
  const child = spawn(python, [join(ROOT, 'interop', 'train_step.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, TOKENIZERS_PARALLELISM: 'false', HF_HUB_OFFLINE: '1' },
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (complaints += text));
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const last = complaints.trim().split('\n').slice(-LAST_LINES).join('\n');
      reject(new InputError(`The training step in PyTorch ended with ${code}:\n${last}`));
    });
  });
  ended.catch(() => {});
  // What it has no longer to say is told by its end.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async <T>(question: unknown): Promise<T> => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await Promise.race([lines.next(), ended]);
    return done ? ended : (JSON.parse(value) as T);
  };
  const versions = await ask<Readonly<Record<string, string>>>({
    model,
    threads,
    batch,
    oldLogprobs,
    lora: LORA,
    learningRate: LEARNING_RATE,
    adamw: ADAMW,
    layout: parameterLayout(config, [], LORA).trainable,
    factors: Buffer.from(initialFactors(config, LORA, FACTORS_SEED).buffer).toString('base64'),
  });
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return {
    about: `${named.join(', ')}, float32, ${threads} threads`,
    ways: WAYS,
    step: ask,
    close: () => void child.kill(),
  };
}
