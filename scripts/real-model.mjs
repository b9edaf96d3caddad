/**
 * `npm run real-model`: makes a folder with SmolLM2-135M-Instruct as a GGUF file and as the same weights in safetensors, and
 * what transformers computes with them, for `npm run test:real`. Options: `--out DIR` for the folder, `--venv DIR` for the
 * Python environment, which is that of `npm run interop`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultEnvironment, ensureEnvironment, EnvironmentError } from '../interop/environment.mjs';
import { exitWith, ROOT, SetupError } from './install.mjs';
import { hasRealModel, realModelFolder } from './real-model-folder.mjs';

const log = (text) => process.stderr.write(text);

function options() {
  try {
    return parseArgs({ options: { out: { type: 'string' }, venv: { type: 'string' } } }).values;
  } catch (error) {
    throw new SetupError(`${error.message} Usage: npm run real-model -- [--out DIR] [--venv DIR]`);
  }
}

function main() {
  const { out, venv } = options();
  const folder = resolve(out ?? realModelFolder());
  if (hasRealModel(folder)) {
    process.stdout.write(`The real model is in ${folder}. Remove the folder to make it anew.\n`);
    return;
  }
  if (existsSync(folder))
    throw new SetupError(
      `${folder} exists and holds no real model. Remove it, or choose another with --out DIR.`,
    );
  const python = ensureEnvironment(resolve(venv ?? defaultEnvironment()), log, [
    'requirements.txt',
    'real-model.txt',
  ]);
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  log('Dequantizing SmolLM2-135M-Instruct, and recording what transformers computes: some minutes …\n');
  for (const [script, ...args] of [
    ['real_model.py', part],
    ['tokenizer_ids.py', join(part, 'safetensors')],
  ]) {
    const { status, error } = spawnSync(python, [join(ROOT, 'interop', script), ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, TOKENIZERS_PARALLELISM: 'false', HF_HUB_OFFLINE: '1' },
    });
    if (status !== 0)
      throw new SetupError(
        `The real model could not be made${error ? `: ${error.message}` : ''}. Nothing was kept but ${part}.`,
      );
  }
  renameSync(part, folder);
  process.stdout.write(`The real model is in ${folder}. npm run test:real reads it there.\n`);
}

try {
  main();
} catch (error) {
  if (!(error instanceof EnvironmentError)) exitWith(error);
  log(`${error.message}\n`);
  process.exitCode = 2;
}
